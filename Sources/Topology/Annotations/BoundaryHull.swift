/// The line around some discs: their convex hull, pushed outwards, with round corners. The page draws the same.
enum BoundaryHull {
    typealias Point = (x: Double, y: Double)

    static let room = 46.0

    /// Corners of the hull, counter-clockwise on the screen; empty for none.
    static func around(_ points: [Point], room: Double = room) -> [Point] {
        // A circle of sixteen around each point: the hull of them all has round corners.
        hull(points.flatMap { point in circle.map { (point.x + $0.x * room, point.y + $0.y * room) } })
    }

    private static let circle: [Point] = {
        // Sine and cosine of an eighth of half a turn.
        let (a, b, c) = (0.923_879_532_5, 0.382_683_432_4, 0.707_106_781_2)
        let quarter: [Point] = [(1, 0), (a, b), (c, c), (b, a)]
        return quarter + quarter.map { (-$0.y, $0.x) } + quarter.map { (-$0.x, -$0.y) }
            + quarter.map { ($0.y, -$0.x) }
    }()

    /// Andrew's monotone chain.
    private static func hull(_ points: [Point]) -> [Point] {
        let sorted = points.sorted { $0.x == $1.x ? $0.y < $1.y : $0.x < $1.x }
        guard sorted.count > 2 else { return sorted }
        func chain(_ points: [Point]) -> [Point] {
            var line: [Point] = []
            for point in points {
                while line.count > 1, cross(line[line.count - 2], line[line.count - 1], point) <= 0 {
                    line.removeLast()
                }
                line.append(point)
            }
            return Array(line.dropLast())
        }
        return chain(sorted) + chain(sorted.reversed())
    }

    private static func cross(_ a: Point, _ b: Point, _ c: Point) -> Double {
        (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
    }
}
