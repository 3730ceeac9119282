/// The tree that the shortest ways from a root make: what tree, radial and concentric layouts hang their nodes on.
struct SpanningTree {
    let root: Int
    let depths: [Int]
    let children: [[Int]]
    /// Parents before their children.
    let order: [Int]

    init(_ graph: LayoutGraph, root: Int) {
        let ways = Depths(graph, root: root)
        var children = [[Int]](repeating: [], count: graph.nodes.count)
        for node in ways.order {
            if let parent = ways.parents[node] { children[parent].append(node) }
        }
        // Relatives of one kind stand together; blocks and large families stay in the middle of a level.
        for node in children.indices {
            children[node].sort {
                (graph.nodes[$0].level, graph.nodes[$0].group ?? -1, $0)
                    < (graph.nodes[$1].level, graph.nodes[$1].group ?? -1, $1)
            }
        }
        self.root = root
        self.children = children
        depths = ways.depths
        order = ways.order
    }
}
