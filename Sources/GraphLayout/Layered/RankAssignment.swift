/// The ranks with the smallest sum of edge lengths: the network simplex (Gansner, Koutsofios, North, Vo 1993, section 2).
///
/// A cut value is the sum, over the nodes on one side of a tree edge, of what leaves each less what enters it; with that,
/// all cut values come from one walk over the tree.
struct RankAssignment {
    private let count: Int
    private let arcs: [RankedGraph.Arc]
    private var incident: [[Int]]
    private var rank: [Int]

    init(count: Int, arcs: [RankedGraph.Arc]) {
        self.count = count
        self.arcs = arcs
        incident = [[Int]](repeating: [], count: count)
        for (index, arc) in arcs.enumerated() {
            incident[arc.from].append(index)
            incident[arc.to].append(index)
        }
        rank = Self.longestPaths(count: count, arcs: arcs)
    }

    func ranks() -> [Int] {
        var work = self
        work.improve()
        let lowest = work.rank.min() ?? 0
        return work.rank.map { $0 - lowest }
    }

    private static func longestPaths(count: Int, arcs: [RankedGraph.Arc]) -> [Int] {
        var waiting = [Int](repeating: 0, count: count)
        var out = [[Int]](repeating: [], count: count)
        for arc in arcs {
            waiting[arc.to] += 1
            out[arc.from].append(arc.to)
        }
        var rank = [Int](repeating: 0, count: count)
        var ready = (0..<count).filter { waiting[$0] == 0 }
        var next = 0
        while next < ready.count {
            let node = ready[next]
            next += 1
            for target in out[node] {
                rank[target] = max(rank[target], rank[node] + 1)
                waiting[target] -= 1
                if waiting[target] == 0 { ready.append(target) }
            }
        }
        return rank
    }

    private func slack(_ index: Int) -> Int { rank[arcs[index].to] - rank[arcs[index].from] - 1 }

    private mutating func improve() {
        guard count > 1, var tree = tightTree() else { return }
        // Each exchange costs a walk over the graph; large graphs get as many as a second affords.
        let limit = min(4 * count, 20_000_000 / (count + arcs.count + 1))
        for _ in 0..<limit {
            let walk = TreeWalk(count: count, arcs: arcs, incident: incident, inTree: tree)
            guard let leaving = walk.mostNegative() else { return }
            guard let entering = entering(walk, leaving) else { return }
            let gap = slack(entering)
            let movesSubtree = walk.contains(leaving, arcs[entering].from)
            tree[walk.parentArc[leaving]] = false
            tree[entering] = true
            for node in 0..<count where walk.contains(leaving, node) {
                rank[node] += movesSubtree ? gap : -gap
            }
        }
    }

    /// The tightest arc that leads the other way over the cut that the subtree of `top` makes.
    private func entering(_ walk: TreeWalk, _ top: Int) -> Int? {
        let tailIsInside = walk.contains(top, arcs[walk.parentArc[top]].from)
        var best: Int?
        var bestSlack = Int.max
        for (index, arc) in arcs.enumerated() {
            let (from, to) = (walk.contains(top, arc.from), walk.contains(top, arc.to))
            guard from != to, from != tailIsInside else { continue }
            let slack = slack(index)
            if slack < bestSlack { (best, bestSlack) = (index, slack) }
        }
        return best
    }

    /// Moves ranks until arcs of length 1 span everything; which arcs those are.
    private mutating func tightTree() -> [Bool]? {
        var inTree = [Bool](repeating: false, count: arcs.count)
        var reached = [Bool](repeating: false, count: count)
        var found = [0]
        reached[0] = true
        var next = 0
        while true {
            while next < found.count {
                let node = found[next]
                next += 1
                for index in incident[node] where slack(index) == 0 {
                    let other = arcs[index].from == node ? arcs[index].to : arcs[index].from
                    guard !reached[other] else { continue }
                    reached[other] = true
                    inTree[index] = true
                    found.append(other)
                }
            }
            if found.count == count { return inTree }
            var best: Int?
            for (index, arc) in arcs.enumerated() where reached[arc.from] != reached[arc.to] {
                if best.map({ slack(index) < slack($0) }) ?? true { best = index }
            }
            guard let best else { return nil }
            let shift = reached[arcs[best].from] ? slack(best) : -slack(best)
            for node in found { rank[node] += shift }
            next = 0
        }
    }
}

/// One walk over a spanning tree from node 0: numbers by which a subtree is an interval, and the cut values.
private struct TreeWalk {
    /// Of each node, the arc to its parent; -1 at the root.
    private(set) var parentArc: [Int]
    private var low: [Int]
    private var number: [Int]
    /// What leaves the subtree of a node, less what enters it.
    private var flow: [Int]
    private let arcs: [RankedGraph.Arc]

    init(count: Int, arcs: [RankedGraph.Arc], incident: [[Int]], inTree: [Bool]) {
        self.arcs = arcs
        parentArc = [Int](repeating: -1, count: count)
        low = [Int](repeating: 0, count: count)
        number = [Int](repeating: -1, count: count)
        flow = [Int](repeating: 0, count: count)
        for arc in arcs {
            flow[arc.from] += 1
            flow[arc.to] -= 1
        }
        var order: [Int] = []
        order.reserveCapacity(count)
        var parent = [Int](repeating: -1, count: count)
        var stack = [0]
        while let node = stack.popLast() {
            number[node] = order.count
            order.append(node)
            for index in incident[node] where inTree[index] && index != parentArc[node] {
                let other = arcs[index].from == node ? arcs[index].to : arcs[index].from
                parentArc[other] = index
                parent[other] = node
                stack.append(other)
            }
        }
        // In this order a subtree is an interval that begins with its top; `low` is its end.
        for node in order { low[node] = number[node] }
        for node in order.reversed() where parent[node] >= 0 {
            low[parent[node]] = max(low[parent[node]], low[node])
            flow[parent[node]] += flow[node]
        }
    }

    func contains(_ top: Int, _ node: Int) -> Bool { number[node] >= number[top] && number[node] <= low[top] }

    /// The node whose arc to its parent has the most negative cut value.
    func mostNegative() -> Int? {
        var best: Int?
        var bestCut = -1
        for node in parentArc.indices where parentArc[node] >= 0 {
            let cut = arcs[parentArc[node]].from == node ? flow[node] : -flow[node]
            if cut < 0, best == nil || cut < bestCut { (best, bestCut) = (node, cut) }
        }
        return best
    }
}
