/// The root in the middle, each step from it one ring further out, every subtree in a wedge as wide as it needs.
struct RadialLayout {
    let options: LayoutOptions

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
        let radii = radii(tree, graph, wedge)
        return graph.nodes.indices.map { node in
            Trigonometry.point(angle[node] + wedge[node] / 2, radii[tree.depths[node]])
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

    private func radii(_ tree: SpanningTree, _ graph: LayoutGraph, _ wedge: [Double]) -> [Double] {
        var radii = [Double](repeating: 0, count: (tree.depths.max() ?? 0) + 1)
        let step = options.edgeLength + options.gap
        for depth in radii.indices.dropFirst() { radii[depth] = Double(depth) * step }
        for node in tree.order.dropFirst() where wedge[node] < Double.pi {
            let wanted = (graph.nodes[node].width + options.gap) / wedge[node]
            radii[tree.depths[node]] = max(radii[tree.depths[node]], wanted)
        }
        for depth in radii.indices.dropFirst() { radii[depth] = max(radii[depth], radii[depth - 1] + step) }
        return radii
    }
}
