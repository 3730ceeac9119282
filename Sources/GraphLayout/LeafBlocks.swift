/// Which trees that hang on one node stand as a block, and in which shape.
package struct BlockStyle: Sendable, Equatable {
    /// Steps from the top of a hanging tree to its lowest leaf, at most.
    package var deepest: Int
    /// How much wider than high a block of unequal trees is, about.
    package var aspect = Self.aspect

    static let aspect = 1.8
    /// No blocks at all.
    static let none = BlockStyle(deepest: -1)

    /// The deepest that are read well; more where there is much to show.
    static func usual(for graph: LayoutGraph) -> BlockStyle { BlockStyle(deepest: graph.nodes.count < 100 ? 1 : 2) }

    /// No blocks, and ever deeper ones up to the usual.
    static func all(for graph: LayoutGraph) -> [BlockStyle] {
        [none] + (0...usual(for: graph).deepest).map { BlockStyle(deepest: $0) }
    }
}

/// A graph in which what hangs on one node alone, and is not deep, is one node as large as a block of it: forty sensors on
/// a switch, or the guests of a host with their services, make a tidy block where a row would make all else small.
struct LeafBlocks {
    private static let fewest = 3
    /// The drawing that is shown largest on a screen, of those with no blocks and with ever deeper ones. Deeper ones have to
    /// show more by a seventh: what stands side by side is read more easily.
    static func fitting(
        _ graph: LayoutGraph, _ options: LayoutOptions, among styles: [BlockStyle]? = nil,
        _ draw: (BlockStyle) throws(LayoutCancelled) -> [LayoutPoint]
    ) throws(LayoutCancelled) -> [LayoutPoint] {
        var best: (places: [LayoutPoint], height: Double) = ([], .infinity)
        for style in styles ?? (options.blocksLeaves ? BlockStyle.all(for: graph) : [.none]) {
            let places = try draw(style)
            let box = PackedBox(Array(graph.nodes.indices), places, graph)
            let height = options.screenHeight(width: box.width, height: box.height)
            if height < best.height * 0.87 { best = (places, height) }
        }
        return best.places
    }

    let graph: LayoutGraph
    /// Of each node of `graph`, what it stands for and where that is around its place.
    private let members: [[(node: Int, offset: LayoutPoint)]]
    private let count: Int
    private let stands: [Int]

    /// Below one that has too few for a block each of those may have many: `below` asks for blocks there as well. Layers make
    /// rows of them better.
    init(_ original: LayoutGraph, _ options: LayoutOptions, _ style: BlockStyle, below: Bool = false) {
        count = original.nodes.count
        var blocks: [[(node: Int, offset: LayoutPoint)]] = []
        var sizes: [LayoutNode] = []
        if options.blocksLeaves, style != .none {
            let hanging = HangingTrees(original, deepest: style.deepest)
            var hubs = original.nodes.indices.filter { !hanging.hangs[$0] }
            var next = 0
            while next < hubs.count {
                let hub = hubs[next]
                next += 1
                // Those that lead to the hub, and those it leads to, keep their sides.
                for side in [true, false] {
                    let tops = hanging.children[hub].filter { hanging.leads[$0] == side }
                    guard tops.count >= Self.fewest else {
                        // What stands above is the way in.
                        if below, !side { hubs += tops }
                        continue
                    }
                    let shape = BlockShape(options.gap, original, hanging).block(of: tops, aspect: style.aspect)
                    blocks.append(shape.places)
                    sizes.append(
                        LayoutNode(
                            width: shape.width, height: shape.height, level: original.nodes[tops[0]].level,
                            group: original.nodes[tops[0]].group))
                }
            }
        }
        var inBlock = [Bool](repeating: false, count: count)
        for block in blocks { block.forEach { inBlock[$0.node] = true } }
        let alone = original.nodes.indices.filter { !inBlock[$0] }
        let members = alone.map { [(node: $0, offset: LayoutPoint.zero)] } + blocks
        var stands = [Int](repeating: 0, count: count)
        for (index, nodes) in members.enumerated() { nodes.forEach { stands[$0.node] = index } }
        var seen: Set<LayoutGraph.Edge> = []
        let edges = original.edges.map { LayoutGraph.Edge(stands[$0.from], stands[$0.to], isDirected: $0.isDirected) }
        graph = LayoutGraph(
            nodes: alone.map { original.nodes[$0] } + sizes, edges: edges.filter { seen.insert($0).inserted })
        self.members = members
        self.stands = stands
    }

    func standsFor(_ original: Int) -> Int { stands[original] }

    /// A place for each node of the original.
    func expanded(_ places: [LayoutPoint]) -> [LayoutPoint] {
        var result = [LayoutPoint](repeating: .zero, count: count)
        for (index, nodes) in members.enumerated() {
            for (node, offset) in nodes {
                result[node] = LayoutPoint(x: places[index].x + offset.x, y: places[index].y + offset.y)
            }
        }
        return result
    }
}

/// Trees that hang on the rest of a graph by one edge.
private struct HangingTrees {
    private(set) var hangs: [Bool]
    /// Below each node what hangs on it, relatives together.
    private(set) var children: [[Int]]
    /// Whether its edge leads from it to what it hangs on, or its level does where the edge says nothing.
    private(set) var leads: [Bool]

    init(_ graph: LayoutGraph, deepest: Int) {
        let neighbours = Adjacency(count: graph.nodes.count, edges: graph.edges)
        let directed = Set(graph.edges.filter(\.isDirected).map { LayoutGraph.Edge($0.from, $0.to) })
        hangs = [Bool](repeating: false, count: graph.nodes.count)
        leads = hangs
        children = [[Int]](repeating: [], count: graph.nodes.count)
        for _ in 0...deepest {
            var found: [(node: Int, on: Int)] = []
            for node in graph.nodes.indices where !hangs[node] && graph.nodes[node].pin == nil {
                var others = neighbours[node].filter { !hangs[$0] }
                others = Array(Set(others))
                guard others.count == 1 else { continue }
                found.append((node, others[0]))
            }
            // Two that only hang on each other are no tree on something.
            let both = Set(found.map(\.node))
            for (node, on) in found where !(both.contains(on) && neighbours[on].allSatisfy { $0 == node || hangs[$0] })
            {
                hangs[node] = true
                // A gateway at the only switch stands above it, not among the machines below.
                let isUndirected = !directed.contains(.init(node, on)) && !directed.contains(.init(on, node))
                leads[node] =
                    directed.contains(.init(node, on))
                    || (isUndirected && graph.nodes[node].level < graph.nodes[on].level)
                children[on].append(node)
            }
        }
        for node in children.indices {
            children[node].sort {
                (graph.nodes[$0].level, graph.nodes[$0].group ?? -1, $0)
                    < (graph.nodes[$1].level, graph.nodes[$1].group ?? -1, $1)
            }
        }
    }
}

/// Hanging trees as a block of rows around (0, 0).
private struct BlockShape {
    struct Shape {
        var places: [(node: Int, offset: LayoutPoint)]
        var width: Double
        var height: Double
    }

    private let gap: Double
    private let graph: LayoutGraph
    private let hanging: HangingTrees

    init(_ gap: Double, _ graph: LayoutGraph, _ hanging: HangingTrees) {
        self.gap = gap
        self.graph = graph
        self.hanging = hanging
    }

    func block(of tops: [Int], aspect: Double = BlockStyle.aspect) -> Shape {
        let shapes = tops.map(tree)
        if let first = shapes.first, shapes.allSatisfy({ $0.width == first.width && $0.height == first.height }) {
            return rows(shapes, columns: Grid.columns(shapes.count, cellWidth: first.width, cellHeight: first.height))
        }
        let area = shapes.reduce(0.0) { $0 + ($1.width + gap) * ($1.height + gap) }
        return shelves(shapes, limit: (area * aspect).squareRoot())
    }

    /// A node, and what hangs on it below.
    private func tree(_ top: Int) -> Shape {
        let node = graph.nodes[top]
        guard !hanging.children[top].isEmpty else {
            return Shape(places: [(top, .zero)], width: node.width, height: node.height)
        }
        let below = block(of: hanging.children[top])
        let height = node.height + gap + below.height
        let places =
            [(node: top, offset: LayoutPoint(x: 0, y: (node.height - height) / 2))]
            + below.places.map {
                (node: $0.node, offset: $0.offset + LayoutPoint(x: 0, y: (height - below.height) / 2))
            }
        return Shape(places: places, width: max(node.width, below.width), height: height)
    }

    private func rows(_ shapes: [Shape], columns: Int) -> Shape {
        joined(
            stride(from: 0, to: shapes.count, by: columns).map { Array(shapes[$0..<min($0 + columns, shapes.count)]) })
    }

    private func shelves(_ shapes: [Shape], limit: Double) -> Shape {
        var rows: [[Shape]] = []
        var width = 0.0
        for shape in shapes {
            if rows.isEmpty || width + gap + shape.width > limit {
                rows.append([shape])
                width = shape.width
            } else {
                rows[rows.count - 1].append(shape)
                width += gap + shape.width
            }
        }
        return joined(rows)
    }

    private func joined(_ rows: [[Shape]]) -> Shape {
        let widths = rows.map { $0.reduce(-gap) { $0 + $1.width + gap } }
        let width = widths.max() ?? 0
        let heights = rows.map { $0.map(\.height).max() ?? 0 }
        let height = heights.reduce(-gap) { $0 + $1 + gap }
        var places: [(node: Int, offset: LayoutPoint)] = []
        var top = -height / 2
        for (index, row) in rows.enumerated() {
            // Rows of equal length stand in columns; the last one begins where the others do.
            var left = index > 0 && row.count < rows[0].count ? -width / 2 : -widths[index] / 2
            for shape in row {
                let middle = LayoutPoint(x: left + shape.width / 2, y: top + shape.height / 2)
                places += shape.places.map { (node: $0.node, offset: $0.offset + middle) }
                left += shape.width + gap
            }
            top += heights[index] + gap
        }
        return Shape(places: places, width: width, height: height)
    }
}
