/// The members of one group as a tree from the network or cluster down, everybody below whom they belong to. Edges to others
/// say nothing here.
struct GroupTree {
    private let options: LayoutOptions

    init(_ options: LayoutOptions) { self.options = options }

    func lay(
        _ members: [Int], _ graph: LayoutGraph, _ places: inout [LayoutPoint], _ watch: CancelWatch
    ) throws(LayoutCancelled) {
        var index: [Int: Int] = [:]
        for (place, node) in members.enumerated() { index[node] = place }
        let edges = graph.edges.compactMap { edge -> LayoutGraph.Edge? in
            guard let from = index[edge.from], let to = index[edge.to] else { return nil }
            return .init(from, to, isDirected: edge.isDirected, steps: edge.steps)
        }
        var free = members.map { graph.nodes[$0] }
        for place in free.indices { free[place].pin = nil }
        let inside = try Layout(.tree, options).places(of: LayoutGraph(nodes: free, edges: edges), watch: watch)
        for (place, node) in members.enumerated() { places[node] = inside[place] }
    }
}
