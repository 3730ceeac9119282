/// Moves nodes apart until no two cover each other, each as little as it takes. Pinned nodes stay.
struct Separation {
    let gap: Double
    private static let rounds = 400
    /// Rounds of pushing before anything else is done.
    private static let patience = 24

    init(gap: Double) { self.gap = gap }

    func apply(
        _ places: inout [LayoutPoint], _ graph: LayoutGraph, _ watch: CancelWatch
    ) throws(LayoutCancelled) {
        guard graph.nodes.count > 1 else { return }
        let width = (graph.nodes.map(\.width).max() ?? 0) + gap
        let height = (graph.nodes.map(\.height).max() ?? 0) + gap
        var cells = CellGrid(width: width, height: height)
        for round in 0..<Self.rounds {
            try watch.check()
            cells.fill(places)
            var moved = false
            for node in places.indices {
                cells.eachNear(places[node]) { other in
                    guard other > node else { return }
                    if push(node, other, &places, graph, round) { moved = true }
                }
            }
            if !moved { return }
            // Pushing alone may go round in circles where many stand close: then all get a little more room.
            if round >= Self.patience, round % 4 == 0 { Self.widen(&places, graph) }
        }
    }

    private static func widen(_ places: inout [LayoutPoint], _ graph: LayoutGraph) {
        let count = Double(places.count)
        let middle = places.reduce(LayoutPoint.zero, +)
        for node in places.indices where graph.nodes[node].pin == nil {
            places[node].x += (places[node].x - middle.x / count) * 0.04
            places[node].y += (places[node].y - middle.y / count) * 0.04
        }
    }

    /// Whether the two covered each other.
    private func push(
        _ one: Int, _ two: Int, _ places: inout [LayoutPoint], _ graph: LayoutGraph, _ round: Int
    ) -> Bool {
        let (first, second) = (graph.nodes[one], graph.nodes[two])
        if first.pin != nil, second.pin != nil { return false }
        // Half a pixel is no overlap worth another round.
        let x = (first.width + second.width) / 2 + gap - abs(places[one].x - places[two].x)
        let y = (first.height + second.height) / 2 + gap - abs(places[one].y - places[two].y)
        guard x > 0.5, y > 0.5 else { return false }
        let share = first.pin != nil ? 0.0 : second.pin != nil ? 1.0 : 0.5
        // The shorter way apart; late rounds turn to the other way where that one is blocked.
        if (x < y) != (round % 8 == 7) {
            let sign = places[one].x < places[two].x || (places[one].x == places[two].x && one < two) ? 1.0 : -1.0
            places[one].x -= sign * x * share
            places[two].x += sign * x * (1 - share)
        } else {
            let sign = places[one].y < places[two].y || (places[one].y == places[two].y && one < two) ? 1.0 : -1.0
            places[one].y -= sign * y * share
            places[two].y += sign * y * (1 - share)
        }
        return true
    }
}

/// Who lies near whom: points in cells as large as the largest node.
private struct CellGrid {
    private struct Cell: Hashable {
        let column: Int
        let row: Int
    }

    private let width: Double
    private let height: Double
    private var members: [Cell: [Int]] = [:]

    init(width: Double, height: Double) {
        self.width = max(1, width)
        self.height = max(1, height)
    }

    mutating func fill(_ places: [LayoutPoint]) {
        members.removeAll(keepingCapacity: true)
        for (node, place) in places.enumerated() { members[cell(of: place), default: []].append(node) }
    }

    func eachNear(_ place: LayoutPoint, _ body: (Int) -> Void) {
        let middle = cell(of: place)
        for row in (middle.row - 1)...(middle.row + 1) {
            for column in (middle.column - 1)...(middle.column + 1) {
                members[Cell(column: column, row: row)]?.forEach(body)
            }
        }
    }

    private func cell(of place: LayoutPoint) -> Cell {
        Cell(column: Int((place.x / width).rounded(.down)), row: Int((place.y / height).rounded(.down)))
    }
}
