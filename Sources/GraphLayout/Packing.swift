/// The rectangle that some nodes fill, movable as a whole.
struct PackedBox {
    let nodes: [Int]
    private(set) var left: Double
    private(set) var top: Double
    let width: Double
    let height: Double
    /// Holds a pinned node, and so stands where it stands.
    let isPinned: Bool

    init(_ nodes: [Int], _ places: [LayoutPoint], _ graph: LayoutGraph) {
        var (left, top, right, bottom) = (Double.infinity, Double.infinity, -Double.infinity, -Double.infinity)
        for node in nodes {
            let size = graph.nodes[node]
            left = min(left, places[node].x - size.width / 2)
            right = max(right, places[node].x + size.width / 2)
            top = min(top, places[node].y - size.height / 2)
            bottom = max(bottom, places[node].y + size.height / 2)
        }
        self.nodes = nodes
        self.left = left
        self.top = top
        width = right - left
        height = bottom - top
        isPinned = nodes.contains { graph.nodes[$0].pin != nil }
    }

    mutating func move(left: Double, top: Double, _ places: inout [LayoutPoint]) {
        let (x, y) = (left - self.left, top - self.top)
        for node in nodes {
            places[node].x += x
            places[node].y += y
        }
        self.left = left
        self.top = top
    }

    /// Nodes that belong to nothing, as a block of rows.
    static func grid(
        of nodes: [Int], _ places: inout [LayoutPoint], _ graph: LayoutGraph, _ options: LayoutOptions
    ) -> PackedBox? {
        guard !nodes.isEmpty else { return nil }
        Grid(gap: options.gap).fill(nodes, graph, &places)
        return PackedBox(nodes, places, graph)
    }
}

/// Rows of equal cells, a little wider than high.
struct Grid {
    let gap: Double

    static func columns(_ count: Int, cellWidth: Double, cellHeight: Double, aspect: Double = 1.6) -> Int {
        let wanted = (Double(count) * aspect * cellHeight / cellWidth).squareRoot()
        return max(1, min(count, Int(wanted.rounded())))
    }

    /// Places the nodes around (0, 0) in their order.
    func fill(_ nodes: [Int], _ graph: LayoutGraph, _ places: inout [LayoutPoint]) {
        let width = (nodes.map { graph.nodes[$0].width }.max() ?? 0) + gap
        let height = (nodes.map { graph.nodes[$0].height }.max() ?? 0) + gap
        let columns = Self.columns(nodes.count, cellWidth: width, cellHeight: height)
        let rows = (nodes.count + columns - 1) / columns
        for (index, node) in nodes.enumerated() {
            places[node] = LayoutPoint(
                x: (Double(index % columns) - Double(columns - 1) / 2) * width,
                y: (Double(index / columns) - Double(rows - 1) / 2) * height)
        }
    }
}

/// Puts parts that have nothing to do with each other side by side, on shelves: the largest first, as much wider than
/// high in all as `aspect` says. The first part's middle stays at (0, 0) where it is alone.
struct Packing {
    let gap: Double
    let aspect: Double

    func pack(_ boxes: inout [PackedBox], _ places: inout [LayoutPoint], _ graph: LayoutGraph) {
        // What is pinned has its place; the rest goes below it.
        var top = 0.0
        var left = 0.0
        for index in boxes.indices where boxes[index].isPinned {
            let shift = PinnedPlaces.shift(boxes[index].nodes, places, graph)
            boxes[index].move(left: boxes[index].left + shift.x, top: boxes[index].top + shift.y, &places)
            top = max(top, boxes[index].top + boxes[index].height + gap)
            left = min(left, boxes[index].left)
        }
        let free = boxes.indices.filter { !boxes[$0].isPinned }.sorted {
            (boxes[$0].height, boxes[$0].width, $1) > (boxes[$1].height, boxes[$1].width, $0)
        }
        let area = free.reduce(0.0) { $0 + (boxes[$1].width + gap) * (boxes[$1].height + gap) }
        let widest = free.map { boxes[$0].width }.max() ?? 0
        // The shelves that a screen shows largest.
        var best = Shelves()
        for share in Self.tried {
            let tried = shelves(free, boxes, limit: max(widest, (area * aspect).squareRoot() * share))
            if best.corners.isEmpty || tried.screenHeight(aspect) < best.screenHeight(aspect) { best = tried }
        }
        for (index, corner) in best.corners { boxes[index].move(left: left + corner.x, top: top + corner.y, &places) }
    }

    /// Widths of the shelves that are tried, of what the area alone would ask for.
    private static let tried = [1, 1.15, 1.3, 1.5, 1.75, 2]

    private struct Shelves {
        var corners: [(box: Int, at: LayoutPoint)] = []
        var width = 0.0
        var height = 0.0

        func screenHeight(_ aspect: Double) -> Double { max(height, width / aspect) }
    }

    private func shelves(_ free: [Int], _ boxes: [PackedBox], limit: Double) -> Shelves {
        var shelves = Shelves()
        var (x, top) = (0.0, 0.0)
        for index in free {
            if x > 0, x + boxes[index].width > limit {
                top = shelves.height + gap
                x = 0
            }
            shelves.corners.append((index, LayoutPoint(x: x, y: top)))
            x += boxes[index].width + gap
            shelves.width = max(shelves.width, x - gap)
            shelves.height = max(shelves.height, top + boxes[index].height)
        }
        return shelves
    }
}

enum PinnedPlaces {
    /// How a part has to be moved so that its pinned nodes lie as near to their pins as they can.
    static func shift(_ nodes: [Int], _ places: [LayoutPoint], _ graph: LayoutGraph) -> LayoutPoint {
        var sum = LayoutPoint.zero
        var count = 0.0
        for node in nodes {
            guard let pin = graph.nodes[node].pin else { continue }
            sum.x += pin.x - places[node].x
            sum.y += pin.y - places[node].y
            count += 1
        }
        return count > 0 ? LayoutPoint(x: sum.x / count, y: sum.y / count) : .zero
    }

    static func restore(_ places: inout [LayoutPoint], _ graph: LayoutGraph) {
        for (index, node) in graph.nodes.enumerated() {
            if let pin = node.pin { places[index] = pin }
        }
    }
}
