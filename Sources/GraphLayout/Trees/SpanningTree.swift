/// The tree that the shortest ways from a root make, by the steps of the edges: what tree, radial and concentric layouts
/// hang their nodes on.
struct SpanningTree {
    let root: Int
    /// Edges of the tree from the root.
    let depths: [Int]
    let children: [[Int]]
    /// Parents before their children.
    let order: [Int]

    init(_ graph: LayoutGraph, root: Int) {
        let ways = ShortestWays(graph, root: root)
        var children = [[Int]](repeating: [], count: graph.nodes.count)
        var depths = [Int](repeating: 0, count: graph.nodes.count)
        for node in ways.order {
            guard let parent = ways.parents[node] else { continue }
            children[parent].append(node)
            depths[node] = depths[parent] + 1
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
        self.depths = depths
        order = ways.order
    }

    /// All nodes as they stand from left to right: each child with all below it before the next.
    func walk() -> [Int] {
        var found: [Int] = []
        var stack = [root]
        while let node = stack.popLast() {
            found.append(node)
            stack += children[node].reversed()
        }
        return found
    }

    /// Its edges alone, each from parent to child.
    func graph(_ nodes: [LayoutNode]) -> LayoutGraph {
        LayoutGraph(nodes: nodes, edges: order.flatMap { node in children[node].map { .init(node, $0) } })
    }
}

/// Dijkstra with a list of nodes for each distance: steps are small numbers.
private struct ShortestWays {
    private(set) var parents: [Int?]
    private(set) var order: [Int] = []

    init(_ graph: LayoutGraph, root: Int) {
        var beside = [[(node: Int, steps: Int)]](repeating: [], count: graph.nodes.count)
        for edge in graph.edges {
            beside[edge.from].append((edge.to, edge.steps))
            beside[edge.to].append((edge.from, edge.steps))
        }
        parents = [Int?](repeating: nil, count: graph.nodes.count)
        var distance = [Int](repeating: .max, count: graph.nodes.count)
        var isDone = [Bool](repeating: false, count: graph.nodes.count)
        var waiting: [[Int]] = [[root]]
        distance[root] = 0
        var now = 0
        while now < waiting.count {
            var next = 0
            while next < waiting[now].count {
                let node = waiting[now][next]
                next += 1
                guard !isDone[node] else { continue }
                isDone[node] = true
                order.append(node)
                for (other, steps) in beside[node] where now + steps < distance[other] {
                    distance[other] = now + steps
                    parents[other] = node
                    while waiting.count <= now + steps { waiting.append([]) }
                    waiting[now + steps].append(other)
                }
            }
            now += 1
        }
    }
}
