/// A graph whose edges all lead downward, from a lower rank to a higher one.
struct RankedGraph {
    struct Arc {
        let from: Int
        let to: Int
    }

    /// Where everything is joined with everything, the points of long edges are many times the nodes: beyond that many for
    /// each node the longest edges have no say in the order.
    private static let pointsForNode = 30
    private static let fewestPoints = 4_096

    var ranks: [Int]
    let arcs: [Arc]
    /// Edges over more layers are not followed from layer to layer.
    let longest: Int

    func span(_ arc: Arc) -> Int { ranks[arc.to] - ranks[arc.from] }

    /// Edges without a direction lead away from where the levels begin; edges that close a circle are turned round.
    init(_ graph: LayoutGraph, root: Int) {
        let order = Precedence(graph, root: root)
        var arcs: [Arc] = []
        arcs.reserveCapacity(graph.edges.count)
        var seen: Set<LayoutGraph.Edge> = []
        for edge in graph.edges {
            let turned = !edge.isDirected && !order.isBefore(edge.from, edge.to)
            let (from, to) = turned ? (edge.to, edge.from) : (edge.from, edge.to)
            if seen.insert(.init(from, to)).inserted { arcs.append(Arc(from: from, to: to)) }
        }
        self.arcs = Self.acyclic(arcs, count: graph.nodes.count, order)
        let ranks = RankAssignment(count: graph.nodes.count, arcs: self.arcs).ranks()
        self.ranks = ranks
        longest = Self.longest(self.arcs.map { ranks[$0.to] - ranks[$0.from] }, count: graph.nodes.count)
    }

    /// The longest span whose points still fit, all shorter ones counted.
    private static func longest(_ spans: [Int], count: Int) -> Int {
        var room = max(fewestPoints, count * pointsForNode)
        for span in spans.sorted() {
            room -= span - 1
            if room < 0 { return max(1, span - 1) }
        }
        return spans.max() ?? 1
    }

    /// Turns round what a search in depth finds to lead back.
    private static func acyclic(_ arcs: [Arc], count: Int, _ order: Precedence) -> [Arc] {
        var out = [[Int]](repeating: [], count: count)
        for (index, arc) in arcs.enumerated() { out[arc.from].append(index) }
        var state = [UInt8](repeating: 0, count: count)
        var result = arcs
        for start in order.nodes where state[start] == 0 {
            var path: [(node: Int, next: Int)] = [(start, 0)]
            state[start] = 1
            while let top = path.last {
                guard top.next < out[top.node].count else {
                    state[top.node] = 2
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                let index = out[top.node][top.next]
                let target = arcs[index].to
                if state[target] == 1 {
                    result[index] = Arc(from: arcs[index].to, to: arcs[index].from)
                } else if state[target] == 0 {
                    state[target] = 1
                    path.append((target, 0))
                }
            }
        }
        var seen: Set<LayoutGraph.Edge> = []
        return result.filter { seen.insert(.init($0.from, $0.to)).inserted }
    }
}

/// Which node comes first: by level, then by the distance from the root, then by index.
struct Precedence {
    private let key: [(Int, Int, Int)]
    /// All nodes, the first first.
    let nodes: [Int]

    init(_ graph: LayoutGraph, root: Int) {
        let depths = Depths(graph, roots: [root] + Depths.twins(of: root, in: graph)).depths
        let key = graph.nodes.indices.map { (graph.nodes[$0].level, depths[$0], $0) }
        self.key = key
        nodes = graph.nodes.indices.sorted { key[$0] < key[$1] }
    }

    func isBefore(_ one: Int, _ two: Int) -> Bool { key[one] < key[two] }
}

/// Steps from a root, along edges in either direction, and the tree that the shortest ways make.
struct Depths {
    private(set) var depths: [Int]
    private(set) var parents: [Int?]
    /// In the order in which they are reached.
    private(set) var order: [Int]

    init(_ graph: LayoutGraph, root: Int) { self.init(graph, roots: [root]) }

    init(_ graph: LayoutGraph, roots: [Int]) {
        let neighbours = Adjacency(count: graph.nodes.count, edges: graph.edges)
        depths = [Int](repeating: -1, count: graph.nodes.count)
        parents = [Int?](repeating: nil, count: graph.nodes.count)
        order = roots
        for root in roots { depths[root] = 0 }
        var next = 0
        while next < order.count {
            let node = order[next]
            next += 1
            for other in neighbours[node] where depths[other] < 0 {
                depths[other] = depths[node] + 1
                parents[other] = node
                order.append(other)
            }
        }
        for node in depths.indices where depths[node] < 0 { depths[node] = 0 }
    }

    /// Of the nodes of the lowest level the one next to the middle, and of several there the one that most lies around: where
    /// a picture of the part begins.
    static func root(of graph: LayoutGraph) -> Int {
        let neighbours = Adjacency(count: graph.nodes.count, edges: graph.edges)
        let lowest = graph.nodes.map(\.level).min() ?? 0
        let candidates = graph.nodes.indices.filter { graph.nodes[$0].level == lowest }
        if candidates.count == 1 { return candidates[0] }
        let middle = middle(of: graph, neighbours)
        if candidates.count == graph.nodes.count { return middle }
        let away = Depths(graph, root: middle).depths
        return candidates.min { (away[$0], -neighbours.degree($0), $0) < (away[$1], -neighbours.degree($1), $1) } ?? 0
    }

    /// What stands in for the root, as one spine for another: of its level, with most of the same neighbours. Where all are
    /// of one level nothing tells them from what lies behind.
    static func twins(of root: Int, in graph: LayoutGraph) -> [Int] {
        let level = graph.nodes[root].level
        guard graph.nodes.contains(where: { $0.level != level }) else { return [] }
        let neighbours = Adjacency(count: graph.nodes.count, edges: graph.edges)
        let own = Set(neighbours[root])
        return graph.nodes.indices.filter { node in
            guard node != root, graph.nodes[node].level == level, !own.contains(node) else { return false }
            let shared = Set(neighbours[node]).intersection(own).count
            return shared > 1 && shared * 2 >= max(own.count, neighbours.degree(node))
        }
    }

    /// Halfway along a longest way: nothing is far from it.
    private static func middle(of graph: LayoutGraph, _ neighbours: Adjacency) -> Int {
        let start = graph.nodes.indices.max { (neighbours.degree($0), $1) < (neighbours.degree($1), $0) } ?? 0
        let one = Depths(graph, root: start).order.last ?? start
        let way = Depths(graph, root: one)
        var node = way.order.last ?? one
        for _ in 0..<(way.depths[node] / 2) { node = way.parents[node] ?? node }
        return node
    }
}
