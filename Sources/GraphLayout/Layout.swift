/// The ways to lay out a map. The words are the API's.
package enum LayoutKind: String, Sendable, CaseIterable {
    case force
    case hierarchical
    case tree
    case radial
    case concentric
    /// A band for each group: VLANs, segments.
    case lanes
    /// Members of a group together.
    case clusters

    /// Whether it puts the members of each group in a place of their own.
    package var isByGroup: Bool { self == .lanes || self == .clusters }
}

package struct LayoutOptions: Sendable, Equatable {
    package var seed: UInt64 = 1
    /// The length that edges are given where nothing else decides, in pixels.
    package var edgeLength = 130.0
    /// Free space between two nodes that stand beside each other, in pixels.
    package var gap = 16.0
    /// Free space between parts that are not connected, in pixels.
    package var partGap = 56.0
    /// How much wider than high the screen is that the picture is for.
    package var aspect = 1.65
    /// Whether parts that are not connected stand in one row, instead of on shelves that fit the screen.
    package var partsInRow = false
    /// Which trees stand as blocks; nil is what shows most at the scale that fits the screen.
    package var blocks: BlockStyle?
    /// Whether many leaves of one node may stand together as a block, instead of in one long row.
    package var blocksLeaves = true
    /// Whether nodes are moved apart until no two cover each other.
    package var separates = true

    package init() {}

    /// From the bottom of a node to the top of what hangs below it: edges keep their length with names under the discs.
    var betweenLayers: Double { max(gap, edgeLength - 84 + gap) }

    /// What the screen has to be high to show all of a picture at the map's scale: the less, the larger it is shown.
    func screenHeight(width: Double, height: Double) -> Double { max(height, width / aspect) }
}

/// The layout was given up because nobody waits for it any more.
package struct LayoutCancelled: Error {}

/// Lays out graphs: the same graph, options and kind give the same places. Nothing here waits or locks; a layout of
/// 10,000 nodes takes a second or two of one core, so that callers run it away from the event loops.
package struct Layout: Sendable, Equatable {
    package let kind: LayoutKind
    package let options: LayoutOptions

    package init(_ kind: LayoutKind, _ options: LayoutOptions = .init()) {
        self.kind = kind
        self.options = options
    }

    /// A place for each node. `isCancelled` is asked often, from the thread that lays out.
    package func places(
        of graph: LayoutGraph, isCancelled: @escaping () -> Bool = { Task.isCancelled }
    ) throws(LayoutCancelled) -> [LayoutPoint] {
        try places(of: graph, watch: CancelWatch(isCancelled))
    }

    func places(of graph: LayoutGraph, watch: CancelWatch) throws(LayoutCancelled) -> [LayoutPoint] {
        guard !graph.nodes.isEmpty else { return [] }
        var places: [LayoutPoint]
        switch kind {
        case .lanes: places = try LaneLayout(options).places(of: graph, watch)
        case .clusters: places = try ClusterLayout(options).places(of: graph, watch)
        default: places = try inParts(graph, watch)
        }
        PinnedPlaces.restore(&places, graph)
        if options.separates { try Separation(gap: options.gap).apply(&places, graph, watch) }
        return places
    }

    /// Each connected part for itself, then all of them side by side.
    private func inParts(_ graph: LayoutGraph, _ watch: CancelWatch) throws(LayoutCancelled) -> [LayoutPoint] {
        let parts = Parts(graph)
        var places = [LayoutPoint](repeating: .zero, count: graph.nodes.count)
        var singles: [Int] = []
        var boxes: [PackedBox] = []
        for part in parts.members {
            if part.count == 1 {
                singles.append(part[0])
                continue
            }
            let subgraph = parts.subgraph(part, of: graph)
            for (index, place) in try laidOut(subgraph, watch).enumerated() { places[part[index]] = place }
            boxes.append(PackedBox(part, places, graph))
        }
        if let block = PackedBox.grid(of: singles, &places, graph, options) { boxes.append(block) }
        Packing(gap: options.partGap, aspect: options.partsInRow ? .infinity : options.aspect).pack(
            &boxes, &places, graph)
        return places
    }

    private func laidOut(
        _ graph: LayoutGraph, _ watch: CancelWatch
    ) throws(LayoutCancelled) -> [LayoutPoint] {
        switch kind {
        case .hierarchical: try LayeredLayout(options).places(of: graph, watch)
        case .tree: try TreeLayout(options).places(of: graph, watch)
        case .radial: try RadialLayout(options).places(of: graph, watch)
        case .concentric: try ConcentricLayout(options).places(of: graph, watch)
        default: try ForceLayout(options).places(of: graph, watch)
        }
    }
}

/// Asks whether somebody still waits.
struct CancelWatch {
    private let isCancelled: () -> Bool

    init(_ isCancelled: @escaping () -> Bool) { self.isCancelled = isCancelled }

    func check() throws(LayoutCancelled) {
        if isCancelled() { throw LayoutCancelled() }
    }
}
