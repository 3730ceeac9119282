import GraphLayout

/// The part of the graph that is laid out, and whose node each index is.
struct LaidOutGraph: Sendable {
    /// By id: the same lab gives the same order, and so the same picture.
    let ids: [Int64]
    let map: Int64
    let graph: LayoutGraph

    init(_ topology: TopologyGraph, on map: Int64, _ request: LayoutRequest) {
        let shown = topology.shownIDs(request.filter, on: map).filter { request.ids?.contains($0) ?? true }
        let (ids, lines) = request.view.part(of: shown, in: topology)
        var index: [Int64: Int] = [:]
        index.reserveCapacity(ids.count)
        for (place, id) in ids.enumerated() { index[id] = place }
        let edges = Self.edges(lines, of: topology, between: index)
        let groups = Self.groups(edges, ids, topology)
        let pins = request.pins == .free ? [:] : topology.maps.places[map] ?? [:]
        let nodes = ids.enumerated().map { place, id in
            var node = LayoutNode(group: groups[place])
            if let facts = topology.objects[id] { node.level = Self.level(facts) }
            if let pin = pins[id], pin.isPinned || request.pins == .placed {
                node.pin = LayoutPoint(x: pin.x, y: pin.y)
            }
            return node
        }
        self.ids = ids
        self.map = map
        graph = LayoutGraph(nodes: nodes, edges: edges.map(\.1))
    }

    private static func edges(
        _ lines: [(EdgeID, Edge)], of topology: TopologyGraph, between index: [Int64: Int]
    ) -> [(EdgeID, LayoutGraph.Edge)] {
        lines.compactMap { id, edge in
            guard let from = index[edge.from], let to = index[edge.to] else { return nil }
            return (id, Self.edge(id.type, from, to, medium: topology.objects[id.object]?.look?.medium))
        }
    }

    /// Whether there is anybody whose place is not given.
    var isAnyFree: Bool { graph.nodes.contains { $0.pin == nil } }

    /// Cables and peerings have no direction; whoever is in a network or a cluster, or depends on something, stands below
    /// what carries it.
    /// What runs on something hangs from that, then from whom it has a cable to, and last from what it only needs.
    private static func edge(_ type: EdgeType, _ from: Int, _ to: Int, medium: String?) -> LayoutGraph.Edge {
        switch type {
        case .connection: .init(from, to, isDirected: false, steps: medium == "power" ? 5 : 1)
        case .peers, .inNetwork: .init(from, to, isDirected: false, steps: 5)
        case .depends: .init(to, from, steps: 9)
        case .gateway: .init(from, to, steps: 2)
        case .member: .init(from, to, steps: 5)
        case .hosts, .runs, .stores, .mounted: .init(from, to)
        }
    }

    /// The lowest is drawn first: what comes from outside, then what passes traffic on, then machines, then what runs on
    /// them.
    private static func level(_ facts: ObjectFacts) -> Int {
        switch facts.kind {
        case .externalNode: 0
        case .hardware:
            switch facts.face?.role {
            case "modem", "router", "firewall": 1
            case "switch", "patch_panel": 2
            case "access_point", "ups", "pdu": 3
            default: 5
            }
        case .cluster: 4
        case .network: 4
        case .computeUnit: 6
        case .storage: 7
        case .service: 8
        default: 9
        }
    }

    /// By node, the network or cluster whose lane it is in; who is in none is left out.
    static func lanes(of topology: TopologyGraph) -> [Int64: Int64] {
        let ids = topology.objects.keys.filter(topology.isShown).sorted()
        var index: [Int64: Int] = [:]
        for (place, id) in ids.enumerated() { index[id] = place }
        var lanes: [Int64: Int64] = [:]
        let lines = edges(MapView.all.part(of: ids, in: topology).edges, of: topology, between: index)
        for (place, group) in groups(lines, ids, topology).enumerated() {
            if let group { lanes[ids[place]] = ids[group] }
        }
        return lanes
    }

    /// The first network or cluster that a node belongs to; what stands on others goes with them.
    private static func groups(
        _ edges: [(EdgeID, LayoutGraph.Edge)], _ ids: [Int64], _ topology: TopologyGraph
    ) -> [Int?] {
        var groups = [Int?](repeating: nil, count: ids.count)
        var carriers: [(below: Int, above: Int)] = []
        for (place, id) in ids.enumerated() {
            guard let kind = topology.objects[id]?.kind, kind == .network || kind == .cluster else { continue }
            groups[place] = place
        }
        for (id, edge) in edges {
            switch id.type {
            case .inNetwork where groups[edge.from] == nil: groups[edge.from] = edge.to
            case .member where groups[edge.to] == nil: groups[edge.to] = edge.from
            case .hosts, .runs, .stores, .mounted: carriers.append((edge.to, edge.from))
            default: continue
            }
        }
        // A service on a guest on a host: as deep as things are stacked here.
        for _ in 0..<4 {
            for (below, above) in carriers where groups[below] == nil { groups[below] = groups[above] }
        }
        return groups
    }
}
