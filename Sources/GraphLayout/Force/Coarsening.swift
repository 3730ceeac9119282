/// A graph with weights, and how it was made smaller: which coarse node stands for a fine one.
struct WeightedGraph {
    var mass: [Double]
    var starts: [Int]
    var targets: [Int]
    var weights: [Double]

    var count: Int { mass.count }

    init(_ graph: LayoutGraph) {
        self.init(
            mass: [Double](repeating: 1, count: graph.nodes.count),
            links: graph.edges.map { (min($0.from, $0.to), max($0.from, $0.to), 1.0) })
    }

    /// Links between the same two nodes become one; loops disappear.
    private init(mass: [Double], links: [(Int, Int, Double)]) {
        let sorted = links.filter { $0.0 != $0.1 }.sorted { ($0.0, $0.1) < ($1.0, $1.1) }
        var unique: [(Int, Int, Double)] = []
        unique.reserveCapacity(sorted.count)
        for link in sorted {
            if let last = unique.last, last.0 == link.0, last.1 == link.1 {
                unique[unique.count - 1].2 += link.2
            } else {
                unique.append(link)
            }
        }
        var starts = [Int](repeating: 0, count: mass.count + 1)
        for link in unique {
            starts[link.0 + 1] += 1
            starts[link.1 + 1] += 1
        }
        for node in mass.indices { starts[node + 1] += starts[node] }
        var next = starts
        var targets = [Int](repeating: 0, count: unique.count * 2)
        var weights = [Double](repeating: 0, count: unique.count * 2)
        for link in unique {
            for (from, to) in [(link.0, link.1), (link.1, link.0)] {
                targets[next[from]] = to
                weights[next[from]] = link.2
                next[from] += 1
            }
        }
        self.mass = mass
        self.starts = starts
        self.targets = targets
        self.weights = weights
    }

    /// Leaves of one node are put together two by two, then neighbours by their heaviest link (Walshaw 2003).
    func coarser(_ random: inout SeededRandom) -> (graph: WeightedGraph, stands: [Int]) {
        var stands = [Int](repeating: -1, count: count)
        var coarse = 0
        let order = (0..<count).shuffled(using: &random).sorted { degree($0) < degree($1) }
        for hub in 0..<count where degree(hub) > 2 {
            var waiting: Int?
            for slot in starts[hub]..<starts[hub + 1] where degree(targets[slot]) == 1 {
                if let other = waiting {
                    stands[other] = coarse
                    stands[targets[slot]] = coarse
                    coarse += 1
                    waiting = nil
                } else {
                    waiting = targets[slot]
                }
            }
        }
        for node in order where stands[node] < 0 {
            var best: Int?
            var bestScore = 0.0
            for slot in starts[node]..<starts[node + 1] where stands[targets[slot]] < 0 {
                let score = weights[slot] / mass[targets[slot]]
                if score > bestScore { (best, bestScore) = (targets[slot], score) }
            }
            stands[node] = coarse
            if let best { stands[best] = coarse }
            coarse += 1
        }
        var mass = [Double](repeating: 0, count: coarse)
        for node in 0..<count { mass[stands[node]] += self.mass[node] }
        var links: [(Int, Int, Double)] = []
        links.reserveCapacity(targets.count / 2)
        for node in 0..<count {
            for slot in starts[node]..<starts[node + 1] where targets[slot] > node {
                let (one, two) = (stands[node], stands[targets[slot]])
                links.append((min(one, two), max(one, two), weights[slot]))
            }
        }
        return (WeightedGraph(mass: mass, links: links), stands)
    }

    func degree(_ node: Int) -> Int { starts[node + 1] - starts[node] }
}
