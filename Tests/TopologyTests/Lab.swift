import JSONKit
import Kernel
import Persistence
import TestSupport

@testable import Inventory
@testable import Topology

/// A store with a picture of it, and what people do to it. Events reach the picture when the test says so.
final class Lab: Sendable {
    let store: any Store
    let picture: TopologyPicture
    let clock = TestClock()

    init(_ engine: Engine) async throws {
        store = try await engine.freshStore(clock: clock)
        picture = TopologyPicture(store: store)
    }

    // MARK: People

    @discardableResult
    func make(_ kind: Kind, _ fields: JSONValue) async throws -> Int64 {
        let object = fields.objectValue ?? JSONObject()
        return try await store.write { try ObjectWriter.create(kind, object, by: .system, in: $0) }
    }

    func hardware(_ name: String) async throws -> Int64 { try await make(.hardware, ["name": .string(name)]) }
    func network(_ name: String) async throws -> Int64 { try await make(.network, ["name": .string(name)]) }

    func change(_ kind: Kind, _ id: Int64, _ fields: JSONValue) async throws {
        let object = fields.objectValue ?? JSONObject()
        try await store.write { _ = try ObjectWriter.update(kind, id: id, object, by: .system, in: $0) }
    }

    func trash(_ kind: Kind, _ id: Int64) async throws {
        try await store.write { try Trash.delete(kind, id: id, cascade: true, by: .system, in: $0) }
    }

    func restore(_ id: Int64) async throws {
        try await store.write { _ = try Trash.restore(id, by: .system, in: $0) }
    }

    func purge(_ id: Int64) async throws {
        try await store.write { try Purge.run(id, by: .system, in: $0) }
    }

    func place(_ places: [(id: Int64, x: Double, y: Double)], on map: Int64 = 1) async throws {
        let items = places.map { PlacesDraft.Item(id: $0.id, x: $0.x, y: $0.y, pinned: true) }
        try await Maps(store: store).place(PlacesDraft(positions: items), on: map, by: .system)
    }

    /// Null takes away; nil leaves as it is.
    func dress(
        _ ids: [Int64], alias: Change<String?> = .keep, colour: Change<String?> = .keep, icon: Change<String?> = .keep,
        on map: Int64 = 1
    ) async throws {
        let items = ids.map { AppearancesPatch.Item(id: $0, alias: alias, colour: colour, icon: icon) }
        _ = try await Appearances(store: store).change(AppearancesPatch(items: items), on: map, by: .system)
    }

    // MARK: The picture

    func events(after id: Int64) async throws -> [StoredEvent] {
        try await store.read { tx in
            try tx.rows("SELECT id, at, subject, caller, payload FROM outbox WHERE id > \(id) ORDER BY id").map { row in
                StoredEvent(
                    id: try row.integer(0), at: Instant(milliseconds: try row.integer(1)), subject: try row.text(2),
                    caller: try row.text(3), payload: try row.text(4))
            }
        }
    }

    /// Everything that was committed since, taken in; answers with the differences.
    @discardableResult
    func catchUp() async throws -> [JSONObject] {
        let known = picture.version?.eventID ?? 0
        return try await events(after: known).compactMap { event in
            try picture.take(event).flatMap { try Self.object($0) }
        }
    }

    static func object(_ delta: TopologyDelta) throws -> JSONObject? {
        try JSONParser.parse("{\(String(decoding: delta.members, as: UTF8.self))}").objectValue
    }

    func shown(on map: Int64 = 1, filter: TopologyFilter? = nil) throws -> Page {
        guard let moment = picture.moment else { throw AppError(.fault, "not loaded") }
        return try Page(moment.graph.document(on: map, eventID: 0, filter: filter), map: map)
    }

    /// The same out of the database, as a daemon that starts now would read it.
    func stored(on map: Int64 = 1) async throws -> Page {
        let graph = try await store.read { try GraphLoader.load(in: $0).graph }
        return try Page(graph.document(on: map, eventID: 0), map: map)
    }
}

/// What a browser holds: a document, and the differences it was sent. The same rules as `graph.model.js`.
struct Page: Equatable {
    private(set) var nodes: [Int64: JSONObject] = [:]
    private(set) var edges: [String: JSONObject] = [:]
    let map: Int64

    init(_ document: [UInt8], map: Int64) throws {
        self.map = map
        let object = try JSONParser.parse(document).objectValue ?? JSONObject()
        for node in object["nodes"]?.arrayValue ?? [] { set(node) }
        for edge in object["edges"]?.arrayValue ?? [] { setEdge(edge) }
    }

    /// `hosts 1→2`, sorted.
    var edgeTexts: [String] {
        edges.values.map { edge in
            let ends = [edge["from"], edge["to"]].compactMap { $0?.integerValue }.map(String.init)
            return "\(edge["type"]?.stringValue ?? "") \(ends.joined(separator: "→"))"
        }.sorted()
    }

    var names: [String] { nodes.values.compactMap { $0["name"]?.stringValue }.sorted() }

    mutating func apply(_ delta: JSONObject) {
        let before = edges
        for node in delta["nodes"]?.objectValue?["set"]?.arrayValue ?? [] { set(node) }
        for id in (delta["nodes"]?.objectValue?["removed"]?.arrayValue ?? []).compactMap(\.integerValue) {
            nodes[id] = nil
            for (name, edge) in before where edge["from"]?.integerValue == id || edge["to"]?.integerValue == id {
                edges[name] = nil
            }
        }
        for edge in delta["edges"]?.objectValue?["set"]?.arrayValue ?? [] { setEdge(edge) }
        for name in (delta["edges"]?.objectValue?["removed"]?.arrayValue ?? []).compactMap(\.stringValue) {
            edges[name] = nil
        }
        for place in (delta["positions"]?.arrayValue ?? []).compactMap(\.objectValue) {
            guard place["map"]?.integerValue == map, let id = place["id"]?.integerValue, var node = nodes[id] else {
                continue
            }
            for name in ["x", "y", "pinned"] { node[name] = place["x"]?.isNull == false ? place[name] : nil }
            nodes[id] = node
        }
        dress(delta)
    }

    private mutating func dress(_ delta: JSONObject) {
        for look in (delta["appearances"]?.arrayValue ?? []).compactMap(\.objectValue) {
            guard look["map"]?.integerValue == map, let id = look["id"]?.integerValue, var node = nodes[id] else {
                continue
            }
            var appearance = look
            for name in ["map", "id"] { appearance[name] = nil }
            node["appearance"] = .object(appearance)
            nodes[id] = node
        }
    }

    private mutating func set(_ node: JSONValue) {
        guard var object = node.objectValue, let id = object["id"]?.integerValue else { return }
        if object["x"] == nil, let before = nodes[id] {
            for name in ["x", "y", "pinned"] { object[name] = before[name] }
        }
        if object["appearance"] == nil { object["appearance"] = nodes[id]?["appearance"] }
        nodes[id] = object
    }

    private mutating func setEdge(_ edge: JSONValue) {
        guard let object = edge.objectValue, let name = object["id"]?.stringValue else { return }
        edges[name] = object
    }
}
