/// The connected parts of a graph, each with its nodes in the graph's order; the parts in the order of their first.
struct Parts {
    let members: [[Int]]
    private let part: [Int]
    private let place: [Int]
    private let edges: [[LayoutGraph.Edge]]

    init(_ graph: LayoutGraph) {
        let neighbours = Adjacency(count: graph.nodes.count, edges: graph.edges)
        var part = [Int](repeating: -1, count: graph.nodes.count)
        var members: [[Int]] = []
        for start in graph.nodes.indices where part[start] < 0 {
            part[start] = members.count
            var found = [start]
            var next = 0
            while next < found.count {
                for other in neighbours[found[next]] where part[other] < 0 {
                    part[other] = members.count
                    found.append(other)
                }
                next += 1
            }
            members.append(found.sorted())
        }
        var place = [Int](repeating: 0, count: graph.nodes.count)
        for nodes in members {
            for (index, node) in nodes.enumerated() { place[node] = index }
        }
        var edges = [[LayoutGraph.Edge]](repeating: [], count: members.count)
        for edge in graph.edges {
            edges[part[edge.from]].append(
                .init(place[edge.from], place[edge.to], isDirected: edge.isDirected, steps: edge.steps))
        }
        self.members = members
        self.part = part
        self.place = place
        self.edges = edges
    }

    func subgraph(_ nodes: [Int], of graph: LayoutGraph) -> LayoutGraph {
        LayoutGraph(nodes: nodes.map { graph.nodes[$0] }, edges: edges[part[nodes[0]]])
    }
}
