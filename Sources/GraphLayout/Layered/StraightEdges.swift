/// Betters a layered drawing by what is drawn in the end, straight edges between real nodes: nodes come nearer to those
/// they are joined to, and two of one layer change places where that saves crossings.
struct StraightEdges {
    private static let sweeps = 12
    /// Pairs of edges that are looked at: a part of a tenth of a second.
    private static let mostTests = 8_000_000
    /// How far apart two may stand that change places.
    private static let reach = 4

    private let graph: LayoutGraph
    private let neighbours: Adjacency
    private let gap: Double

    init(_ graph: LayoutGraph, gap: Double) {
        self.graph = graph
        self.gap = gap
        neighbours = Adjacency(count: graph.nodes.count, edges: graph.edges)
    }

    func isBetter(_ one: [LayoutPoint], _ two: [LayoutPoint]) -> Bool {
        DrawingQuality(one, graph) < DrawingQuality(two, graph)
    }

    /// Real nodes of each layer from left to right.
    func layers(_ places: [LayoutPoint], _ ranks: [Int]) -> [[Int]] {
        var layers = [[Int]](repeating: [], count: (ranks.max() ?? 0) + 1)
        for node in places.indices { layers[ranks[node]].append(node) }
        for layer in layers.indices { layers[layer].sort { (places[$0].x, $0) < (places[$1].x, $1) } }
        return layers
    }

    /// The order in each layer stays; each layer in turn takes the places with the least sum of squared ways to its
    /// neighbours (pooling of adjacent violators).
    func shortened(_ places: [LayoutPoint], _ ranks: [Int]) -> [LayoutPoint] {
        let layers = layers(places, ranks)
        var places = places
        for sweep in 0..<Self.sweeps {
            for layer in sweep % 2 == 0 ? Array(layers.indices) : layers.indices.reversed() {
                settle(layers[layer], &places)
            }
        }
        return places
    }

    private func settle(_ layer: [Int], _ places: inout [LayoutPoint]) {
        struct Run {
            var sum: Double
            var weight: Double
            var count: Int
            var mean: Double { sum / weight }
        }
        var runs: [Run] = []
        var offsets: [Double] = []
        var offset = 0.0
        for (index, node) in layer.enumerated() {
            if index > 0 { offset += (graph.nodes[layer[index - 1]].width + graph.nodes[node].width) / 2 + gap }
            offsets.append(offset)
            let others = neighbours[node]
            let weight = Double(max(1, others.count))
            let wanted = others.isEmpty ? places[node].x : others.reduce(0.0) { $0 + places[$1].x } / weight
            runs.append(Run(sum: (wanted - offset) * weight, weight: weight, count: 1))
            while runs.count > 1, runs[runs.count - 2].mean > runs[runs.count - 1].mean {
                let last = runs.removeLast()
                runs[runs.count - 1].sum += last.sum
                runs[runs.count - 1].weight += last.weight
                runs[runs.count - 1].count += last.count
            }
        }
        var index = 0
        for run in runs {
            for _ in 0..<run.count {
                places[layer[index]].x = run.mean + offsets[index]
                index += 1
            }
        }
    }

    /// Nodes of one width change places while that saves crossings.
    func exchanged(
        _ start: [LayoutPoint], _ ranks: [Int], _ watch: CancelWatch
    ) throws(LayoutCancelled) -> [LayoutPoint] {
        var layers = layers(start, ranks)
        var work = Exchange(start, graph, ranks)
        var improved = true
        while improved, work.tests < Self.mostTests {
            improved = false
            for layer in layers.indices {
                try watch.check()
                for left in layers[layer].indices where work.tests < Self.mostTests {
                    for right in (left + 1)..<max(left + 1, min(left + 1 + Self.reach, layers[layer].count)) {
                        let (one, other) = (layers[layer][left], layers[layer][right])
                        guard graph.nodes[one].width == graph.nodes[other].width, work.exchange(one, other) else {
                            continue
                        }
                        layers[layer].swapAt(left, right)
                        improved = true
                    }
                }
            }
        }
        return work.places
    }
}

/// Places in which two nodes are exchanged where fewer edges cross then.
private struct Exchange {
    private(set) var places: [LayoutPoint]
    private(set) var tests = 0
    private let edges: [LayoutGraph.Edge]
    private let incident: [[Int]]
    /// Of each edge, the upper of its layers and the lower.
    private let top: [Int]
    private let bottom: [Int]
    /// The edges that pass between a layer and the next.
    private let passing: [[Int]]

    init(_ places: [LayoutPoint], _ graph: LayoutGraph, _ ranks: [Int]) {
        self.places = places
        edges = graph.edges
        let top = edges.map { min(ranks[$0.from], ranks[$0.to]) }
        let bottom = edges.map { max(ranks[$0.from], ranks[$0.to]) }
        var passing = [[Int]](repeating: [], count: (ranks.max() ?? 0) + 1)
        for index in edges.indices {
            for layer in top[index]..<bottom[index] { passing[layer].append(index) }
        }
        (self.top, self.bottom, self.passing) = (top, bottom, passing)
        var incident = [[Int]](repeating: [], count: graph.nodes.count)
        for (index, edge) in edges.enumerated() {
            incident[edge.from].append(index)
            incident[edge.to].append(index)
        }
        self.incident = incident
    }

    mutating func exchange(_ one: Int, _ other: Int) -> Bool {
        let touched = Array(Set(incident[one] + incident[other]))
        let before = crossings(touched)
        guard before > 0 else { return false }
        swap(one, other)
        if crossings(touched) < before { return true }
        swap(one, other)
        return false
    }

    private mutating func swap(_ one: Int, _ other: Int) {
        let x = places[one].x
        places[one].x = places[other].x
        places[other].x = x
    }

    /// Of some edges with all; a pair of two of them counts twice, before and after.
    private mutating func crossings(_ some: [Int]) -> Int {
        var count = 0
        for index in some {
            let segment = Segment(edges[index], places)
            for layer in top[index]..<bottom[index] {
                tests += passing[layer].count
                // Two long edges meet in several layers and are looked at in the first.
                for other in passing[layer] where layer == max(top[index], top[other]) {
                    if segment.crosses(Segment(edges[other], places)) { count += 1 }
                }
            }
        }
        return count
    }
}
