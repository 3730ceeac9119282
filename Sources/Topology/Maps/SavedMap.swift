import GraphLayout
import HTTPKit
import JSONKit
import Kernel
import Persistence

/// A named arrangement of the graph: the same nodes and edges, each map with its own places. There is always one, and
/// one is the first that people see.
struct SavedMap: Sendable, Equatable {
    let id: Int64
    let name: String
    let isDefault: Bool
    /// How nodes without a saved place are laid out.
    let layout: LayoutKind
    let revision: Int64
}

extension SavedMap: JSONAnswer {
    static let shape: JSONShape = .object([
        .init(name: "id", shape: .integer, isRequired: true),
        .init(name: "name", shape: .string, isRequired: true),
        .init(name: "is_default", shape: .boolean, isRequired: true),
        .init(name: "layout", shape: .choice(LayoutKind.allCases.map(\.rawValue)), isRequired: true),
        .init(name: "revision", shape: .integer, isRequired: true),
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("name", name)
        writer.member("is_default", isDefault)
        writer.member("layout", layout.rawValue)
        writer.member("revision", revision)
        writer.endObject()
    }
}

struct MapDraft: JSONBody, Equatable {
    var name: String
}

struct MapPatch: JSONBody {
    var name: Change<String>
    /// Only to true: another map takes over by being made the first itself.
    var isDefault: Change<Bool>
    /// One of the layouts by name; null is the layout by force.
    var layout: Change<String?>
}

/// Where people put nodes on a map, many at once.
struct PlacesDraft: JSONBody, Equatable {
    struct Item: Decodable, Sendable, Equatable {
        var id: Int64
        var x: Double
        var y: Double
        /// A layout leaves it where it is; so is what people drag.
        var pinned: Bool?

        var isFar: Bool { abs(x) > PlacesDraft.farthest || abs(y) > PlacesDraft.farthest }
    }

    var positions: [Item]
    /// Where the page shows nodes that nobody has placed yet: kept, unpinned, for those that still have no place. So what
    /// somebody arranged one node among is there when the map is opened again.
    var others: [Item]?

    /// In one request.
    static let most = 5_000
    static let farthest = 10_000_000.0
    static let tooFar = "A place is at most \(Int(farthest)) from the middle."

    /// The last word on each node.
    func validated() throws -> (places: [Int64: Place], others: [Int64: Place]) {
        var problems: [String: String] = [:]
        if positions.isEmpty && (others ?? []).isEmpty { problems["positions"] = "Name at least one node." }
        for (name, items) in [("positions", positions), ("others", others ?? [])] {
            if items.count > Self.most { problems[name] = "At most \(Self.most) at once." }
            if items.contains(where: \.isFar) { problems[name] = Self.tooFar }
        }
        guard problems.isEmpty else { throw AppError(.invalid, "The places were not saved.", fields: problems) }
        var (places, rest): ([Int64: Place], [Int64: Place]) = ([:], [:])
        for item in positions { places[item.id] = Place(x: item.x, y: item.y, isPinned: item.pinned ?? true) }
        for item in others ?? [] { rest[item.id] = Place(x: item.x, y: item.y, isPinned: false) }
        return (places, rest)
    }
}

extension String {
    /// A name as it is compared: two maps are not called `Lab` and `lab`.
    var mapKey: String { lowercased() }
}
