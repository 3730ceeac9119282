/// A quadtree of bodies in depth-first order, walked without a stack: what is far enough away pulls as one
/// (Barnes and Hut 1986).
struct BarnesHutTree {
    private struct Cell {
        var x: Double
        var y: Double
        var mass: Double
        /// The square of the side, divided by the square of the opening angle.
        let reach: Double
        /// The next cell that is not inside of this one.
        var skip = 0
        /// Of a leaf: its bodies in `order`.
        let first: Int
        let count: Int
    }

    private static let bucket = 6
    private static let deepest = 40

    private var cells: [Cell] = []
    private var order: [Int]
    private var bodyX: [Double] = []
    private var bodyY: [Double] = []
    private var bodyMass: [Double] = []
    private let opening: Double

    /// An opening angle of 0 would open every cell.
    init(_ x: [Double], _ y: [Double], _ mass: [Double], opening: Double) {
        self.opening = opening * opening
        order = Array(x.indices)
        guard let left = x.min(), let right = x.max(), let top = y.min(), let bottom = y.max() else { return }
        let side = max(right - left, bottom - top, 1e-9)
        cells.reserveCapacity(x.count)
        build(0, x.count, (left + right) / 2, (top + bottom) / 2, side, 0, x, y, mass)
        bodyX = order.map { x[$0] }
        bodyY = order.map { y[$0] }
        bodyMass = order.map { mass[$0] }
    }

    private mutating func build(
        _ first: Int, _ end: Int, _ x: Double, _ y: Double, _ side: Double, _ depth: Int,
        _ bodyX: [Double], _ bodyY: [Double], _ bodyMass: [Double]
    ) {
        let index = cells.count
        let isLeaf = end - first <= Self.bucket || depth >= Self.deepest
        var (sumX, sumY, sum) = (0.0, 0.0, 0.0)
        for body in order[first..<end] {
            sumX += bodyX[body] * bodyMass[body]
            sumY += bodyY[body] * bodyMass[body]
            sum += bodyMass[body]
        }
        cells.append(
            Cell(
                x: sumX / sum, y: sumY / sum, mass: sum, reach: side * side / opening, first: first,
                count: isLeaf ? end - first : 0))
        if !isLeaf {
            let middle = split(first, end) { bodyY[$0] < y }
            let upper = split(first, middle) { bodyX[$0] < x }
            let lower = split(middle, end) { bodyX[$0] < x }
            let quarter = side / 4
            for (from, to, right, down) in [
                (first, upper, -1.0, -1.0), (upper, middle, 1, -1), (middle, lower, -1, 1), (lower, end, 1, 1),
            ] where from < to {
                build(
                    from, to, x + right * quarter, y + down * quarter, side / 2, depth + 1, bodyX, bodyY, bodyMass)
            }
        }
        cells[index].skip = cells.count
    }

    /// Brings those that belong before the others; the index of the first other. The order is decided by the input.
    private mutating func split(_ first: Int, _ end: Int, _ belongs: (Int) -> Bool) -> Int {
        var middle = first
        for index in first..<end where belongs(order[index]) {
            order.swapAt(index, middle)
            middle += 1
        }
        return middle
    }

    /// The sum of mass · (way to here) / distance² over all other bodies.
    func push(on body: Int, x: Double, y: Double) -> LayoutPoint {
        var (pushX, pushY) = (0.0, 0.0)
        var index = 0
        cells.withUnsafeBufferPointer { cells in
            while index < cells.count {
                let cell = cells[index]
                if cell.count > 0 {
                    for slot in cell.first..<(cell.first + cell.count) where order[slot] != body {
                        let (wayX, wayY) = (x - bodyX[slot], y - bodyY[slot])
                        let force = bodyMass[slot] / max(wayX * wayX + wayY * wayY, 1e-6)
                        pushX += wayX * force
                        pushY += wayY * force
                    }
                    index = cell.skip
                    continue
                }
                let (wayX, wayY) = (x - cell.x, y - cell.y)
                let square = wayX * wayX + wayY * wayY
                if cell.reach < square {
                    let force = cell.mass / square
                    pushX += wayX * force
                    pushY += wayY * force
                    index = cell.skip
                } else {
                    index += 1
                }
            }
        }
        return LayoutPoint(x: pushX, y: pushY)
    }
}
