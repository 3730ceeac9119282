/// The root in the middle, each step from it one ring further out, every subtree in a wedge as wide as it needs.
struct RadialLayout {
    let options: LayoutOptions
    private static let mostRows = 3
    /// From one row of a ring to the next.
    private static let between = 104.0

    init(_ options: LayoutOptions) { self.options = options }

    func places(of graph: LayoutGraph, _ watch: CancelWatch) throws(LayoutCancelled) -> [LayoutPoint] {
        let tree = SpanningTree(graph, root: Depths.root(of: graph))
        let needs = needs(tree, graph)
        var wedge = [Double](repeating: 0, count: graph.nodes.count)
        var angle = wedge
        wedge[tree.root] = 2 * Double.pi
        // Up, and then clockwise.
        angle[tree.root] = -Double.pi / 2 - Double.pi
        for node in tree.order {
            try watch.check()
            let sum = tree.children[node].reduce(0.0) { $0 + needs[$1] }
            var next = angle[node]
            for child in tree.children[node] {
                wedge[child] = wedge[node] * needs[child] / sum
                angle[child] = next
                next += wedge[child]
            }
        }
        let rings = radii(tree, graph, wedge)
        // Where a ring is crowded its nodes stand in two or three rows, one behind the other.
        var turn = [Int](repeating: 0, count: rings.count)
        var places = [LayoutPoint](repeating: .zero, count: graph.nodes.count)
        for node in tree.walk() {
            let depth = tree.depths[node]
            let row = Double(turn[depth] % rings[depth].rows)
            turn[depth] += 1
            places[node] = Trigonometry.point(
                angle[node] + wedge[node] / 2, rings[depth].radius + row * Self.between)
        }
        return places
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
