/// A way for traffic between two nodes, in both directions.
package struct ImpactLink: Sendable {
    let first: Int32
    let second: Int32
    let relation: Int32

    package init(_ first: Int, _ second: Int, by relation: Int) {
        self.first = Int32(first)
        self.second = Int32(second)
        self.relation = Int32(relation)
    }
}

/// What a node is to the traffic of others.
package enum TrafficPart: UInt8, Sendable {
    /// Traffic begins and ends there.
    case end
    /// Passes it on: a switch.
    case relay
    case modem
    case router
    /// Somebody wrote down that it is the gateway of a network.
    case gateway
    /// The same of a network that nobody else is in: the host of containers.
    case gatewayHost
    /// Outside of the lab.
    case outside

    fileprivate var tier: TrafficPart { self == .gatewayHost ? .gateway : self }
}

/// The links, and what follows from them while everything works: which gateways the lab looks to, who reaches them, and
/// over which of its links each node does.
///
/// Each part that hangs together looks to its gateways; without any to its routers, then its modems, then what is
/// outside, then to everything that passes traffic on. Of several in a row, those next to the outside count, and a router
/// that somebody wrote down as a gateway for what lies behind it.
struct LinkNet: Sendable {
    private(set) var slots = Buckets(keys: [], count: 0)
    /// Each link is two slots, one at either end.
    private(set) var to: [Int32] = []
    private(set) var relation: [Int32] = []
    private(set) var twin: [Int32] = []
    /// Of each relation the first of its slots, or -1.
    private(set) var slot: [Int32]

    private(set) var roots: [Int32] = []
    private(set) var isRoot: [Bool]
    /// Of each slot: leads from a gateway up to those it is behind of. Nobody's way down to a gateway goes over it.
    private(set) var isUphill: [Bool] = []
    /// Either end of such a link.
    private(set) var isApart: [Bool] = []
    /// Passes traffic on between any two. What lies outside does not: no way to a gateway leaves the lab.
    private(set) var passes: [Bool]
    /// Is reached through an end alone: a camera on the second port of a server. Ends pass traffic on to these only.
    private(set) var isBehind: [Bool]
    private(set) var behind: [Int32] = []
    /// Links from the nearest root, or -1 where none is reached.
    private(set) var depth: [Int32]
    /// The slot on the shortest way to a root.
    private(set) var parent: [Int32]
    /// Everyone who reaches a root, nearest first.
    private(set) var order: [Int32] = []
    /// Of each slot: whether its other end reaches a root without this one.
    private(set) var isUplink: [Bool] = []

    /// What lies outside, and what stands between it and the roots, both included.
    private(set) var outside: [Int32] = []
    private(set) var isZone: [Bool]
    private(set) var isWayOut: [Bool] = []

    init(
        nodeCount: Int, relationCount: Int, links: [ImpactLink], parts: [TrafficPart],
        standbys: [(gateway: Int, other: Int)]
    ) {
        slot = [Int32](repeating: -1, count: relationCount)
        isRoot = [Bool](repeating: false, count: nodeCount)
        passes = parts.map { $0 != .end && $0 != .outside }
        isBehind = isRoot
        isZone = isRoot
        depth = [Int32](repeating: -1, count: nodeCount)
        parent = depth
        guard !links.isEmpty else {
            slots = Buckets(keys: [], count: nodeCount)
            return
        }
        connect(links, nodeCount)
        isUphill = to.map { _ in false }
        isApart = isUphill
        chooseRoots(parts, standbys)
        reach()
        findZone(parts)
        var walk = LinkWalk(self)
        walk.run(self, isStopped: isBehind.map { _ in false }, isBroken: to.map { _ in false })
        isUplink = uplinks { walk.isUplink($0, at: $1, self) }
        isWayOut = uplinks { isZone[$1] && walk.isWayOut($0, at: $1, self) }
    }

    func at(_ node: Int) -> Range<Int> { slots.range(node) }

    private func uplinks(_ holds: (_ slot: Int, _ node: Int) -> Bool) -> [Bool] {
        var found = [Bool](repeating: false, count: to.count)
        for node in depth.indices where depth[node] >= 0 {
            for slot in at(node) { found[slot] = holds(slot, node) }
        }
        return found
    }

    private mutating func connect(_ links: [ImpactLink], _ nodeCount: Int) {
        var ends: [Int32] = []
        ends.reserveCapacity(links.count * 2)
        for link in links {
            ends.append(link.first)
            ends.append(link.second)
        }
        slots = Buckets(keys: ends, count: nodeCount)
        to = [Int32](repeating: 0, count: ends.count)
        relation = to
        twin = to
        var place = to
        for (slot, end) in slots.items.enumerated() { place[Int(end)] = Int32(slot) }
        for (slot, end) in slots.items.enumerated() {
            let other = Int(end) ^ 1
            to[slot] = ends[other]
            twin[slot] = place[other]
            relation[slot] = links[Int(end) / 2].relation
            self.slot[Int(relation[slot])] = Int32(slot)
        }
    }

    // MARK: Roots

    private mutating func chooseRoots(_ parts: [TrafficPart], _ standbys: [(gateway: Int, other: Int)]) {
        var component = [Int32](repeating: -1, count: depth.count)
        for node in depth.indices where component[node] < 0 && !at(node).isEmpty {
            let members = spread(from: [Int32(node)], marking: Int32(node), in: &component) { _ in true }
            let tiers: [TrafficPart] = [.gateway, .router, .modem, .outside]
            let tier = tiers.first { tier in members.contains { parts[Int($0)].tier == tier } }
            let all = members.filter { tier == nil ? passes[Int($0)] : parts[Int($0)].tier == tier }
            for root in tier.map({ nextToOutside($0, all, members, parts) }) ?? all { isRoot[Int(root)] = true }
        }
        let pairs = standbys.filter { component[$0.gateway] == component[$0.other] }
        for pair in pairs where isRoot[pair.gateway] { isRoot[pair.other] = true }
        chooseInnerRoots(parts, pairs)
        roots = isRoot.indices.filter { isRoot[$0] }.map(Int32.init)
        for root in roots { passes[Int(root)] = true }
    }

    /// Of gateways in a row those that traffic from outside meets first; all where nothing says where outside is.
    private func nextToOutside(
        _ tier: TrafficPart, _ all: [Int32], _ members: [Int32], _ parts: [TrafficPart]
    ) -> [Int32] {
        guard tier != .outside, all.count > 1 else { return all }
        var starts = members.filter { parts[Int($0)] == .outside }
        if starts.isEmpty, tier != .modem { starts = members.filter { parts[Int($0)] == .modem } }
        if starts.isEmpty {
            let routers = all.filter { parts[Int($0)] != .gatewayHost }
            return routers.isEmpty ? all : routers
        }
        var seen = [Int32](repeating: -1, count: depth.count)
        let met = spread(from: starts, marking: 0, in: &seen) {
            parts[$0] == .outside || (passes[$0] && parts[$0].tier != tier)
        }
        let first = met.filter { parts[Int($0)].tier == tier }
        return first.isEmpty ? all : first
    }

    /// Gateways in a row, from the outside inwards: what is reached from outside of one only through it looks to it, and
    /// goes on when those before it stop. One with nothing behind it is like any other device.
    private mutating func chooseInnerRoots(_ parts: [TrafficPart], _ pairs: [(gateway: Int, other: Int)]) {
        var isInner = parts.indices.map { parts[$0] == .gateway && !isRoot[$0] }
        for pair in pairs where isInner[pair.gateway] { isInner[pair.other] = !isRoot[pair.other] }
        guard isInner.contains(true) else { return }
        var level = [Int32](repeating: -1, count: depth.count)
        var current: Int32 = 0
        var starts = isRoot.indices.filter { isRoot[$0] }.map(Int32.init)
        while !starts.isEmpty {
            let found = spread(from: starts, marking: current, in: &level) { node in
                isRoot[node] || (passes[node] && !isInner[node])
            }
            current += 1
            let met = found.filter { isInner[Int($0)] && !isRoot[Int($0)] }
            for node in met { level[Int(node)] = current }
            starts = met.filter { node in at(Int(node)).contains { level[Int(to[$0])] < 0 } }
            for node in starts.map(Int.init) {
                isRoot[node] = true
                for slot in at(node) where passes[Int(to[slot])] && 0..<current ~= level[Int(to[slot])] {
                    isUphill[slot] = true
                    isApart[slot] = true
                    isApart[Int(twin[slot])] = true
                }
            }
        }
    }

    /// Everything that can be reached, going on from those that `passesOn`.
    private func spread(
        from starts: [Int32], marking mark: Int32, in seen: inout [Int32], through passesOn: (Int) -> Bool
    ) -> [Int32] {
        var found = starts
        for start in starts { seen[Int(start)] = mark }
        var next = 0
        while next < found.count {
            let node = Int(found[next])
            next += 1
            guard passesOn(node) else { continue }
            for slot in at(node) where seen[Int(to[slot])] < 0 {
                seen[Int(to[slot])] = mark
                found.append(to[slot])
            }
        }
        return found
    }

    // MARK: Ways

    /// Depths and shortest ways, first over what passes traffic on, then through ends to what has no other way.
    private mutating func reach() {
        order = roots
        for root in roots { depth[Int(root)] = 0 }
        var next = 0
        var ends: [Int32] = []
        while next < order.count {
            let node = Int(order[next])
            next += 1
            if passes[node] { take(neighboursOf: node) } else { ends.append(Int32(node)) }
        }
        let first = order.count
        for end in ends { take(neighboursOf: Int(end)) }
        next = first
        while next < order.count {
            take(neighboursOf: Int(order[next]))
            next += 1
        }
        behind = Array(order[first...])
        for node in behind { isBehind[Int(node)] = true }
    }

    private mutating func take(neighboursOf node: Int) {
        for slot in at(node) where depth[Int(to[slot])] < 0 && !isApart[slot] {
            let other = Int(to[slot])
            depth[other] = depth[node] + 1
            parent[other] = twin[slot]
            order.append(Int32(other))
        }
    }

    private mutating func findZone(_ parts: [TrafficPart]) {
        outside = parts.indices.filter { parts[$0] == .outside && depth[$0] > 0 }.map(Int32.init)
        guard !outside.isEmpty else { return }
        var seen = [Int32](repeating: -1, count: depth.count)
        let zone = spread(from: outside, marking: 0, in: &seen) { node in
            parts[node] == .outside || (passes[node] && !isRoot[node] && !isBehind[node])
        }
        for node in zone {
            let node = Int(node)
            isZone[node] = parts[node] == .outside || (passes[node] && !isBehind[node])
        }
        leaveOutDeadEnds(zone, parts)
    }

    /// A switch that hangs on one between the outside and the gateway leads nowhere itself.
    private mutating func leaveOutDeadEnds(_ zone: [Int32], _ parts: [TrafficPart]) {
        var open = zone.map(Int.init)
        while let node = open.popLast() {
            guard isZone[node], !isRoot[node], parts[node] != .outside else { continue }
            let next = Set(at(node).map { Int(to[$0]) }.filter { isZone[$0] })
            guard next.count < 2 else { continue }
            isZone[node] = false
            open += next
        }
    }
}
