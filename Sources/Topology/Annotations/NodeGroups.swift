import HTTPKit
import JSONKit
import Persistence

/// Nodes that belong together by what the inventory says: the members of a cluster, what stands at a location, what is in
/// a network. A node may be in several.
struct NodeGroup: Sendable, Equatable {
    let id: Int64
    let name: String
    /// Sorted.
    let members: [Int64]

    /// The word for what the layouts by lane and by cluster put together.
    static let byLane = "lane"

    static let shape: JSONShape = .object([
        .init(name: "id", shape: .integer, isRequired: true),
        .init(name: "name", shape: .string, isRequired: true),
        .init(name: "members", shape: .array(.integer), isRequired: true),
    ])

    /// Locations by what stands there, and their names.
    struct Standing: Sendable, Equatable {
        var places: [Int64: Int64] = [:]
        var names: [Int64: String] = [:]
    }

    /// Groups of less than two are no boundary.
    static func all(
        by grouping: Annotation.Grouping, in graph: TopologyGraph, standing: Standing
    ) -> [NodeGroup] {
        var members: [Int64: Set<Int64>] = [:]
        switch grouping {
        case .cluster:
            for (id, edge) in graph.edges where id.type == .member {
                members[edge.from, default: [edge.from]].insert(edge.to)
            }
        case .network:
            for (id, edge) in graph.edges where id.type == .inNetwork {
                members[edge.to, default: [edge.to]].insert(edge.from)
            }
        case .location:
            for (id, place) in standing.places where graph.isShown(id) { members[place, default: []].insert(id) }
            // Guests, services and storage stand where the machine stands that holds them.
            for _ in 0..<2 {
                for (id, edge) in graph.edges where [.hosts, .runs, .stores].contains(id.type) {
                    for (place, ids) in members where ids.contains(edge.from) { members[place]?.insert(edge.to) }
                }
            }
        }
        return members.keys.sorted().compactMap { id in
            guard let ids = members[id], ids.count > 1 else { return nil }
            let name = grouping == .location ? standing.names[id] : graph.objects[id]?.face?.name
            return NodeGroup(id: id, name: ExportText.line(name ?? ""), members: ids.sorted())
        }
    }

    /// The bands and blocks of the layouts by group: each network or cluster with its members and all that runs on them,
    /// every node in one at most.
    static func lanes(in graph: TopologyGraph) -> [NodeGroup] {
        var members: [Int64: [Int64]] = [:]
        for (id, lane) in LaidOutGraph.lanes(of: graph) { members[lane, default: []].append(id) }
        return members.keys.sorted().compactMap { lane in
            guard let ids = members[lane], ids.count > 1 else { return nil }
            return NodeGroup(
                id: lane, name: ExportText.line(graph.objects[lane]?.face?.name ?? ""), members: ids.sorted())
        }
    }

    /// Where hardware, clusters and networks stand: straight from the inventory, as the graph does not follow places.
    static func standing(in tx: any Session) throws -> Standing {
        var places: [Int64: Int64] = [:]
        for table in ["hardware", "clusters", "networks"] {
            try tx.each(.trusted("SELECT id, location_id FROM \(table) WHERE location_id IS NOT NULL")) { row in
                places[try row.integer(0)] = try row.integer(1)
            }
        }
        try tx.each(
            """
            SELECT h.id, r.location_id FROM hardware h JOIN racks r ON r.id = h.rack_id
            WHERE h.location_id IS NULL AND r.location_id IS NOT NULL
            """
        ) { row in places[try row.integer(0)] = try row.integer(1) }
        var names: [Int64: String] = [:]
        try tx.each("SELECT id, name FROM objects WHERE kind = 'location' AND deleted_at IS NULL") { row in
            names[try row.integer(0)] = try row.text(1)
        }
        return Standing(places: places.filter { names[$0.value] != nil }, names: names)
    }
}
