/// A band for each group, one below the other, and columns for the levels that run through all bands: gateways at the left,
/// then what passes traffic on, machines, guests, services. What is in no group makes the first band.
struct LaneLayout {
    let options: LayoutOptions
    private static let rounds = 6
    private static let aspect = 1.7
    /// Between two columns, for the lines.
    private static let aisle = 44.0

    init(_ options: LayoutOptions) { self.options = options }

    func places(of graph: LayoutGraph, _ watch: CancelWatch) throws(LayoutCancelled) -> [LayoutPoint] {
        let neighbours = Adjacency(count: graph.nodes.count, edges: graph.edges)
        var table = best(Table(graph, options.gap))
        var places = table.places(graph, aisle: Self.aisle, lane: options.partGap)
        for _ in 0..<Self.rounds {
            try watch.check()
            table.order { node in
                let others = neighbours[node]
                return others.isEmpty
                    ? places[node].y : others.reduce(0.0) { $0 + places[$1].y } / Double(others.count)
            }
            places = table.places(graph, aisle: Self.aisle, lane: options.partGap)
        }
        return places
    }

    /// Cells as high as makes the whole fit a screen best.
    private func best(_ table: Table) -> Table {
        var best = table
        var least = Double.infinity
        var height = 1.0
        while height <= Double(table.largest) {
            var tried = table
            tried.shape(height: Int(height))
            let size = tried.size(aisle: Self.aisle, lane: options.partGap)
            let ratio = size.width / (size.height * Self.aspect)
            let error = max(ratio, 1 / ratio)
            if error < least { (best, least) = (tried, error) }
            height = max(height + 1, height * 1.2)
        }
        return best
    }
}

/// Lanes and levels, with the nodes of each cell in their order, from top to bottom and then to the right.
private struct Table {
    private var cells: [[[Int]]]
    /// Rows of each lane, and columns of each level.
    private var rows: [Int] = []
    private var columns: [Int] = []
    private let width: Double
    private let height: Double
    private(set) var largest = 1

    init(_ graph: LayoutGraph, _ gap: Double) {
        let lanes = Dictionary(grouping: graph.nodes.indices) { graph.nodes[$0].group ?? -1 }
            .sorted { $0.key < $1.key }.map(\.value)
        let levels = Set(graph.nodes.map(\.level)).sorted()
        cells = lanes.map { lane in levels.map { level in lane.filter { graph.nodes[$0].level == level } } }
        width = (graph.nodes.map(\.width).max() ?? 0) + gap
        height = (graph.nodes.map(\.height).max() ?? 0) + gap
        largest = cells.joined().map(\.count).max() ?? 1
        shape(height: 1)
    }

    /// No cell is higher than that; a lane of few nodes stays low.
    mutating func shape(height: Int) {
        rows = cells.map { lane in min(height, lane.map(\.count).max() ?? 1) }
        columns = (cells.first ?? []).indices.map { level in
            zip(cells, rows).map { ($0[level].count + $1 - 1) / $1 }.max() ?? 1
        }
    }

    func size(aisle: Double, lane: Double) -> (width: Double, height: Double) {
        (
            Double(columns.reduce(0, +)) * width + Double(columns.count - 1) * aisle,
            Double(rows.reduce(0, +)) * height + Double(rows.count - 1) * lane
        )
    }

    mutating func order(_ wish: (Int) -> Double) {
        for lane in cells.indices {
            for level in cells[lane].indices where cells[lane][level].count > 1 {
                let keyed = cells[lane][level].map { (wish($0), $0) }.sorted { $0 < $1 }
                cells[lane][level] = keyed.map(\.1)
            }
        }
    }

    func places(_ graph: LayoutGraph, aisle: Double, lane between: Double) -> [LayoutPoint] {
        var places = [LayoutPoint](repeating: .zero, count: graph.nodes.count)
        var top = 0.0
        for (lane, row) in zip(cells, rows) {
            var left = 0.0
            for (cell, column) in zip(lane, columns) {
                // As many rows as make even columns, in the middle of the band.
                let wide = (cell.count + row - 1) / max(1, row)
                let high = wide == 0 ? 0 : (cell.count + wide - 1) / wide
                for (index, node) in cell.enumerated() {
                    places[node] = LayoutPoint(
                        x: left + (Double(column - wide) / 2 + Double(index / high) + 0.5) * width,
                        y: top + (Double(row - high) / 2 + Double(index % high) + 0.5) * height)
                }
                left += Double(column) * width + aisle
            }
            top += Double(row) * height + between
        }
        return places
    }
}
