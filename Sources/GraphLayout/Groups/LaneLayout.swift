/// A band for each group, one below the other: in it the nodes by level in rows, everybody near whom they belong to.
/// What is in no group makes the first band.
struct LaneLayout {
    let options: LayoutOptions
    private static let rounds = 6

    init(_ options: LayoutOptions) { self.options = options }

    func places(of graph: LayoutGraph, _ watch: CancelWatch) throws(LayoutCancelled) -> [LayoutPoint] {
        let neighbours = Adjacency(count: graph.nodes.count, edges: graph.edges)
        let lanes = Dictionary(grouping: graph.nodes.indices) { graph.nodes[$0].group ?? -1 }
            .sorted { $0.key < $1.key }.map(\.value)
        let area = graph.nodes.reduce(0.0) { $0 + ($1.width + options.gap) * ($1.height + options.gap) }
        let limit = max((area * 2.2).squareRoot(), 4 * 128)
        var rows = lanes.map { self.rows($0, graph, limit) }
        var places = stacked(rows, graph)
        for _ in 0..<Self.rounds {
            try watch.check()
            for lane in rows.indices { order(&rows[lane], neighbours, places) }
            places = stacked(rows, graph)
        }
        return places
    }

    /// A lane's nodes by level, each level broken into rows that fit.
    private func rows(_ lane: [Int], _ graph: LayoutGraph, _ limit: Double) -> [[Int]] {
        var rows: [[Int]] = []
        for level in Dictionary(grouping: lane, by: { graph.nodes[$0].level }).sorted(by: { $0.key < $1.key }) {
            let all = level.value.reduce(0.0) { $0 + graph.nodes[$1].width + options.gap }
            let count = max(1, Int((all / limit).rounded(.up)))
            let each = (level.value.count + count - 1) / count
            for start in stride(from: 0, to: level.value.count, by: each) {
                rows.append(Array(level.value[start..<min(start + each, level.value.count)]))
            }
        }
        return rows
    }

    private func order(_ rows: inout [[Int]], _ neighbours: Adjacency, _ places: [LayoutPoint]) {
        for row in rows.indices {
            let wanted = rows[row].map { node in
                let others = neighbours[node]
                return others.isEmpty
                    ? places[node].x : others.reduce(0.0) { $0 + places[$1].x } / Double(others.count)
            }
            rows[row] = rows[row].indices.sorted { (wanted[$0], $0) < (wanted[$1], $1) }.map { rows[row][$0] }
        }
    }

    private func stacked(_ lanes: [[[Int]]], _ graph: LayoutGraph) -> [LayoutPoint] {
        var places = [LayoutPoint](repeating: .zero, count: graph.nodes.count)
        var top = 0.0
        for lane in lanes {
            for row in lane {
                let all = row.reduce(-options.gap) { $0 + graph.nodes[$1].width + options.gap }
                let height = row.map { graph.nodes[$0].height }.max() ?? 0
                var x = -all / 2
                for node in row {
                    places[node] = LayoutPoint(x: x + graph.nodes[node].width / 2, y: top + height / 2)
                    x += graph.nodes[node].width + options.gap
                }
                top += height + options.gap + 20
            }
            top += options.partGap
        }
        return places
    }
}
