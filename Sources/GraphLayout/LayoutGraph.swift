/// A place, or the way between two, in pixels of the map at scale 1: x to the right, y down.
package struct LayoutPoint: Sendable, Equatable {
    package var x: Double
    package var y: Double

    package init(x: Double, y: Double) {
        self.x = x
        self.y = y
    }

    package static let zero = LayoutPoint(x: 0, y: 0)

    static func + (one: LayoutPoint, two: LayoutPoint) -> LayoutPoint {
        LayoutPoint(x: one.x + two.x, y: one.y + two.y)
    }
}

package struct LayoutNode: Sendable, Equatable {
    /// What stays free around the node's place, which is its centre: the disc and what is written below it.
    package var width: Double
    package var height: Double
    /// Nodes of a low level stand at the top, or in the middle: a gateway before a switch before a server.
    package var level: Int
    /// Its lane or cluster; nil belongs to none.
    package var group: Int?
    /// It stays there, whatever the layout.
    package var pin: LayoutPoint?

    package init(
        width: Double = 112, height: Double = 84, level: Int = 0, group: Int? = nil, pin: LayoutPoint? = nil
    ) {
        self.width = width
        self.height = height
        self.level = level
        self.group = group
        self.pin = pin
    }
}

/// Nodes by index, in the caller's order: the same order and seed give the same picture.
package struct LayoutGraph: Sendable, Equatable {
    package struct Edge: Sendable, Hashable {
        package let from: Int
        package let to: Int
        /// Whether `from` has to stand before `to`. A cable has no direction, hosting has one.
        package let isDirected: Bool
        /// How far apart the two are: a tree leads a guest to its host (1) before it leads it to its network.
        package let steps: Int

        package init(_ from: Int, _ to: Int, isDirected: Bool = true, steps: Int = 1) {
            self.from = from
            self.to = to
            self.isDirected = isDirected
            self.steps = max(1, min(steps, 16))
        }
    }

    package var nodes: [LayoutNode]
    /// Loops, and edges to nodes that are not there, are passed over.
    package private(set) var edges: [Edge]

    package init(nodes: [LayoutNode], edges: [Edge]) {
        self.nodes = nodes
        self.edges = edges.filter {
            $0.from != $0.to && nodes.indices.contains($0.from) && nodes.indices.contains($0.to)
        }
    }
}

/// Who is joined to whom, without direction: the neighbours of `n` are `targets[starts[n]..<starts[n + 1]]`.
struct Adjacency {
    let starts: [Int]
    let targets: [Int]

    init(count: Int, edges: [LayoutGraph.Edge]) {
        var starts = [Int](repeating: 0, count: count + 1)
        for edge in edges {
            starts[edge.from + 1] += 1
            starts[edge.to + 1] += 1
        }
        for node in 0..<count { starts[node + 1] += starts[node] }
        var next = starts
        var targets = [Int](repeating: 0, count: edges.count * 2)
        for edge in edges {
            targets[next[edge.from]] = edge.to
            next[edge.from] += 1
            targets[next[edge.to]] = edge.from
            next[edge.to] += 1
        }
        self.starts = starts
        self.targets = targets
    }

    var count: Int { starts.count - 1 }

    subscript(node: Int) -> ArraySlice<Int> { targets[starts[node]..<starts[node + 1]] }

    func degree(_ node: Int) -> Int { starts[node + 1] - starts[node] }
}
