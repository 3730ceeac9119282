/// How far right each node of a layered graph stands: straight long edges, neighbours in line, by four alignments whose
/// middle is taken (Brandes and Köpf 2001).
struct LayerCoordinates {
    private static let relaxations = 12
    private let order: LayerOrder
    private let width: [Double]
    private let gap: Double
    /// Inner segments of long edges that others may not cut across.
    private var conflicts: Set<LayoutGraph.Edge> = []

    init(_ order: LayerOrder, widths: [Double], gap: Double) {
        self.order = order
        self.gap = gap
        // A point of a long edge wants a little room beside a node.
        width = order.layerOf.indices.map { $0 < widths.count ? widths[$0] : 8 }
        markConflicts()
    }

    func x() -> [Double] {
        var all: [[Double]] = []
        for fromBottom in [false, true] {
            for fromRight in [false, true] {
                all.append(aligned(fromBottom: fromBottom, fromRight: fromRight))
            }
        }
        return relaxed(Self.middle(of: all, width))
    }

    /// Everybody towards the middle of all they are joined to, as far as those beside them allow: shorter edges.
    private func relaxed(_ start: [Double]) -> [Double] {
        var x = start
        for round in 0..<Self.relaxations {
            let layers = round % 2 == 0 ? order.layers : order.layers.reversed()
            for layer in layers {
                let path = round % 4 < 2 ? Array(layer.indices) : layer.indices.reversed()
                for index in path {
                    let node = layer[index]
                    let others = (order.up[node] + order.down[node]).map { x[$0] }.sorted()
                    guard !others.isEmpty else { continue }
                    let wanted = (others[(others.count - 1) / 2] + others[others.count / 2]) / 2
                    let left = index > 0 ? x[layer[index - 1]] + distance(layer[index - 1], node) : -.infinity
                    let right =
                        index + 1 < layer.count ? x[layer[index + 1]] - distance(node, layer[index + 1]) : .infinity
                    if left <= right { x[node] = min(max(wanted, left), right) }
                }
            }
        }
        return x
    }

    private func distance(_ left: Int, _ right: Int) -> Double { (width[left] + width[right]) / 2 + gap }

    /// An edge between real nodes that crosses the inside of a long one gives way to it.
    private mutating func markConflicts() {
        for layer in order.layers.indices.dropFirst() {
            let lower = order.layers[layer]
            let upper = order.layers[layer - 1]
            var first = 0
            var from = 0
            for (index, node) in lower.enumerated() {
                let inner = order.isPoint(node) ? order.up[node].first { order.isPoint($0) } : nil
                guard inner != nil || index == lower.count - 1 else { continue }
                let last = inner.map { order.place($0) } ?? upper.count - 1
                for other in lower[from...index] {
                    for above in order.up[other] where !(order.isPoint(above) && order.isPoint(other)) {
                        let place = order.place(above)
                        if place < first || place > last { conflicts.insert(.init(above, other)) }
                    }
                }
                from = index + 1
                first = last
            }
        }
    }

    private func aligned(fromBottom: Bool, fromRight: Bool) -> [Double] {
        var layers = fromBottom ? order.layers.reversed() : order.layers
        if fromRight { layers = layers.map { $0.reversed() } }
        var place = [Int](repeating: 0, count: width.count)
        for layer in layers {
            for (index, node) in layer.enumerated() { place[node] = index }
        }
        let blocks = blocks(layers, place, fromBottom: fromBottom)
        var x = compacted(layers, blocks.root)
        if fromRight { x = x.map { -$0 } }
        return x
    }

    /// Chains of nodes that shall stand in one line; `root` is the first of each.
    private func blocks(_ layers: [[Int]], _ place: [Int], fromBottom: Bool) -> (root: [Int], align: [Int]) {
        var root = Array(width.indices)
        var align = root
        for layer in layers.dropFirst() {
            var limit = -1
            for node in layer {
                let above = (fromBottom ? order.down[node] : order.up[node]).sorted { place[$0] < place[$1] }
                guard !above.isEmpty else { continue }
                for middle in Set([(above.count - 1) / 2, above.count / 2]).sorted() where align[node] == node {
                    let other = above[middle]
                    let edge: LayoutGraph.Edge = fromBottom ? .init(node, other) : .init(other, node)
                    guard limit < place[other], !conflicts.contains(edge) else { continue }
                    align[other] = node
                    root[node] = root[other]
                    align[node] = root[node]
                    limit = place[other]
                }
            }
        }
        return (root, align)
    }

    /// The blocks as far left as their order allows, then each pulled right to those it should stand near.
    private func compacted(_ layers: [[Int]], _ root: [Int]) -> [Double] {
        var followers = [[(Int, Double)]](repeating: [], count: width.count)
        var waiting = [Int](repeating: 0, count: width.count)
        for layer in layers {
            for (left, right) in zip(layer, layer.dropFirst()) where root[left] != root[right] {
                followers[root[left]].append((root[right], (width[left] + width[right]) / 2 + gap))
                waiting[root[right]] += 1
            }
        }
        var x = [Double](repeating: 0, count: width.count)
        var ready = width.indices.filter { root[$0] == $0 && waiting[$0] == 0 }
        var sorted: [Int] = []
        while let block = ready.popLast() {
            sorted.append(block)
            for (other, distance) in followers[block] {
                x[other] = max(x[other], x[block] + distance)
                waiting[other] -= 1
                if waiting[other] == 0 { ready.append(other) }
            }
        }
        // What has nothing on its left stands against its right neighbours, and not at the far left.
        var hasLeft = [Bool](repeating: false, count: width.count)
        for block in sorted { followers[block].forEach { hasLeft[$0.0] = true } }
        for block in sorted.reversed() where !hasLeft[block] {
            if let room = followers[block].map({ x[$0.0] - $0.1 }).min(), room > x[block] { x[block] = room }
        }
        return width.indices.map { x[root[$0]] }
    }

    /// All moved to the narrowest one's border, and of the four values of each node the mean of the two in the middle.
    private static func middle(of all: [[Double]], _ width: [Double]) -> [Double] {
        let borders = all.map { x in
            (
                left: x.indices.map { x[$0] - width[$0] / 2 }.min() ?? 0,
                right: x.indices.map { x[$0] + width[$0] / 2 }.max() ?? 0
            )
        }
        let narrowest = borders.min { $0.right - $0.left < $1.right - $1.left } ?? (0, 0)
        var moved = all
        for index in all.indices {
            let isLeft = index % 2 == 0
            let shift = isLeft ? narrowest.left - borders[index].left : narrowest.right - borders[index].right
            for node in moved[index].indices { moved[index][node] += shift }
        }
        return width.indices.map { node in
            let four = moved.map { $0[node] }.sorted()
            return (four[1] + four[2]) / 2
        }
    }
}
