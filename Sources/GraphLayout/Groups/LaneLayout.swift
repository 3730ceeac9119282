/// A band for each group, one below the other. What is in no group, or alone in one, makes the first band: there the lines
/// come from. In a band everybody hangs below whom they belong to.
struct LaneLayout {
    let options: LayoutOptions
    /// How deep blocks may be, and how much wider than high: the last ones break the row of a band's own trees, hosts with
    /// their guests, into several.
    private static let styles: [BlockStyle] =
        [.none] + (0...2).map { BlockStyle(deepest: $0) } + [9, 6, 4, 2.5].map { BlockStyle(deepest: 3, aspect: $0) }
    /// Up to here blocks only stand closer, and nobody's own tree is broken.
    private static let plain = 3

    init(_ options: LayoutOptions) { self.options = options }

    func places(of graph: LayoutGraph, _ watch: CancelWatch) throws(LayoutCancelled) -> [LayoutPoint] {
        var bands: [Band] = []
        for members in lanes(of: graph) { bands.append(try band(members, graph, style: 0, watch)) }
        // The widest band gets blocks, and deeper ones, as long as the whole is shown larger by that.
        while options.blocksLeaves,
            let widest = bands.indices.max(by: { (bands[$0].box.width, $1) < (bands[$1].box.width, $0) }),
            let better = try larger(bands, at: widest, graph, watch)
        {
            bands[widest] = better
        }
        // Where one band is in blocks, the others look odd without: they follow where that costs nothing.
        if let deepest = bands.map(\.style).max(), deepest >= Self.plain {
            for index in bands.indices where bands[index].style < Self.plain {
                var tried = bands
                tried[index] = try band(bands[index].box.nodes, graph, style: Self.plain, watch)
                if screenHeight(tried) <= screenHeight(bands) * 1.03 { bands = tried }
            }
        }
        var places = [LayoutPoint](repeating: .zero, count: graph.nodes.count)
        var top = 0.0
        for band in bands {
            for node in band.box.nodes { places[node] = band.places[node] }
            var moved = band.box
            moved.move(left: -moved.width / 2, top: top, &places)
            top += moved.height + options.partGap
        }
        return places
    }

    private struct Band {
        /// Which of the ways to make blocks it has.
        let style: Int
        let places: [LayoutPoint]
        let box: PackedBox
    }

    /// The band with the next blocks by which the whole is shown no smaller.
    private func larger(
        _ bands: [Band], at index: Int, _ graph: LayoutGraph, _ watch: CancelWatch
    ) throws(LayoutCancelled) -> Band? {
        let now = screenHeight(bands)
        for style in Self.styles.indices.dropFirst(bands[index].style + 1) {
            var tried = bands
            tried[index] = try band(bands[index].box.nodes, graph, style: style, watch)
            if tried[index].box.width < bands[index].box.width, screenHeight(tried) <= now { return tried[index] }
        }
        return nil
    }

    private func band(
        _ members: [Int], _ graph: LayoutGraph, style: Int, _ watch: CancelWatch
    ) throws(LayoutCancelled) -> Band {
        var within = options
        within.partsInRow = true
        within.blocks = Self.styles[style]
        var places = [LayoutPoint](repeating: .zero, count: graph.nodes.count)
        try GroupTree(within).lay(members, graph, &places, watch)
        return Band(style: style, places: places, box: PackedBox(members, places, graph))
    }

    private func screenHeight(_ bands: [Band]) -> Double {
        let height = bands.reduce(-options.partGap) { $0 + $1.box.height + options.partGap }
        return options.screenHeight(width: bands.map(\.box.width).max() ?? 0, height: height)
    }

    private func lanes(of graph: LayoutGraph) -> [[Int]] {
        let members = Dictionary(grouping: graph.nodes.indices) { graph.nodes[$0].group ?? -1 }
        // A network that nobody is in would be a band with one node.
        return Dictionary(grouping: graph.nodes.indices) { node -> Int in
            guard let group = graph.nodes[node].group, members[group].map({ $0.count > 1 }) ?? false else { return -1 }
            return group
        }.sorted { $0.key < $1.key }.map(\.value)
    }
}
