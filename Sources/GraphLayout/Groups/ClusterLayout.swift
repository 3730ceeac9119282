/// Members of a group together as a block, the blocks and all that is in no group by force.
struct ClusterLayout {
    let options: LayoutOptions

    init(_ options: LayoutOptions) { self.options = options }

    func places(of graph: LayoutGraph, _ watch: CancelWatch) throws(LayoutCancelled) -> [LayoutPoint] {
        let parts = Blocks(graph)
        var inner = [LayoutPoint](repeating: .zero, count: graph.nodes.count)
        var outer: [LayoutNode] = []
        for members in parts.members {
            guard members.count > 1 else {
                outer.append(graph.nodes[members[0]])
                continue
            }
            try GroupTree(options).lay(members, graph, &inner, watch)
            let box = PackedBox(members, inner, graph)
            var moved = box
            moved.move(left: -box.width / 2, top: -box.height / 2, &inner)
            outer.append(LayoutNode(width: box.width + options.partGap, height: box.height + options.partGap))
        }
        var quotient = options
        quotient.separates = false
        // As long as two blocks side by side are wide, on average.
        let size = outer.reduce(0.0) { $0 + max($1.width, $1.height) } / Double(outer.count)
        quotient.edgeLength = max(options.edgeLength, size)
        let blocks = LayoutGraph(nodes: outer, edges: parts.edges)
        let middles = try turned(try Layout(.force, quotient).places(of: blocks, watch: watch), blocks, watch)
        return graph.nodes.indices.map { node in
            let middle = middles[parts.block[node]]
            return LayoutPoint(x: inner[node].x + middle.x, y: inner[node].y + middle.y)
        }
    }

    private static let turns = 12

    /// Turned so that the blocks, which stay upright and are moved apart, fill the screen best.
    private func turned(
        _ middles: [LayoutPoint], _ blocks: LayoutGraph, _ watch: CancelWatch
    ) throws(LayoutCancelled) -> [LayoutPoint] {
        var best: (places: [LayoutPoint], height: Double) = ([], .infinity)
        for turn in 0..<Self.turns {
            let angle = Double(turn) * 2 * .pi / Double(Self.turns)
            let (cosine, sine) = (Trigonometry.cosine(angle), Trigonometry.sine(angle))
            var places = middles.map { LayoutPoint(x: $0.x * cosine - $0.y * sine, y: $0.x * sine + $0.y * cosine) }
            try Separation(gap: options.gap).apply(&places, blocks, watch)
            let box = PackedBox(Array(places.indices), places, blocks)
            let height = options.screenHeight(width: box.width, height: box.height)
            // What points down by force alone stays so unless another way shows clearly more.
            if height < best.height * 0.97 { best = (places, height) }
        }
        return best.places
    }

    private struct Blocks {
        private(set) var members: [[Int]] = []
        private(set) var block: [Int]
        let edges: [LayoutGraph.Edge]

        init(_ graph: LayoutGraph) {
            var ofGroup: [Int: Int] = [:]
            block = [Int](repeating: 0, count: graph.nodes.count)
            for (node, facts) in graph.nodes.enumerated() {
                if let group = facts.group, let known = ofGroup[group] {
                    members[known].append(node)
                    block[node] = known
                } else {
                    block[node] = members.count
                    if let group = facts.group { ofGroup[group] = members.count }
                    members.append([node])
                }
            }
            var seen: Set<LayoutGraph.Edge> = []
            var edges: [LayoutGraph.Edge] = []
            for edge in graph.edges {
                let (from, to) = (block[edge.from], block[edge.to])
                let joined = LayoutGraph.Edge(min(from, to), max(from, to), isDirected: false)
                if from != to, seen.insert(joined).inserted { edges.append(joined) }
            }
            self.edges = edges
        }
    }
}
