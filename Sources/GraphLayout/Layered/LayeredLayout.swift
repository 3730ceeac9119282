/// Layers from top to bottom (Sugiyama, Tagawa, Toda 1981): ranks, an order with few crossings, coordinates.
struct LayeredLayout {
    let options: LayoutOptions

    init(_ options: LayoutOptions) { self.options = options }

    func places(of graph: LayoutGraph, _ watch: CancelWatch) throws(LayoutCancelled) -> [LayoutPoint] {
        let blocks = LeafBlocks(graph, options)
        let small = blocks.graph
        let ranked = RankedGraph(small, root: Depths.root(of: small))
        try watch.check()
        let y = Self.tops(ranked.ranks, small, options)
        let widths = small.nodes.map(\.width)
        var order = LayerOrder(ranked)
        var best: (places: [LayoutPoint], quality: DrawingQuality)?
        // The map draws straight edges: the try whose straight edges cross least is taken.
        for start in 0..<tries(ranked) {
            try order.improve(start: start, seed: options.seed, watch)
            let x = LayerCoordinates(order, widths: widths, gap: options.gap).x()
            let places = small.nodes.indices.map {
                LayoutPoint(x: x[$0], y: y[ranked.ranks[$0]] + small.nodes[$0].height / 2)
            }
            let quality = DrawingQuality(places, small)
            if best.map({ quality < $0.quality }) ?? true { best = (places, quality) }
        }
        return blocks.expanded(best?.places ?? [])
    }

    /// As many as a large part of a second affords, which is one where a graph is large.
    private func tries(_ ranked: RankedGraph) -> Int {
        let work = ranked.arcs.reduce(ranked.ranks.count) { $0 + ranked.ranks[$1.to] - ranked.ranks[$1.from] }
        return max(2, min(40, 20_000 / max(1, work)))
    }

    /// The upper border of each layer.
    static func tops(_ ranks: [Int], _ graph: LayoutGraph, _ options: LayoutOptions) -> [Double] {
        var tallest = [Double](repeating: 0, count: (ranks.max() ?? 0) + 1)
        for (node, rank) in ranks.enumerated() { tallest[rank] = max(tallest[rank], graph.nodes[node].height) }
        var y: [Double] = []
        var bottom = 0.0
        for height in tallest {
            y.append(bottom)
            bottom += height + max(options.gap, options.edgeLength - 84 + options.gap)
        }
        return y
    }
}
