import Kernel

/// What fails, and how much of the answer is wanted.
struct ImpactQuestion: Sendable {
    static let mostFailed = 100
    static let mostRows = 2_000
    static let usualRows = 200

    /// Ids of objects and names of edges, as they were asked for, each once.
    private(set) var failed: [String] = []
    private(set) var objects: [Int64] = []
    private(set) var limit = usualRows

    init(_ items: [(name: String, value: String)]) throws {
        var problems: [String: String] = [:]
        var seen = Set<String>()
        for (name, value) in items {
            let values = value.split(separator: ",").map { $0.split(separator: " ").joined(separator: " ") }
            switch name {
            case "failed": failed += values.filter { seen.insert($0).inserted }
            case "object":
                objects += values.compactMap { Int64($0) }
                if values.contains(where: { Int64($0) == nil }) { problems[name] = "Use the ids of objects." }
            case "limit":
                guard let number = Int(value), (0...Self.mostRows).contains(number) else {
                    problems[name] = "Use a whole number up to \(Self.mostRows)."
                    continue
                }
                limit = number
            default: problems[name] = "There is no such choice."
            }
        }
        if failed.isEmpty {
            problems["failed"] =
                "Say what fails: the id of an object, of a rack, location or interface, or the name of an edge."
        }
        if max(failed.count, objects.count) > Self.mostFailed {
            problems[failed.count > Self.mostFailed ? "failed" : "object"] = "Use at most \(Self.mostFailed)."
        }
        guard problems.isEmpty else {
            throw AppError(.invalid, "What stops could not be told like this.", fields: problems)
        }
    }

    /// Ids that may be those of racks, locations or interfaces: all that the picture has by itself is not read anew.
    func places(besides topology: TopologyGraph) -> [Int64] {
        failed.compactMap { Int64($0) ?? Self.place($0)?.id }.filter { id in
            topology.objects[id].map { $0.kind == .interface } ?? true
        }
    }

    /// What each of them comes to on the map.
    func parts(
        in picture: ImpactPicture, of topology: TopologyGraph, _ places: [Int64: FailedPlace]
    ) throws -> [FailedPart] {
        var unknown: [String] = []
        let parts = failed.compactMap { text in
            let part = Self.part(text, in: picture, of: topology, places)
            if part == nil { unknown.append(text) }
            return part
        }
        guard unknown.isEmpty else {
            let names = unknown.prefix(5).joined(separator: ", ")
            throw AppError(
                .invalid, "What stops could not be told like this.",
                fields: [
                    "failed":
                        "Not on the map: \(names). Use the id of an object, of a rack, location or interface, or the name of an edge."
                ])
        }
        return parts
    }

    private static func part(
        _ text: String, in picture: ImpactPicture, of topology: TopologyGraph, _ places: [Int64: FailedPlace]
    ) -> FailedPart? {
        let id = Int64(text)
        if let node = id.flatMap(picture.node) { return FailedPart(text: text, nodes: [node]) }
        let relations = picture.relations(named: text)
        if !relations.isEmpty { return FailedPart(text: text, relations: relations) }
        let asked = place(text)
        guard let id = id ?? asked?.id, let place = places[id], asked == nil || asked?.kind == place.kind else {
            return nil
        }
        return FailedPart(
            text: text, place: place, nodes: place.members.compactMap(picture.node),
            relations: topology.edges(through: id).flatMap { picture.relations(named: $0.text) })
    }

    /// `rack:5`, as an edge is named.
    private static func place(_ text: String) -> (kind: FailedPlace.Kind, id: Int64)? {
        let words = text.split(separator: ":", maxSplits: 1)
        guard words.count == 2, let kind = FailedPlace.Kind(rawValue: String(words[0])), let id = Int64(words[1]) else {
            return nil
        }
        return (kind, id)
    }
}

/// One thing that was said to fail: the nodes and edges of the picture that fail with it, by index.
struct FailedPart: Sendable {
    let text: String
    var place: FailedPlace?
    var nodes: [Int] = []
    var relations: [Int] = []
}
