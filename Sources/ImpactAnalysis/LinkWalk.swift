/// Who reaches a root with some nodes and links gone, and over which links. One walk in depth tells, for each link of a
/// node, whether its other end gets there without the node: by the lowest number that the part below a child leads back
/// to.
struct LinkWalk {
    private var main: DepthWalk
    private var out: DepthWalk
    /// Reaches a root.
    private(set) var isReached: [Bool]
    private var isStopped: [Bool] = []
    private var isBroken: [Bool] = []
    private let isMember: [Bool]
    /// Stands between the gateways and the outside. What does so does not go out by way of a gateway: one provider's modem
    /// is no worse off without the other provider.
    private let isBefore: [Bool]
    private var queue: [Int32] = []

    init(_ net: LinkNet) {
        isReached = [Bool](repeating: false, count: net.depth.count)
        isMember = net.depth.indices.map { net.depth[$0] >= 0 && net.passes[$0] && !net.isBehind[$0] }
        isBefore = net.isZone.indices.map { net.isZone[$0] && !net.isRoot[$0] }
        main = DepthWalk(net, starts: net.roots)
        out = DepthWalk(net, starts: net.outside)
    }

    mutating func run(_ net: LinkNet, isStopped: [Bool], isBroken: [Bool]) {
        self.isStopped = isStopped
        self.isBroken = isBroken
        main.run(net, from: net.roots, members: isMember, isStopped, isBroken)
        if !net.outside.isEmpty { out.run(net, from: net.outside, members: isBefore, isStopped, isBroken) }
        for node in net.order {
            let node = Int(node)
            if net.isBehind[node] {
                isReached[node] = false
            } else if isMember[node] {
                isReached[node] = main.number[node] > 0
            } else {
                isReached[node] = !isStopped[node] && net.at(node).contains { isUplink($0, at: node, net) }
            }
        }
        reachBehind(net)
    }

    private mutating func reachBehind(_ net: LinkNet) {
        queue.removeAll(keepingCapacity: true)
        for node in net.behind where !isStopped[Int(node)] {
            let isNext = net.at(Int(node)).contains { slot in
                let other = Int(net.to[slot])
                return !isBroken[slot] && !net.isBehind[other] && isReached[other]
            }
            if isNext {
                isReached[Int(node)] = true
                queue.append(node)
            }
        }
        var next = 0
        while next < queue.count {
            let node = Int(queue[next])
            next += 1
            for slot in net.at(node) where !isBroken[slot] {
                let other = Int(net.to[slot])
                guard net.isBehind[other], !isReached[other], !isStopped[other] else { continue }
                isReached[other] = true
                queue.append(Int32(other))
            }
        }
    }

    /// Whether the other end of a node's link reaches a root without the node.
    func isUplink(_ slot: Int, at node: Int, _ net: LinkNet) -> Bool {
        let other = Int(net.to[slot])
        if net.isApart[slot] { return false }
        if net.isBehind[node] {
            return !isBroken[slot] && !isStopped[other] && isReached[other] && net.depth[other] < net.depth[node]
        }
        guard !isBroken[slot], isMember[other], main.number[other] > 0 else { return false }
        return isMember[node] ? main.isWithout(node, slot, other) : true
    }

    /// Whether a gateway behind others still reaches them over a link of its.
    func isWayUp(_ slot: Int, _ net: LinkNet) -> Bool {
        let other = Int(net.to[slot])
        return !isBroken[slot] && !isStopped[other] && isReached[other]
    }

    /// The same as `isUplink` for what is outside instead of the roots.
    func isWayOut(_ slot: Int, at node: Int, _ net: LinkNet) -> Bool {
        let other = Int(net.to[slot])
        guard !net.outside.isEmpty, !isBroken[slot], net.isZone[other] else { return false }
        if net.isRoot[other] { return net.isRoot[node] && hasWayOut(other, net) }
        return out.number[other] > 0 && out.isWithout(node, slot, other)
    }

    /// Of its own, and not by another gateway.
    private func hasWayOut(_ root: Int, _ net: LinkNet) -> Bool {
        !isStopped[root] && net.at(root).contains { !isBroken[$0] && out.number[Int(net.to[$0])] > 0 }
    }
}

/// A walk in depth from several starts, with its stack in an array.
private struct DepthWalk {
    /// When a node was found, from 1; 0 is never.
    private(set) var number: [Int32]
    private var low: [Int32]
    private var cursor: [Int32]
    /// The child that a node is being left for.
    private var child: [Int32]
    /// Of a slot to somebody below: the child on the way there.
    private var below: [Int32]
    private var stack: [Int32] = []
    private var isStart: [Bool]

    init(_ net: LinkNet, starts: [Int32]) {
        number = [Int32](repeating: 0, count: net.depth.count)
        low = number
        cursor = number
        child = number
        below = [Int32](repeating: -1, count: net.to.count)
        isStart = [Bool](repeating: false, count: net.depth.count)
        for start in starts { isStart[Int(start)] = true }
    }

    mutating func run(
        _ net: LinkNet, from starts: [Int32], members: [Bool], _ isStopped: [Bool], _ isBroken: [Bool]
    ) {
        for index in number.indices { number[index] = 0 }
        var clock: Int32 = 0
        for start in starts where number[Int(start)] == 0 && members[Int(start)] && !isStopped[Int(start)] {
            find(Int(start), net, &clock)
            while let top = stack.last {
                let node = Int(top)
                let slot = Int(cursor[node])
                guard slot < Int(net.slots.start[node + 1]) else {
                    stack.removeLast()
                    if let above = stack.last { low[Int(above)] = min(low[Int(above)], low[node]) }
                    continue
                }
                cursor[node] += 1
                let other = Int(net.to[slot])
                if isBroken[slot] || net.isApart[slot] || !members[other] || isStopped[other] { continue }
                if number[other] == 0 {
                    child[node] = Int32(other)
                    below[slot] = Int32(other)
                    find(other, net, &clock)
                } else if number[other] < number[node] {
                    low[node] = min(low[node], number[other])
                    below[Int(net.twin[slot])] = child[other]
                }
            }
        }
    }

    private mutating func find(_ node: Int, _ net: LinkNet, _ clock: inout Int32) {
        clock += 1
        number[node] = clock
        // Whoever is a start gets there by itself.
        low[node] = isStart[node] ? 0 : clock
        cursor[node] = net.slots.start[node]
        stack.append(Int32(node))
    }

    /// Whether `other`, which was found, is found without `node` as well.
    func isWithout(_ node: Int, _ slot: Int, _ other: Int) -> Bool {
        if number[other] < number[node] || number[node] == 0 { return true }
        return low[Int(below[slot])] < number[node]
    }
}
