/// Nodes by layer, long edges replaced by chains of points that have no size, ordered so that few edges cross.
struct LayerOrder {
    /// What stands in each layer, from left to right. Numbers from `count` on are points of long edges.
    private(set) var layers: [[Int]]
    let count: Int
    private(set) var up: [[Int]]
    private(set) var down: [[Int]]
    private(set) var layerOf: [Int]
    private var position: [Int]

    private static let rounds = 24

    init(_ ranked: RankedGraph) {
        count = ranked.ranks.count
        var layerOf = ranked.ranks
        var pairs: [(Int, Int)] = []
        pairs.reserveCapacity(ranked.arcs.count * 2)
        for arc in ranked.arcs where ranked.span(arc) <= ranked.longest {
            var last = arc.from
            for layer in stride(from: ranked.ranks[arc.from] + 1, to: ranked.ranks[arc.to], by: 1) {
                layerOf.append(layer)
                pairs.append((last, layerOf.count - 1))
                last = layerOf.count - 1
            }
            pairs.append((last, arc.to))
        }
        var up = [[Int]](repeating: [], count: layerOf.count)
        var down = up
        for (from, to) in pairs {
            down[from].append(to)
            up[to].append(from)
        }
        self.layerOf = layerOf
        self.up = up
        self.down = down
        layers = []
        position = [Int](repeating: 0, count: layerOf.count)
    }

    func isPoint(_ node: Int) -> Bool { node >= count }

    /// A good order from each of several starts: the first two search from the top and from the bottom, others shuffle
    /// what those found.
    mutating func improve(start: Int, seed: UInt64, _ watch: CancelWatch) throws(LayoutCancelled) {
        if start < 2 { begin(fromTop: start == 0) } else { shuffle(seed &+ UInt64(start)) }
        var best: [[Int]] = []
        var fewest = Int.max
        var idle = 0
        for round in 0..<Self.rounds where idle < 6 && fewest > 0 {
            try watch.check()
            sweep(downward: (round % 2 == 0) == (start != 1))
            transpose()
            let crossings = crossings()
            idle = crossings < fewest ? 0 : idle + 1
            if crossings < fewest {
                fewest = crossings
                best = layers
            }
        }
        layers = best
        number()
    }

    private mutating func shuffle(_ seed: UInt64) {
        var random = SeededRandom(seed)
        for layer in layers.indices { layers[layer].shuffle(using: &random) }
        number()
    }

    /// In the order in which a search in breadth meets them, from the first layer or from the last.
    private mutating func begin(fromTop: Bool) {
        let height = (layerOf.max() ?? 0) + 1
        layers = [[Int]](repeating: [], count: height)
        var seen = [Bool](repeating: false, count: layerOf.count)
        let starts = layerOf.indices.sorted {
            fromTop ? (layerOf[$0], $0) < (layerOf[$1], $1) : (-layerOf[$0], $0) < (-layerOf[$1], $1)
        }
        for start in starts where !seen[start] {
            seen[start] = true
            var stack = [start]
            while let node = stack.popLast() {
                layers[layerOf[node]].append(node)
                let ahead = fromTop ? down[node] : up[node]
                let behind = fromTop ? up[node] : down[node]
                for other in behind.reversed() + ahead.reversed() where !seen[other] {
                    seen[other] = true
                    stack.append(other)
                }
            }
        }
        number()
    }

    private mutating func number() {
        for layer in layers {
            for (index, node) in layer.enumerated() { position[node] = index }
        }
    }

    /// Each layer by the middle of where its neighbours in the layer before stand.
    private mutating func sweep(downward: Bool) {
        let order = downward ? Array(layers.indices.dropFirst()) : layers.indices.dropLast().reversed()
        for layer in order {
            let nodes = layers[layer]
            var keys = [Double](repeating: -1, count: nodes.count)
            for (index, node) in nodes.enumerated() { keys[index] = median(downward ? up[node] : down[node]) }
            // Who has no neighbour there keeps his place among the others.
            let sorted = nodes.indices.filter { keys[$0] >= 0 }.sorted { (keys[$0], $0) < (keys[$1], $1) }
            var next = 0
            layers[layer] = nodes.indices.map { index in
                guard keys[index] >= 0 else { return nodes[index] }
                next += 1
                return nodes[sorted[next - 1]]
            }
            for (index, node) in layers[layer].enumerated() { position[node] = index }
        }
    }

    /// The weighted median of Gansner and others (1993, section 3); -1 without neighbours.
    private func median(_ neighbours: [Int]) -> Double {
        if neighbours.isEmpty { return -1 }
        if neighbours.count == 1 { return Double(position[neighbours[0]]) }
        let places = neighbours.map { position[$0] }.sorted()
        let middle = places.count / 2
        if places.count % 2 == 1 { return Double(places[middle]) }
        if places.count == 2 { return Double(places[0] + places[1]) / 2 }
        let left = Double(places[middle - 1] - places[0])
        let right = Double(places[places.count - 1] - places[middle])
        if left + right == 0 { return Double(places[middle - 1] + places[middle]) / 2 }
        return (Double(places[middle - 1]) * right + Double(places[middle]) * left) / (left + right)
    }

    /// Exchanges neighbours while that saves crossings.
    private mutating func transpose() {
        for _ in 0..<4 {
            var improved = false
            for layer in layers.indices where layers[layer].count > 1 {
                for index in 0..<(layers[layer].count - 1) {
                    let (left, right) = (layers[layer][index], layers[layer][index + 1])
                    let (kept, exchanged) = crossings(of: left, and: right)
                    if exchanged < kept {
                        layers[layer].swapAt(index, index + 1)
                        position[left] = index + 1
                        position[right] = index
                        improved = true
                    }
                }
            }
            if !improved { return }
        }
    }

    /// Of the edges of two neighbours: as they stand, and the other way round.
    private func crossings(of left: Int, and right: Int) -> (kept: Int, exchanged: Int) {
        var kept = 0
        var exchanged = 0
        for (ofLeft, ofRight) in [(up[left], up[right]), (down[left], down[right])] {
            for one in ofLeft {
                let place = position[one]
                for other in ofRight {
                    if position[other] < place {
                        kept += 1
                    } else if position[other] > place {
                        exchanged += 1
                    }
                }
            }
        }
        return (kept, exchanged)
    }

    /// All crossings, layer by layer with a tree of sums (Barth, Jünger, Mutzel 2002).
    func crossings() -> Int {
        var all = 0
        for layer in layers.indices.dropLast() {
            var targets: [Int] = []
            for node in layers[layer] { targets += down[node].map { position[$0] }.sorted() }
            var size = 1
            while size < layers[layer + 1].count { size *= 2 }
            var sums = [Int](repeating: 0, count: 2 * size)
            for target in targets {
                var index = target + size
                while index > 0 {
                    sums[index] += 1
                    if index % 2 == 0 { all += sums[index + 1] }
                    index /= 2
                }
            }
        }
        return all
    }

    func place(_ node: Int) -> Int { position[node] }
}
