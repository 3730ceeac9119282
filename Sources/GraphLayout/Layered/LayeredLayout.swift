/// Layers from top to bottom (Sugiyama, Tagawa, Toda 1981): ranks, an order with few crossings, coordinates.
struct LayeredLayout {
    let options: LayoutOptions
    /// A picture that is wider than high by more than that gets blocks, or its layers broken into rows.
    private static let widest = 2.6
    private static let mostRows = 6
    /// With more nodes there is time for one other try.
    private static let large = 400
    /// Steps of an edge that only says that one needs or belongs to the other.
    private static let loose = 5

    init(_ options: LayoutOptions) { self.options = options }

    func places(of graph: LayoutGraph, _ watch: CancelWatch) throws(LayoutCancelled) -> [LayoutPoint] {
        let root = Depths.root(of: graph)
        let usual = BlockStyle.usual(for: graph)
        let places = try inBlocks(graph, usual, watch)
        guard options.blocksLeaves, aspect(places, graph) > Self.widest else { return places }
        // What a service needs on another machine does not keep it from standing in the block of its own.
        let carried = LayoutGraph(nodes: graph.nodes, edges: carrying(graph, root: root))
        // Of a large one where nothing is loose, the deepest blocks are those that there are already.
        let isLarge = graph.nodes.count > Self.large
        let isLoose = carried.edges.count < graph.edges.count
        let styles = isLarge ? [.none] + (isLoose ? [usual] : []) : BlockStyle.all(for: graph)
        let blocks = try LeafBlocks.fitting(graph, options, among: styles) { style throws(LayoutCancelled) in
            style == .none ? places : try inBlocks(carried, style, watch)
        }
        let isNarrower = aspect(blocks, graph) < aspect(places, graph)
        guard aspect(blocks, graph) > Self.widest, !(isLarge && isNarrower) else { return blocks }
        let whole = RankedGraph(graph, root: root)
        let rows = LayerRows(whole.ranks, graph, options, most: Self.mostRows)
        let broken = try drawn(graph, whole, rows, watch)
        return aspect(broken, graph) < aspect(blocks, graph) ? broken : blocks
    }

    private func inBlocks(
        _ graph: LayoutGraph, _ style: BlockStyle, _ watch: CancelWatch
    ) throws(LayoutCancelled) -> [LayoutPoint] {
        let blocks = LeafBlocks(graph, options, style)
        let ranked = RankedGraph(blocks.graph, root: Depths.root(of: blocks.graph))
        let plain = LayerRows(ranked.ranks, blocks.graph, options, most: 1)
        var places = try drawn(blocks.graph, ranked, plain, watch)
        raise(&places, ranked.ranks, blocks.graph)
        return blocks.expanded(places)
    }

    /// A block is higher than its layer: only what stands below it makes way for it, with all that hangs there. The others
    /// stand in the layers that they would have without blocks.
    private func raise(_ places: inout [LayoutPoint], _ ranks: [Int], _ graph: LayoutGraph) {
        let normal = graph.nodes.map(\.height).min() ?? 0
        guard graph.nodes.contains(where: { $0.height > normal }) else { return }
        let between = options.betweenLayers
        var above = [[Int]](repeating: [], count: graph.nodes.count)
        for edge in graph.edges where ranks[edge.from] != ranks[edge.to] {
            let (high, low) = ranks[edge.from] < ranks[edge.to] ? (edge.from, edge.to) : (edge.to, edge.from)
            above[low].append(high)
        }
        var bottoms = [Double](repeating: 0, count: graph.nodes.count)
        var inTheWay: [Int] = []
        for node in graph.nodes.indices.sorted(by: { (ranks[$0], $0) < (ranks[$1], $1) }) {
            let layer = Double(ranks[node]) * (normal + between)
            var top = above[node].reduce(layer) { max($0, bottoms[$1] + between) }
            for other in inTheWay where ranks[other] < ranks[node] {
                let room = (graph.nodes[node].width + graph.nodes[other].width) / 2 + options.gap
                if abs(places[node].x - places[other].x) < room { top = max(top, bottoms[other] + options.gap) }
            }
            places[node].y = top + graph.nodes[node].height / 2
            bottoms[node] = top + graph.nodes[node].height
            if bottoms[node] > layer + normal { inTheWay.append(node) }
        }
    }

    /// The edges that carry something, and of the others those without which the graph falls apart.
    private func carrying(_ graph: LayoutGraph, root: Int) -> [LayoutGraph.Edge] {
        let tree = SpanningTree(graph, root: root)
        var parents = [Int](repeating: -1, count: graph.nodes.count)
        for (node, children) in tree.children.enumerated() { children.forEach { parents[$0] = node } }
        return graph.edges.filter { $0.steps < Self.loose || parents[$0.from] == $0.to || parents[$0.to] == $0.from }
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
        let work = ranked.arcs.reduce(ranked.ranks.count) { sum, arc in
            let span = ranked.span(arc)
            return sum + (span > ranked.longest ? 1 : span)
        }
        return max(2, min(40, 20_000 / max(1, work)))
    }
}

/// How layers stand below each other: each in one row, or, where that would be too wide, in several, by turns.
struct LayerRows {
    private let tops: [Double]
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
            bottom += options.betweenLayers
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
