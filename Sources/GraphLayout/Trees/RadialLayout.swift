/// The root in the middle, each step from it one ring further out, every subtree in a wedge as wide as it needs.
struct RadialLayout {
    let options: LayoutOptions
    private static let mostRows = 3
    /// From one row of a ring to the next.
    private static let between = 104.0
    /// How much larger the picture may become so that no line passes by the middle.
    private static let roomy = 1.2

    init(_ options: LayoutOptions) { self.options = options }

    func places(of graph: LayoutGraph, _ watch: CancelWatch) throws(LayoutCancelled) -> [LayoutPoint] {
        let tree = SpanningTree(graph, root: Depths.root(of: graph))
        let needs = needs(tree, graph)
        let free = try Wedges(tree, needs, areNarrow: false, watch)
        let narrow = try Wedges(tree, needs, areNarrow: true, watch)
        let rings = radii(tree, graph, free.width)
        let narrowRings = radii(tree, graph, narrow.width)
        // Around a small circle there is room to keep lines from passing by the middle.
        let isRoomy = narrowRings.map(\.radius).max() ?? 0 <= Self.roomy * (rings.map(\.radius).max() ?? 0)
        return places(of: graph, tree, isRoomy ? narrow : free, isRoomy ? narrowRings : rings)
    }

    private func places(
        of graph: LayoutGraph, _ tree: SpanningTree, _ wedges: Wedges, _ rings: [Ring]
    ) -> [LayoutPoint] {
        // Where a ring is crowded its nodes stand in two or three rows, one behind the other.
        var turn = [Int](repeating: 0, count: rings.count)
        var places = [LayoutPoint](repeating: .zero, count: graph.nodes.count)
        for node in tree.walk() {
            let depth = tree.depths[node]
            let row = Double(turn[depth] % rings[depth].rows)
            turn[depth] += 1
            places[node] = Trigonometry.point(
                wedges.start[node] + wedges.width[node] / 2, rings[depth].radius + row * Self.between)
        }
        return places
    }

    /// The part of the circle that each node and all below it have.
    private struct Wedges {
        private(set) var start: [Double]
        private(set) var width: [Double]

        /// A narrow one is as wide as lets straight lines to its children stay outside of the node's own ring (Eades 1992).
        init(
            _ tree: SpanningTree, _ needs: [Double], areNarrow: Bool, _ watch: CancelWatch
        ) throws(LayoutCancelled) {
            start = [Double](repeating: 0, count: needs.count)
            width = start
            width[tree.root] = 2 * Double.pi
            // Up, and then clockwise.
            start[tree.root] = -Double.pi / 2 - Double.pi
            for node in tree.order {
                try watch.check()
                let sum = tree.children[node].reduce(0.0) { $0 + needs[$1] }
                let depth = Double(tree.depths[node])
                let most = areNarrow && depth > 0 ? 2 * Trigonometry.arcCosine(depth / (depth + 1)) : 2 * Double.pi
                let shared = min(width[node], most)
                var next = start[node] + (width[node] - shared) / 2
                for child in tree.children[node] {
                    width[child] = shared * needs[child] / sum
                    start[child] = next
                    next += width[child]
                }
            }
        }
    }

    /// How much of a ring a node and all below it want: deeper rings have more room.
    private func needs(_ tree: SpanningTree, _ graph: LayoutGraph) -> [Double] {
        var needs = [Double](repeating: 0, count: graph.nodes.count)
        for node in tree.order.reversed() {
            let own = (graph.nodes[node].width + options.gap) / Double(max(1, tree.depths[node]))
            needs[node] = max(own, tree.children[node].reduce(0) { $0 + needs[$1] })
        }
        return needs
    }

    private struct Ring {
        var radius: Double
        var rows: Int
    }

    private func radii(_ tree: SpanningTree, _ graph: LayoutGraph, _ wedge: [Double]) -> [Ring] {
        var wanted = [Double](repeating: 0, count: (tree.depths.max() ?? 0) + 1)
        for node in tree.order.dropFirst() where wedge[node] < Double.pi {
            let need = (graph.nodes[node].width + options.gap) / wedge[node]
            wanted[tree.depths[node]] = max(wanted[tree.depths[node]], need)
        }
        let step = options.edgeLength + options.gap
        var rings: [Ring] = []
        var least = 0.0
        for need in wanted {
            let crowd = (need / max(step, least * 1.25)).rounded(.up)
            let rows = options.blocksLeaves ? max(1, min(Self.mostRows, Int(crowd))) : 1
            let radius = rings.isEmpty ? 0 : max(least, need / Double(rows))
            rings.append(Ring(radius: radius, rows: rows))
            least = radius + Double(rows - 1) * Self.between + step
        }
        return rings
    }
}
