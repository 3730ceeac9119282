/// Rings by level, or by the distance from the root where all levels are one: what matters most in the middle, everybody
/// as near as the ring allows to whom they belong.
struct ConcentricLayout {
    let options: LayoutOptions
    private static let rounds = 8
    /// A gateway and what it leads to may share the middle.
    private static let inMiddle = 3

    init(_ options: LayoutOptions) { self.options = options }

    func places(of graph: LayoutGraph, _ watch: CancelWatch) throws(LayoutCancelled) -> [LayoutPoint] {
        let neighbours = Adjacency(count: graph.nodes.count, edges: graph.edges)
        let tree = SpanningTree(graph, root: Depths.root(of: graph))
        var rings = rings(graph, tree)
        var angle = [Double](repeating: 0, count: graph.nodes.count)
        rings.forEach { spread($0, graph, &angle, from: -Double.pi / 2) }
        for _ in 0..<Self.rounds {
            try watch.check()
            for ring in rings.indices where rings[ring].count > 1 {
                let wanted = rings[ring].map { direction(of: $0, neighbours, angle, graph) }
                let order = rings[ring].indices.sorted { (wanted[$0], $0) < (wanted[$1], $1) }
                rings[ring] = order.map { rings[ring][$0] }
                spread(rings[ring], graph, &angle, from: start(rings[ring], order.map { wanted[$0] }, graph))
            }
        }
        let radii = radii(rings, graph)
        var places = [LayoutPoint](repeating: .zero, count: graph.nodes.count)
        for (ring, nodes) in rings.enumerated() {
            for node in nodes { places[node] = Trigonometry.point(angle[node], radii[ring]) }
        }
        return places
    }

    private func rings(_ graph: LayoutGraph, _ tree: SpanningTree) -> [[Int]] {
        let levels = Set(graph.nodes.map(\.level)).sorted()
        let key: (Int) -> Int = levels.count > 1 ? { graph.nodes[$0].level } : { tree.depths[$0] }
        var rings: [[Int]] = []
        var radius = 0.0
        // Levels share a ring as long as it has room, or a lab of twelve would have nine rings.
        for level in Dictionary(grouping: tree.order, by: key).sorted(by: { $0.key < $1.key }).map(\.value) {
            let room = rings.count == 1 ? Self.inMiddle : Int(2 * Double.pi * radius / (112 + options.gap))
            if let last = rings.last, last.count + level.count <= room {
                rings[rings.count - 1] += level
            } else {
                rings.append(level)
                if rings.count > 1 { radius += options.edgeLength + options.gap }
            }
        }
        return rings
    }

    /// The mean direction of the neighbours, in which one further in counts more.
    private func direction(
        of node: Int, _ neighbours: Adjacency, _ angle: [Double], _ graph: LayoutGraph
    ) -> Double {
        var sum = LayoutPoint.zero
        for other in neighbours[node] {
            let weight = graph.nodes[other].level < graph.nodes[node].level ? 2.0 : 1
            let way = Trigonometry.point(angle[other], weight)
            sum.x += way.x
            sum.y += way.y
        }
        return sum.x == 0 && sum.y == 0 ? angle[node] : Trigonometry.arcTangent(sum.y, sum.x)
    }

    /// Where the first has to stand so that all stand near what they want.
    private func start(_ nodes: [Int], _ wanted: [Double], _ graph: LayoutGraph) -> Double {
        var angle = [Double](repeating: 0, count: graph.nodes.count)
        spread(nodes, graph, &angle, from: 0)
        var sum = LayoutPoint.zero
        for (index, node) in nodes.enumerated() {
            let way = Trigonometry.point(wanted[index] - angle[node], 1)
            sum.x += way.x
            sum.y += way.y
        }
        return Trigonometry.arcTangent(sum.y, sum.x)
    }

    /// Once around, everybody with as much of it as their width.
    private func spread(_ nodes: [Int], _ graph: LayoutGraph, _ angle: inout [Double], from start: Double) {
        let all = nodes.reduce(0.0) { $0 + graph.nodes[$1].width }
        var next = start
        for node in nodes {
            let share = 2 * Double.pi * graph.nodes[node].width / all
            angle[node] = next + share / 2
            next += share
        }
    }

    private func radii(_ rings: [[Int]], _ graph: LayoutGraph) -> [Double] {
        var radii: [Double] = []
        for (index, ring) in rings.enumerated() {
            let around = ring.reduce(0.0) { $0 + graph.nodes[$1].width + options.gap } / (2 * Double.pi)
            if index == 0 {
                // Three or more in the middle make a small ring of their own.
                radii.append(ring.count == 1 ? 0 : max(around, 0.6 * options.edgeLength))
            } else {
                radii.append(max(around, radii[index - 1] + options.edgeLength + options.gap))
            }
        }
        return radii
    }
}
