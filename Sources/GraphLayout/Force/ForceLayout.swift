/// Springs between neighbours, everything else pushes apart; from a much smaller graph to the whole one, so that large
/// graphs unfold (Hu 2005, "Efficient and high quality force-directed graph drawing").
struct ForceLayout {
    let options: LayoutOptions
    private static let smallest = 24

    init(_ options: LayoutOptions) { self.options = options }

    func places(of graph: LayoutGraph, _ watch: CancelWatch) throws(LayoutCancelled) -> [LayoutPoint] {
        // Small graphs are tried from several starts; the one that crosses least is taken.
        let tries = max(1, min(6, 600 / graph.nodes.count))
        var best: (places: [LayoutPoint], quality: DrawingQuality)?
        for number in 0..<UInt64(tries) {
            let places = try unfolded(graph, SeededRandom(options.seed &+ number &* 0x9E37), watch)
            if tries == 1 { return places }
            let quality = DrawingQuality(places, graph)
            if best.map({ quality < $0.quality }) ?? true { best = (places, quality) }
        }
        return best?.places ?? []
    }

    private func unfolded(
        _ graph: LayoutGraph, _ seeded: SeededRandom, _ watch: CancelWatch
    ) throws(LayoutCancelled) -> [LayoutPoint] {
        var random = seeded
        let isLarge = graph.nodes.count > 2_000
        var levels = [WeightedGraph(graph)]
        var stands: [[Int]] = []
        while let last = levels.last, last.count > Self.smallest {
            try watch.check()
            let next = last.coarser(&random)
            guard Double(next.graph.count) < 0.9 * Double(last.count) else { break }
            levels.append(next.graph)
            stands.append(next.stands)
        }
        let coarsest = levels[levels.count - 1]
        let radius = Double(coarsest.count).squareRoot()
        var springs = Springs(
            coarsest, x: (0..<coarsest.count).map { _ in radius * (random.unit() - 0.5) },
            y: (0..<coarsest.count).map { _ in radius * (random.unit() - 0.5) })
        try springs.settle(rounds: 300, step: 0.5, watch)
        for level in stride(from: stands.count - 1, through: 0, by: -1) {
            springs = springs.finer(levels[level], stands[level], &random)
            try springs.settle(rounds: level == 0 ? (isLarge ? 80 : 110) : 60, step: 0.25, watch)
        }
        springs.evening = 0.3
        try springs.settle(rounds: isLarge ? 30 : 60, step: 0.2, watch)
        return scaled(springs, graph)
    }

    /// So that edges have the wanted length on average, and the longer side lies flat.
    private func scaled(_ springs: Springs, _ graph: LayoutGraph) -> [LayoutPoint] {
        let (x, y) = springs.turned()
        var length = 0.0
        for edge in graph.edges {
            let (wayX, wayY) = (x[edge.from] - x[edge.to], y[edge.from] - y[edge.to])
            length += (wayX * wayX + wayY * wayY).squareRoot()
        }
        let mean = graph.edges.isEmpty ? 1 : length / Double(graph.edges.count)
        let scale = options.edgeLength / max(mean, 1e-9)
        return x.indices.map { LayoutPoint(x: x[$0] * scale, y: y[$0] * scale) }
    }
}

/// The state of a simulation; a spring's natural length is 1.
private struct Springs {
    private let graph: WeightedGraph
    private(set) var x: [Double]
    private(set) var y: [Double]
    /// The strength of pushing against pulling.
    private static let push = 0.2
    private static let cooling = 0.9
    /// The part of a spring's pull that grows with the third power of its length instead of the second. It draws in what is
    /// far too long, so that lengths become more even; from the start it would keep a graph from unfolding.
    var evening = 0.0

    init(_ graph: WeightedGraph, x: [Double], y: [Double]) {
        self.graph = graph
        self.x = x
        self.y = y
    }

    /// The finer graph, spread out from where the coarse one settled.
    func finer(_ fine: WeightedGraph, _ stands: [Int], _ random: inout SeededRandom) -> Springs {
        let growth = 1.32
        var fineX = stands.map { x[$0] * growth }
        var fineY = stands.map { y[$0] * growth }
        for node in fineX.indices {
            fineX[node] += 0.1 * (random.unit() - 0.5)
            fineY[node] += 0.1 * (random.unit() - 0.5)
        }
        return Springs(fine, x: fineX, y: fineY)
    }

    mutating func settle(rounds: Int, step start: Double, _ watch: CancelWatch) throws(LayoutCancelled) {
        var step = start
        var energy = Double.infinity
        var progress = 0
        for _ in 0..<rounds {
            try watch.check()
            let now = move(step)
            if now < energy {
                progress += 1
                if progress >= 5 {
                    progress = 0
                    step /= Self.cooling
                }
            } else {
                progress = 0
                step *= Self.cooling
            }
            energy = now
            if step < 0.003 { return }
        }
    }

    /// One step of everybody; the energy before it.
    private mutating func move(_ step: Double) -> Double {
        let tree = BarnesHutTree(x, y, graph.mass, opening: graph.count < 300 ? 0.6 : 0.9)
        var energy = 0.0
        for node in 0..<graph.count {
            let (nodeX, nodeY) = (x[node], y[node])
            let pushed = tree.push(on: node, x: nodeX, y: nodeY)
            var forceX = Self.push * pushed.x
            var forceY = Self.push * pushed.y
            for slot in graph.starts[node]..<graph.starts[node + 1] {
                let other = graph.targets[slot]
                let (wayX, wayY) = (x[other] - nodeX, y[other] - nodeY)
                let square = wayX * wayX + wayY * wayY
                let pull = (square.squareRoot() * (1 - evening) + square * evening) * graph.weights[slot]
                forceX += wayX * pull / graph.mass[node]
                forceY += wayY * pull / graph.mass[node]
            }
            let square = forceX * forceX + forceY * forceY
            energy += square
            if square > 0 {
                let scale = step / square.squareRoot()
                x[node] = nodeX + forceX * scale
                y[node] = nodeY + forceY * scale
            }
        }
        return energy
    }

    /// Around the middle, with the direction of the widest spread lying flat.
    func turned() -> (x: [Double], y: [Double]) {
        let count = Double(max(1, graph.count))
        let (middleX, middleY) = (x.reduce(0, +) / count, y.reduce(0, +) / count)
        var (xx, xy, yy) = (0.0, 0.0, 0.0)
        for node in 0..<graph.count {
            let (wayX, wayY) = (x[node] - middleX, y[node] - middleY)
            xx += wayX * wayX
            xy += wayX * wayY
            yy += wayY * wayY
        }
        let angle = Trigonometry.arcTangent(2 * xy, xx - yy) / 2
        let (cosine, sine) = (Trigonometry.cosine(angle), Trigonometry.sine(angle))
        var (turnedX, turnedY) = (x, y)
        for node in 0..<graph.count {
            let (wayX, wayY) = (x[node] - middleX, y[node] - middleY)
            turnedX[node] = wayX * cosine + wayY * sine
            turnedY[node] = wayY * cosine - wayX * sine
        }
        return (turnedX, turnedY)
    }
}
