/// Why something is down or degraded because of something else. The words are the API's.
package enum ImpactReason: String, Sendable, CaseIterable {
    /// What fed it has stopped.
    case power
    /// What fed it has stopped, and it has a battery.
    case battery
    /// Every way from it to its gateway went through there.
    case link
    /// One of several ways to its gateway went through there.
    case uplink
    /// A gateway whose way out of the lab went through there.
    case outside
    /// It runs there.
    case host
    /// It is built into it, or plugged in.
    case device
    case gateway
    case network
    case needs
    /// As `needs`, but it goes on without.
    case uses
    case member
    /// It is a part of it: a dataset of a pool.
    case inside
    /// It is made of it: a pool of disks.
    case part
}

/// What one node needs: some of a number of things that stand in for each other.
package struct ImpactNeed: Sendable {
    /// What becomes of the owner when fewer than `required` are left.
    package enum Effect: Sendable {
        /// It stops: it neither works nor passes on power or traffic.
        case stops
        /// It fares as what it needs: stopped, or cut off.
        case follows
        /// It is still on, but without a network nobody reaches it.
        case cutsOff
        /// It goes on with less.
        case weakens
    }

    /// When an alternative counts as lost.
    package enum Watch: Sendable {
        /// Once it is down, whatever the reason.
        case all
        /// Not while only its networks are gone: a host whose own network fails still carries its guests.
        case carrier
        /// Only once it has stopped: a power strip that nobody reaches still gives power.
        case power
    }

    package struct Alternative: Sendable {
        let node: Int32
        let relation: Int32

        package init(_ node: Int, by relation: Int? = nil) {
            self.node = Int32(node)
            self.relation = Int32(relation ?? -1)
        }
    }

    package let owner: Int
    package let reason: ImpactReason
    package let effect: Effect
    package let required: Int
    package let watch: Watch
    /// Whether the owner is degraded as soon as one of these is: a dataset of a pool that lost a disk.
    package let sharesWeakness: Bool
    package let alternatives: [Alternative]

    package init(
        of owner: Int, _ reason: ImpactReason, _ effect: Effect, anyOf alternatives: [Alternative], required: Int = 1,
        watch: Watch = .all, sharesWeakness: Bool = false
    ) {
        self.owner = owner
        self.reason = reason
        self.effect = effect
        self.required = required
        self.watch = watch
        self.sharesWeakness = sharesWeakness
        self.alternatives = alternatives
    }
}

/// What a graph says in integers: who needs what, and who is linked to whom. Made once, asked many times.
package struct ImpactGraph: Sendable {
    package let nodeCount: Int
    package let relationCount: Int

    // Of each need.
    let owner: [Int32]
    let reason: [ImpactReason]
    let effect: [ImpactNeed.Effect]
    let required: [Int32]
    let watch: [ImpactNeed.Watch]
    let sharesWeakness: [Bool]
    /// Where the alternatives of a need begin; one more than there are needs.
    let start: [Int32]

    // Of each alternative.
    let target: [Int32]
    let relation: [Int32]
    let need: [Int32]

    /// The alternatives that are a node.
    let users: Buckets
    /// The alternatives that go by a relation.
    let byRelation: Buckets
    let links: LinkNet

    package init(
        nodeCount: Int, relationCount: Int, needs: [ImpactNeed], links: [ImpactLink], parts: [TrafficPart],
        standbys: [(gateway: Int, other: Int)] = []
    ) {
        self.nodeCount = nodeCount
        self.relationCount = relationCount
        owner = needs.map { Int32($0.owner) }
        reason = needs.map(\.reason)
        effect = needs.map(\.effect)
        required = needs.map { Int32(min($0.required, $0.alternatives.count)) }
        watch = needs.map(\.watch)
        sharesWeakness = needs.map(\.sharesWeakness)
        var (start, target, relation, need): ([Int32], [Int32], [Int32], [Int32]) = ([0], [], [], [])
        for (index, item) in needs.enumerated() {
            for alternative in item.alternatives {
                target.append(alternative.node)
                relation.append(alternative.relation)
                need.append(Int32(index))
            }
            start.append(Int32(target.count))
        }
        self.start = start
        self.target = target
        self.relation = relation
        self.need = need
        users = Buckets(keys: target, count: nodeCount)
        byRelation = Buckets(keys: relation, count: relationCount)
        self.links = LinkNet(
            nodeCount: nodeCount, relationCount: relationCount, links: links, parts: parts, standbys: standbys)
    }
}

/// Indexes in buckets, one after the other in two arrays. A key below 0 is in none.
struct Buckets: Sendable {
    let start: [Int32]
    let items: [Int32]

    init(keys: [Int32], count: Int) {
        var start = [Int32](repeating: 0, count: count + 1)
        for key in keys where key >= 0 { start[Int(key) + 1] += 1 }
        for index in 0..<count { start[index + 1] += start[index] }
        var next = start
        var items = [Int32](repeating: 0, count: Int(start[count]))
        for (index, key) in keys.enumerated() where key >= 0 {
            items[Int(next[Int(key)])] = Int32(index)
            next[Int(key)] += 1
        }
        self.start = start
        self.items = items
    }

    func range(_ key: Int) -> Range<Int> { Int(start[key])..<Int(start[key + 1]) }
}
