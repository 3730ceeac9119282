@testable import GraphLayout

/// Graphs made by rule, the same on every run.
enum Graphs {
    static func tree(_ count: Int, width: Int) -> LayoutGraph {
        LayoutGraph(
            nodes: [LayoutNode](repeating: LayoutNode(), count: count),
            edges: (1..<count).map { .init(($0 - 1) / width, $0) })
    }

    static func grid(_ side: Int) -> LayoutGraph {
        var edges: [LayoutGraph.Edge] = []
        for node in 0..<(side * side) {
            if node % side + 1 < side { edges.append(.init(node, node + 1)) }
            if node / side + 1 < side { edges.append(.init(node, node + side)) }
        }
        return LayoutGraph(nodes: [LayoutNode](repeating: LayoutNode(), count: side * side), edges: edges)
    }

    /// Every leaf on every spine, every host on two leaves; spines and leaves are switches alike.
    static func fabric(spines: Int, leaves: Int, hosts: Int) -> LayoutGraph {
        let switches = spines + leaves
        var nodes = [LayoutNode](repeating: LayoutNode(level: 2), count: switches)
        var edges = (0..<leaves).flatMap { leaf in
            (0..<spines).map { LayoutGraph.Edge($0, spines + leaf, isDirected: false) }
        }
        for leaf in 0..<leaves {
            for _ in 0..<hosts {
                edges += [leaf, leaf ^ 1].map { .init(spines + $0, nodes.count, isDirected: false) }
                nodes.append(LayoutNode(level: 5))
            }
        }
        return LayoutGraph(nodes: nodes, edges: edges)
    }

    /// A gateway, switches, hosts in networks, guests and services: levels, groups and steps as a lab has them.
    static func lab(_ count: Int, seed: UInt64 = 1) -> LayoutGraph {
        var random = SeededRandom(seed)
        var nodes = [LayoutNode(level: 0), LayoutNode(level: 1)]
        var edges: [LayoutGraph.Edge] = [.init(0, 1, isDirected: false)]
        let networks = max(2, count / 40)
        for network in 0..<networks {
            edges.append(.init(0, nodes.count, steps: 2))
            nodes.append(LayoutNode(level: 4, group: network))
        }
        while nodes.count < count {
            let bench = nodes.count
            nodes.append(LayoutNode(level: 2))
            edges.append(.init(1, bench, isDirected: false))
            for _ in 0..<Int.random(in: 2...6, using: &random) where nodes.count < count {
                let network = Int.random(in: 0..<networks, using: &random)
                let host = nodes.count
                nodes.append(LayoutNode(level: 5, group: network))
                edges += [.init(bench, host, isDirected: false), .init(host, 2 + network, isDirected: false, steps: 5)]
                for _ in 0..<Int.random(in: 0...8, using: &random) where nodes.count < count {
                    edges.append(.init(host, nodes.count))
                    nodes.append(LayoutNode(level: 6, group: network))
                }
            }
        }
        return LayoutGraph(nodes: nodes, edges: edges)
    }

    /// How many pairs cover each other by more than half a pixel.
    static func overlaps(_ places: [LayoutPoint], _ graph: LayoutGraph) -> Int {
        var count = 0
        for one in places.indices {
            for two in places.indices where two > one {
                let x = (graph.nodes[one].width + graph.nodes[two].width) / 2 - abs(places[one].x - places[two].x)
                let y = (graph.nodes[one].height + graph.nodes[two].height) / 2 - abs(places[one].y - places[two].y)
                if x > 0.5, y > 0.5 { count += 1 }
            }
        }
        return count
    }
}
