/// The line around some discs: their convex hull, pushed outwards, with round corners. The page draws the same.
enum BoundaryHull {
    typealias Point = (x: Double, y: Double)

    static let room = 46.0

    /// Corners of the hull, counter-clockwise on the screen; empty for none.
    static func around(_ points: [Point], room: Double = room) -> [Point] {
        // A circle of sixteen around each point: the hull of them all has round corners.
        hull(points.flatMap { point in circle.map { (point.x + $0.x * room, point.y + $0.y * room) } })
    }

    /// Of the corners of a band.
    private static let corner = 16.0

    /// Below the lowest points stand their names; the edge of a band does not run through them.
    private static let names = 20.0

    /// A rectangle with round corners and the same room around the points and their names, from `left` to `right` at
    /// least; empty for none.
    static func band(_ points: [Point], left: Double = .infinity, right: Double = -.infinity) -> [Point] {
        guard let first = points.first else { return [] }
        let inset = room - corner
        let across = points.reduce((left, right)) { (min($0.0, $1.x), max($0.1, $1.x)) }
        let down = points.reduce((first.y, first.y)) { (min($0.0, $1.y), max($0.1, $1.y)) }
        return around(
            [across.0 - inset, across.1 + inset].flatMap { x in
                [down.0 - inset, down.1 + inset + names].map { y in (x: x, y: y) }
            }, room: corner)
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
