/// A tidy tree from top to bottom (Reingold and Tilford 1981): parents over the middle of their children, subtrees as
/// close as their outlines allow. Children hang right below their parent, however high its neighbours are (as in van der
/// Ploeg 2014): a block of forty does not push away what stands beside it. Edges outside of the tree are drawn where its
/// nodes stand.
struct TreeLayout {
    let options: LayoutOptions
    /// Outlines know heights by steps of so many pixels.
    private static let step = 20.0

    init(_ options: LayoutOptions) { self.options = options }

    func places(of graph: LayoutGraph, _ watch: CancelWatch) throws(LayoutCancelled) -> [LayoutPoint] {
        // What counts as a leaf is decided in the tree: a service that another one needs is a leaf all the same.
        let whole = SpanningTree(graph, root: Depths.root(of: graph))
        let hanging = whole.graph(graph.nodes)
        return try LeafBlocks.fitting(graph, options, among: options.blocks.map { [$0] }) {
            style throws(LayoutCancelled) in
            try drawn(LeafBlocks(hanging, options, style, below: true), root: whole.root, watch)
        }
    }

    private func drawn(
        _ blocks: LeafBlocks, root: Int, _ watch: CancelWatch
    ) throws(LayoutCancelled) -> [LayoutPoint] {
        let small = blocks.graph
        try watch.check()
        let tree = SpanningTree(small, root: blocks.standsFor(root))
        var outlines = [Outline](repeating: Outline(), count: small.nodes.count)
        // Of each node, how far right of its parent it stands.
        var offset = [Double](repeating: 0, count: small.nodes.count)
        for node in tree.order.reversed() {
            try watch.check()
            outlines[node] = join(tree.children[node], small.nodes[node], &outlines, &offset)
        }
        var places = [LayoutPoint](repeating: .zero, count: small.nodes.count)
        var tops = [Double](repeating: 0, count: small.nodes.count)
        for node in tree.order {
            places[node].y = tops[node] + small.nodes[node].height / 2
            let below = tops[node] + Double(steps(small.nodes[node])) * Self.step
            for child in tree.children[node] {
                places[child].x = places[node].x + offset[child]
                tops[child] = below
            }
        }
        return blocks.expanded(places)
    }

    /// From the top of a node to that of its children.
    private func steps(_ node: LayoutNode) -> Int {
        max(1, Int(((node.height + options.betweenLayers) / Self.step).rounded(.up)))
    }

    /// The outline of a node over its children, who are placed side by side.
    private func join(
        _ children: [Int], _ node: LayoutNode, _ outlines: inout [Outline], _ offset: inout [Double]
    ) -> Outline {
        var joined = Outline()
        for child in children {
            let shift = joined.room(for: outlines[child], gap: options.gap)
            offset[child] = shift
            joined.add(outlines[child], at: shift)
            outlines[child] = Outline()
        }
        guard let first = children.first, let last = children.last else {
            joined.crown(width: node.width, steps: steps(node))
            return joined
        }
        let middle = (offset[first] + offset[last]) / 2
        for child in children { offset[child] -= middle }
        joined.move(by: -middle)
        joined.crown(width: node.width, steps: steps(node))
        return joined
    }
}

/// How far left and right a subtree reaches in each step below its top, the lowest step first, so that a parent is put
/// on top without moving anything.
private struct Outline {
    private var left: [Double] = []
    private var right: [Double] = []
    /// Added to every value: moving a subtree costs nothing.
    private var shift = 0.0

    mutating func crown(width: Double, steps: Int) {
        left.append(contentsOf: repeatElement(-width / 2 - shift, count: steps))
        right.append(contentsOf: repeatElement(width / 2 - shift, count: steps))
    }

    mutating func move(by distance: Double) { shift += distance }

    /// Where the other one has to stand so that it lies right of this one.
    func room(for other: Outline, gap: Double) -> Double {
        var needed = -Double.infinity
        for depth in 1...max(1, min(left.count, other.left.count)) where depth <= min(left.count, other.left.count) {
            let mine = right[right.count - depth] + shift
            let its = other.left[other.left.count - depth] + other.shift
            needed = max(needed, mine - its + gap)
        }
        return needed == -.infinity ? 0 : needed
    }

    mutating func add(_ other: Outline, at distance: Double) {
        guard !left.isEmpty else {
            self = other
            move(by: distance)
            return
        }
        let missing = other.left.count - left.count
        if missing > 0 {
            let way = other.shift + distance - shift
            left.insert(contentsOf: other.left[0..<missing].map { $0 + way }, at: 0)
            right.insert(contentsOf: other.right[0..<missing].map { $0 + way }, at: 0)
        }
        for depth in 1...min(left.count, other.left.count) {
            let own = right.count - depth
            let its = other.right.count - depth
            right[own] = max(right[own], other.right[its] + other.shift + distance - shift)
            left[own] = min(left[own], other.left[its] + other.shift + distance - shift)
        }
    }
}
