/// A band for each group, one below the other. What is in no group, or alone in one, makes the first band: there the lines
/// come from. In a band everybody hangs below whom they belong to.
struct LaneLayout {
    let options: LayoutOptions
    private static let deepest = 2

    init(_ options: LayoutOptions) { self.options = options }

    func places(of graph: LayoutGraph, _ watch: CancelWatch) throws(LayoutCancelled) -> [LayoutPoint] {
        var bands: [Band] = []
        for members in lanes(of: graph) { bands.append(try band(members, graph, depth: LeafBlocks.none, watch)) }
        // The widest band gets blocks, and deeper ones, as long as the whole is shown larger by that.
        while let widest = bands.indices.max(by: { (bands[$0].box.width, $1) < (bands[$1].box.width, $0) }),
            bands[widest].depth < (options.blocksLeaves ? Self.deepest : LeafBlocks.none)
        {
            var tried = bands
            tried[widest] = try band(bands[widest].box.nodes, graph, depth: bands[widest].depth + 1, watch)
            guard screenHeight(tried) <= screenHeight(bands) else { break }
            bands = tried
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
        let depth: Int
        let places: [LayoutPoint]
        let box: PackedBox
    }

    private func band(
        _ members: [Int], _ graph: LayoutGraph, depth: Int, _ watch: CancelWatch
    ) throws(LayoutCancelled) -> Band {
        var within = options
        within.partsInRow = true
        within.blockDepth = depth
        var places = [LayoutPoint](repeating: .zero, count: graph.nodes.count)
        try GroupTree(within).lay(members, graph, &places, watch)
        return Band(depth: depth, places: places, box: PackedBox(members, places, graph))
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
