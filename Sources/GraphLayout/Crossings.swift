/// How good a drawing is: what layouts choose by among several tries.
struct DrawingQuality: Comparable {
    let crossings: Int
    /// The deviation of edge lengths from their mean, as a part of it.
    let spread: Double

    /// Counts pairs of straight edges that cross, in a sweep from left to right. Edges that share an end do not.
    init(_ places: [LayoutPoint], _ graph: LayoutGraph) {
        let segments = graph.edges.map { Segment($0, places) }.sorted { $0.left < $1.left }
        var open: [Segment] = []
        var count = 0
        for segment in segments {
            open.removeAll { $0.right < segment.left }
            for other in open where segment.crosses(other) { count += 1 }
            open.append(segment)
        }
        crossings = count
        let lengths = segments.map(\.length)
        let mean = lengths.reduce(0, +) / Double(max(1, lengths.count))
        let square = lengths.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, lengths.count))
        spread = mean > 0 ? square.squareRoot() / mean : 0
    }

    static func < (one: DrawingQuality, two: DrawingQuality) -> Bool {
        (one.crossings, one.spread) < (two.crossings, two.spread)
    }
}

struct Segment {
    let from: Int
    let to: Int
    let start: LayoutPoint
    let end: LayoutPoint

    init(_ edge: LayoutGraph.Edge, _ places: [LayoutPoint]) {
        from = edge.from
        to = edge.to
        start = places[edge.from]
        end = places[edge.to]
    }

    var left: Double { min(start.x, end.x) }
    var right: Double { max(start.x, end.x) }

    var length: Double {
        let (x, y) = (start.x - end.x, start.y - end.y)
        return (x * x + y * y).squareRoot()
    }

    func crosses(_ other: Segment) -> Bool {
        if from == other.from || from == other.to || to == other.from || to == other.to { return false }
        if max(start.y, end.y) < min(other.start.y, other.end.y) { return false }
        if min(start.y, end.y) > max(other.start.y, other.end.y) { return false }
        return side(of: other.start) * side(of: other.end) < 0 && other.side(of: start) * other.side(of: end) < 0
    }

    private func side(of point: LayoutPoint) -> Double {
        (end.x - start.x) * (point.y - start.y) - (end.y - start.y) * (point.x - start.x)
    }
}
