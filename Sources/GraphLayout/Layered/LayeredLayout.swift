/// Layers from top to bottom (Sugiyama, Tagawa, Toda 1981): ranks, an order with few crossings, coordinates.
struct LayeredLayout {
    let options: LayoutOptions
    /// A picture that is wider than high by more than that gets its layers broken into rows.
    private static let widest = 3.0
    private static let mostRows = 6

    init(_ options: LayoutOptions) { self.options = options }

    func places(of graph: LayoutGraph, _ watch: CancelWatch) throws(LayoutCancelled) -> [LayoutPoint] {
        let blocks = LeafBlocks(graph, options)
        let ranked = RankedGraph(blocks.graph, root: Depths.root(of: blocks.graph))
        let plain = LayerRows(ranked.ranks, blocks.graph, options, most: 1)
        let places = blocks.expanded(try drawn(blocks.graph, ranked, plain, watch))
        guard options.blocksLeaves, aspect(places, graph) > Self.widest else { return places }
        let whole = RankedGraph(graph, root: Depths.root(of: graph))
        let rows = LayerRows(whole.ranks, graph, options, most: Self.mostRows)
        let broken = try drawn(graph, whole, rows, watch)
        return aspect(broken, graph) < aspect(places, graph) ? broken : places
    }

    private func aspect(_ places: [LayoutPoint], _ graph: LayoutGraph) -> Double {
        let box = PackedBox(Array(graph.nodes.indices), places, graph)
        return box.width / max(1, box.height)
    }

    private func drawn(
        _ graph: LayoutGraph, _ ranked: RankedGraph, _ rows: LayerRows, _ watch: CancelWatch
    ) throws(LayoutCancelled) -> [LayoutPoint] {
        try watch.check()
        let slim = rows.slim(graph)
        var order = LayerOrder(ranked)
        var best: (places: [LayoutPoint], quality: DrawingQuality)?
        let straight = StraightEdges(slim, gap: options.gap)
        // The map draws straight edges: the try whose straight edges cross least is taken.
        for start in 0..<tries(ranked) {
            try order.improve(start: start, seed: options.seed, watch)
            let x = LayerCoordinates(order, widths: slim.nodes.map(\.width), gap: options.gap).x()
            let places = rows.standing(x.prefix(graph.nodes.count).map { LayoutPoint(x: $0, y: 0) })
            for candidate in [places, rows.standing(straight.shortened(places, ranked.ranks))] {
                let quality = DrawingQuality(candidate, graph)
                if best.map({ quality < $0.quality }) ?? true { best = (candidate, quality) }
            }
        }
        guard let best else { return [] }
        // Who changes places in a layer of rows changes rows too: there the order has the last word.
        if rows.areSeveral { return best.places }
        let exchanged = try straight.exchanged(best.places, ranked.ranks, watch)
        let shortened = straight.shortened(exchanged, ranked.ranks)
        return straight.isBetter(shortened, exchanged) ? shortened : exchanged
    }

    /// As many as a large part of a second affords, which is one where a graph is large.
    private func tries(_ ranked: RankedGraph) -> Int {
        let work = ranked.arcs.reduce(ranked.ranks.count) { $0 + ranked.ranks[$1.to] - ranked.ranks[$1.from] }
        return max(2, min(40, 20_000 / max(1, work)))
    }

    /// The upper border of each layer.
    static func tops(_ ranks: [Int], _ graph: LayoutGraph, _ options: LayoutOptions) -> [Double] {
        LayerRows(ranks, graph, options, most: 1).tops
    }
}

/// How layers stand below each other: each in one row, or, where that would be too wide, in several, by turns.
struct LayerRows {
    let tops: [Double]
    private let ranks: [Int]
    private let heights: [Double]
    private let rows: [Int]

    var areSeveral: Bool { rows.contains { $0 > 1 } }

    init(_ ranks: [Int], _ graph: LayoutGraph, _ options: LayoutOptions, most: Int) {
        var heights = [Double](repeating: 0, count: (ranks.max() ?? 0) + 1)
        var widths = heights
        var area = 0.0
        for (node, rank) in ranks.enumerated() {
            let size = graph.nodes[node]
            heights[rank] = max(heights[rank], size.height)
            widths[rank] += size.width + options.gap
            area += (size.width + options.gap) * (size.height + options.edgeLength)
        }
        let limit = (area * 1.6).squareRoot()
        rows = widths.map { max(1, min(most, Int(($0 / limit).rounded(.up)))) }
        var tops: [Double] = []
        var bottom = 0.0
        for (height, count) in zip(heights, rows) {
            tops.append(bottom)
            bottom += (height + options.gap) * Double(count - 1) + height
            bottom += max(options.gap, options.edgeLength - 84 + options.gap)
        }
        self.ranks = ranks
        self.tops = tops
        self.heights = heights.map { $0 + options.gap }
    }

    /// Each node as wide as it has to be where the next of its row is several steps away.
    func slim(_ graph: LayoutGraph) -> LayoutGraph {
        var slim = graph
        for (node, rank) in ranks.enumerated() { slim.nodes[node].width /= Double(rows[rank]) }
        return slim
    }

    /// The places with their heights, from left to right one row after the other.
    func standing(_ places: [LayoutPoint]) -> [LayoutPoint] {
        var places = places
        var turn = [Int](repeating: 0, count: rows.count)
        for node in places.indices.sorted(by: { (places[$0].x, $0) < (places[$1].x, $1) }) {
            let rank = ranks[node]
            let row = Double(turn[rank] % rows[rank])
            turn[rank] += 1
            places[node].y = tops[rank] + (heights[rank] * (row + 0.5))
        }
        return places
    }
}
