/// Rings by level, or by the distance from the root where all levels are one: what matters most in the middle, everybody
/// as near as the ring allows to whom they belong.
struct ConcentricLayout {
    let options: LayoutOptions
    private static let rounds = 8
    /// A gateway and what it leads to may share the middle.
    private static let inMiddle = 3
    /// All pairs are tried: of a larger ring that would take too long.
    private static let mostExchanged = 200
    private static let mostRows = 8

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
        let circles = circles(rings, graph)
        try exchange(&rings, &angle, circles.map(\.radius), graph, neighbours, watch)
        var places = [LayoutPoint](repeating: .zero, count: graph.nodes.count)
        for (ring, nodes) in rings.enumerated() { put(nodes, circles[ring], angle, &places) }
        return places
    }

    /// In turn on each row, everybody beside those of the same row only.
    private func put(_ nodes: [Int], _ circle: Circle, _ angle: [Double], _ places: inout [LayoutPoint]) {
        guard circle.rows > 1 else {
            for node in nodes { places[node] = Trigonometry.point(angle[node], circle.radius) }
            return
        }
        // Slots that nobody has keep the last and the first of a row apart.
        let slots = (nodes.count + circle.rows - 1) / circle.rows * circle.rows
        let order = nodes.sorted { (angle[$0], $0) < (angle[$1], $1) }
        let start = order.first.map { angle[$0] } ?? 0
        for (slot, node) in order.enumerated() {
            places[node] = Trigonometry.point(
                start + 2 * Double.pi * Double(slot) / Double(slots),
                circle.radius + Double(slot % circle.rows) * circle.between)
        }
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

    /// Two of a ring change places as long as that makes lines shorter: what the mean directions leave over, such as two
    /// that want the same place from opposite sides.
    private func exchange(
        _ rings: inout [[Int]], _ angle: inout [Double], _ radii: [Double], _ graph: LayoutGraph,
        _ neighbours: Adjacency, _ watch: CancelWatch
    ) throws(LayoutCancelled) {
        var radius = [Double](repeating: 0, count: graph.nodes.count)
        for (ring, nodes) in rings.enumerated() { nodes.forEach { radius[$0] = radii[ring] } }
        func length(_ node: Int, at way: Double) -> Double {
            let place = Trigonometry.point(way, radius[node])
            return neighbours[node].reduce(0.0) { sum, other in
                let end = Trigonometry.point(angle[other], radius[other])
                let (x, y) = (end.x - place.x, end.y - place.y)
                // Squared: one line across the whole picture is worse than many short ones.
                return sum + x * x + y * y
            }
        }
        for _ in 0..<Self.rounds {
            var isBetter = false
            for nodes in rings where nodes.count > 2 && nodes.count <= Self.mostExchanged {
                for (at, one) in nodes.enumerated() {
                    try watch.check()
                    for two in nodes[(at + 1)...] where graph.nodes[one].width == graph.nodes[two].width {
                        let before = length(one, at: angle[one]) + length(two, at: angle[two])
                        let after = length(one, at: angle[two]) + length(two, at: angle[one])
                        // Neighbours of each other count twice on both sides.
                        if after < before * 0.999 {
                            angle.swapAt(one, two)
                            isBetter = true
                        }
                    }
                }
            }
            if !isBetter { return }
        }
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

    private struct Circle {
        /// Of the innermost row.
        var radius: Double
        var rows = 1
        var between = 0.0

        var outside: Double { radius + Double(rows - 1) * between }
    }

    private func circles(_ rings: [[Int]], _ graph: LayoutGraph) -> [Circle] {
        var circles: [Circle] = []
        for ring in rings {
            let around = ring.reduce(0.0) { $0 + graph.nodes[$1].width + options.gap } / (2 * Double.pi)
            guard let within = circles.last else {
                // Three or more in the middle make a small ring of their own.
                circles.append(Circle(radius: ring.count == 1 ? 0 : max(around, 0.6 * options.edgeLength)))
                continue
            }
            let least = within.outside + options.edgeLength + options.gap
            circles.append(circle(of: ring, around, least, graph))
        }
        return circles
    }

    /// A crowded level stands in rows, one behind the other, as many as make the picture smaller by a tenth each.
    private func circle(of ring: [Int], _ around: Double, _ least: Double, _ graph: LayoutGraph) -> Circle {
        let between = (ring.map { max(graph.nodes[$0].width, graph.nodes[$0].height) }.max() ?? 0) + options.gap
        var best = Circle(radius: max(around, least))
        guard options.blocksLeaves else { return best }
        for rows in 2...Self.mostRows {
            let slots = Double((ring.count + rows - 1) / rows * rows) / Double(ring.count)
            let tried = Circle(radius: max(around * slots / Double(rows), least), rows: rows, between: between)
            if tried.outside < best.outside * 0.9 { best = tried }
        }
        return best
    }
}
