/// What becomes of a graph when some of it fails. Its arrays are made once and used again for the next question.
///
/// First everything that is down is found: a node falls when a need of it is no longer met, or when no way leads from it
/// to a gateway. Nothing that fell gets up again, so loops end, and the order of failures changes nothing. Then
/// everything that lost something and is not down is degraded.
package final class ImpactRun {
    private struct Mark: OptionSet {
        let rawValue: UInt8
        static let failed = Mark(rawValue: 1)
        static let stopped = Mark(rawValue: 2)
        /// No link leads to it.
        static let unlinked = Mark(rawValue: 4)
        /// Its networks are gone.
        static let offNetwork = Mark(rawValue: 8)
        static let degraded = Mark(rawValue: 16)
        static let down: Mark = [.stopped, .unlinked, .offNetwork]
    }

    private struct Loss: OptionSet {
        let rawValue: UInt8
        /// The alternative is down, or the relation to it has failed.
        static let down = Loss(rawValue: 1)
        /// Not by its networks alone.
        static let unlinked = Loss(rawValue: 2)
        /// It has stopped: it gives no power either.
        static let stopped = Loss(rawValue: 4)
        static let all: Loss = [.down, .unlinked, .stopped]
    }

    /// What a node is down or degraded by.
    private struct Cause {
        var node: Int32 = -1
        var relation: Int32 = -1
        var reason = ImpactReason.needs
        var left: Int32 = 0
        var of: Int32 = 0
    }

    private let graph: ImpactGraph
    private var marks: [Mark]
    private var causes: [Cause]
    private var losses: [Loss]
    private var lostDown: [Int32]
    private var lostUnlinked: [Int32]
    private var lostStopped: [Int32]
    private var brokenRelations: [Bool]
    private var touchedNeeds: [Int32] = []
    private var touchedSlots: [Int32] = []
    private var touchedRelations: [Int32] = []
    private var failedNodes: [Int32] = []
    private var queue: [Int32] = []
    private var next = 0

    // For the links.
    private var walk: LinkWalk
    private var isStopped: [Bool]
    private var isBroken: [Bool]
    private var areLinksHurt = false
    private var wereLinksWalked = false

    private var fallen: [Int32] = []
    private var weakened: [Int32] = []

    package init(_ graph: ImpactGraph) {
        self.graph = graph
        marks = [Mark](repeating: [], count: graph.nodeCount)
        causes = [Cause](repeating: Cause(), count: graph.nodeCount)
        losses = [Loss](repeating: [], count: graph.target.count)
        lostDown = [Int32](repeating: 0, count: graph.owner.count)
        lostUnlinked = lostDown
        lostStopped = lostDown
        brokenRelations = [Bool](repeating: false, count: graph.relationCount)
        walk = LinkWalk(graph.links)
        isStopped = [Bool](repeating: false, count: graph.nodeCount)
        isBroken = [Bool](repeating: false, count: graph.links.to.count)
    }

    /// What falls, in the order it fell, without what failed itself.
    package var down: [Int32] { fallen }
    package var degraded: [Int32] { weakened }

    /// Whether it is down and still on.
    package func isCutOff(_ node: Int) -> Bool {
        !marks[node].isDisjoint(with: .down) && !marks[node].contains(.stopped)
    }

    /// Forgets what failed before, and lets these fail at once.
    package func fail(nodes: [Int], relations: [Int] = []) {
        reset()
        for relation in relations.sorted() { fail(relation: relation) }
        for node in nodes.sorted() where !marks[node].contains(.failed) {
            failedNodes.append(Int32(node))
            marks[node] = [.failed, .stopped]
            noteStop(node)
            queue.append(Int32(node))
        }
        for relation in touchedRelations {
            for item in graph.byRelation.range(Int(relation)) {
                let alternative = Int(graph.byRelation.items[item])
                lose(alternative, .all)
                judge(Int(graph.need[alternative]))
            }
        }
        drain()
        while areLinksHurt {
            walkLinks()
            drain()
        }
        weakenByNeeds()
        if wereLinksWalked { weakenByLinks() }
        spreadWeakness()
    }

    private func fail(relation: Int) {
        guard !brokenRelations[relation] else { return }
        brokenRelations[relation] = true
        touchedRelations.append(Int32(relation))
        let slot = graph.links.slot[relation]
        guard slot >= 0 else { return }
        for slot in [slot, graph.links.twin[Int(slot)]] {
            isBroken[Int(slot)] = true
            touchedSlots.append(slot)
        }
        areLinksHurt = true
    }

    private func reset() {
        for need in touchedNeeds {
            lostDown[Int(need)] = 0
            lostUnlinked[Int(need)] = 0
            lostStopped[Int(need)] = 0
            for alternative in alternatives(of: Int(need)) { losses[alternative] = [] }
        }
        for node in failedNodes { clear(node) }
        for node in fallen { clear(node) }
        for node in weakened { clear(node) }
        for slot in touchedSlots { isBroken[Int(slot)] = false }
        for relation in touchedRelations { brokenRelations[Int(relation)] = false }
        touchedNeeds.removeAll(keepingCapacity: true)
        touchedSlots.removeAll(keepingCapacity: true)
        touchedRelations.removeAll(keepingCapacity: true)
        failedNodes.removeAll(keepingCapacity: true)
        fallen.removeAll(keepingCapacity: true)
        weakened.removeAll(keepingCapacity: true)
        queue.removeAll(keepingCapacity: true)
        next = 0
        areLinksHurt = false
        wereLinksWalked = false
    }

    private func clear(_ node: Int32) {
        marks[Int(node)] = []
        isStopped[Int(node)] = false
    }

    private func alternatives(of need: Int) -> Range<Int> { Int(graph.start[need])..<Int(graph.start[need + 1]) }

    // MARK: Falling

    private func drain() {
        while next < queue.count {
            let node = Int(queue[next])
            next += 1
            let mark = marks[node]
            let loss: Loss =
                mark.contains(.stopped) ? .all : mark.contains(.unlinked) ? [.down, .unlinked] : .down
            for item in graph.users.range(node) {
                let alternative = Int(graph.users.items[item])
                lose(alternative, loss)
                judge(Int(graph.need[alternative]))
            }
        }
    }

    private func lose(_ alternative: Int, _ loss: Loss) {
        let new = loss.subtracting(losses[alternative])
        guard !new.isEmpty else { return }
        let need = Int(graph.need[alternative])
        if lostDown[need] == 0 { touchedNeeds.append(Int32(need)) }
        losses[alternative].formUnion(new)
        if new.contains(.down) { lostDown[need] += 1 }
        if new.contains(.unlinked) { lostUnlinked[need] += 1 }
        if new.contains(.stopped) { lostStopped[need] += 1 }
    }

    private func judge(_ need: Int) {
        let spare = graph.start[need + 1] - graph.start[need] - graph.required[need]
        guard lost(need) > spare else { return }
        switch graph.effect[need] {
        case .stops: fall(by: need, .stopped)
        case .follows where lostStopped[need] > spare: fall(by: need, .stopped)
        case .follows where lostUnlinked[need] > spare: fall(by: need, .unlinked)
        case .follows, .cutsOff: fall(by: need, .offNetwork)
        case .weakens: return
        }
    }

    /// How many alternatives are lost to a need, by what it watches.
    private func lost(_ need: Int) -> Int32 {
        switch graph.watch[need] {
        case .all: lostDown[need]
        case .carrier: lostUnlinked[need]
        case .power: lostStopped[need]
        }
    }

    private func fall(by need: Int, _ mark: Mark) {
        let node = Int(graph.owner[need])
        // The cause that came first stays: what it names fell before, so no chain of causes ends where it began.
        if marks[node].isDisjoint(with: .down) { causes[node] = cause(of: need) }
        fall(node, mark)
    }

    private func fall(_ node: Int, _ mark: Mark) {
        guard !marks[node].contains(mark), !marks[node].contains(.stopped) else { return }
        if marks[node].isDisjoint(with: .down) { fallen.append(Int32(node)) }
        marks[node].insert(mark)
        if mark.contains(.stopped) { noteStop(node) }
        queue.append(Int32(node))
    }

    private func noteStop(_ node: Int) {
        isStopped[node] = true
        // Where only an end stops, everybody else's ways are as they were, unless something is reached through it.
        let net = graph.links
        guard net.depth[node] >= 0 else { return }
        let carries = net.passes[node] || net.isBehind[node] || net.isZone[node]
        if carries || net.at(node).contains(where: { net.isBehind[Int(net.to[$0])] }) { areLinksHurt = true }
    }

    private func cause(of need: Int) -> Cause {
        let loss: Loss =
            switch graph.watch[need] {
            case .all: .down
            case .carrier: .unlinked
            case .power: .stopped
            }
        let first = alternatives(of: need).first { losses[$0].contains(loss) } ?? Int(graph.start[need])
        let count = graph.start[need + 1] - graph.start[need]
        return Cause(
            node: graph.target[first], relation: graph.relation[first], reason: graph.reason[need],
            left: count - lost(need), of: count)
    }

    private func walkLinks() {
        areLinksHurt = false
        wereLinksWalked = true
        let net = graph.links
        walk.run(net, isStopped: isStopped, isBroken: isBroken)
        for node in net.order {
            let node = Int(node)
            guard !walk.isReached[node], net.parent[node] >= 0 else { continue }
            // What is off its networks has lost its links too: its guests with networks of their own mind that.
            guard marks[node].isDisjoint(with: .down) else {
                fall(node, .unlinked)
                continue
            }
            let slot = Int(net.parent[node])
            let ways = net.at(node).count { net.isUplink[$0] }
            causes[node] = Cause(
                node: net.to[slot], relation: net.relation[slot], reason: .link, left: 0, of: Int32(ways))
            fall(node, .unlinked)
        }
    }

    // MARK: Degraded

    private func weaken(_ node: Int, _ cause: Cause) {
        guard marks[node].isEmpty else { return }
        marks[node] = .degraded
        causes[node] = cause
        weakened.append(Int32(node))
    }

    private func weakenByNeeds() {
        for need in touchedNeeds {
            if lost(Int(need)) > 0 { weaken(Int(graph.owner[Int(need)]), cause(of: Int(need))) }
        }
    }

    /// A lost way counts once what it led to has a cause itself, so that causes never go in circles: those next to a
    /// failure first, then their neighbours.
    private func weakenByLinks() {
        let net = graph.links
        for node in net.order { weakenByWays(Int(node), isSure: true) }
        for node in net.order { weakenByWays(Int(node), isSure: false) }
    }

    private func weakenByWays(_ first: Int, isSure: Bool) {
        let net = graph.links
        queue.removeAll(keepingCapacity: true)
        queue.append(Int32(first))
        while let node = queue.popLast().map(Int.init) {
            guard marks[node].isEmpty else { continue }
            if net.isRoot[node] {
                weaken(node, .outside, isSure, had: net.isUphill) { walk.isWayUp($0, net) }
            } else {
                weaken(node, .uplink, isSure, had: net.isUplink) { walk.isUplink($0, at: node, net) }
            }
            if net.isZone[node], net.passes[node] {
                weaken(node, .outside, isSure, had: net.isWayOut) { walk.isWayOut($0, at: node, net) }
            }
            guard !marks[node].isEmpty else { continue }
            for slot in net.at(node) { queue.append(net.to[slot]) }
        }
    }

    private func weaken(_ node: Int, _ reason: ImpactReason, _ isSure: Bool, had: [Bool], has: (Int) -> Bool) {
        var lost: Int?
        var (left, of): (Int32, Int32) = (0, 0)
        for slot in graph.links.at(node) where had[slot] {
            of += 1
            if has(slot) {
                left += 1
            } else if lost == nil, !isSure || isBroken[slot] || !marks[Int(graph.links.to[slot])].isEmpty {
                lost = slot
            }
        }
        guard let lost else { return }
        var cause = Cause(
            node: graph.links.to[lost], relation: graph.links.relation[lost], reason: reason, left: left, of: of)
        if !isBroken[lost], marks[Int(cause.node)].isEmpty, let further = nearestHurt(behind: lost, of: node) {
            cause.node = Int32(further)
            cause.relation = -1
        }
        weaken(node, cause)
    }

    /// Where a lost way leads through what has lost nothing itself, since that has a second way by this node: who on it has.
    private func nearestHurt(behind slot: Int, of node: Int) -> Int? {
        let net = graph.links
        var found = [net.to[slot]]
        var seen: Set<Int32> = [Int32(node), net.to[slot]]
        var next = 0
        while next < found.count {
            let place = Int(found[next])
            next += 1
            if !marks[place].isEmpty { return place }
            for other in net.at(place).map({ net.to[$0] }) where seen.insert(other).inserted { found.append(other) }
        }
        return nil
    }

    /// What is down is no better than what is degraded: a need that watches less than all of it shares its weakness too.
    private func spreadWeakness() {
        for node in failedNodes { spreadWeakness(from: Int(node)) }
        for node in fallen { spreadWeakness(from: Int(node)) }
        var index = 0
        while index < weakened.count {
            spreadWeakness(from: Int(weakened[index]))
            index += 1
        }
    }

    private func spreadWeakness(from node: Int) {
        for item in graph.users.range(node) {
            let alternative = Int(graph.users.items[item])
            let need = Int(graph.need[alternative])
            guard graph.sharesWeakness[need] else { continue }
            let count = graph.start[need + 1] - graph.start[need]
            weaken(
                Int(graph.owner[need]),
                Cause(
                    node: Int32(node), relation: graph.relation[alternative], reason: graph.reason[need], left: count,
                    of: count))
        }
    }

    // MARK: Proof

    /// The steps from what failed to a node that is down or degraded; empty for any other. A step whose relation failed is
    /// the first one.
    package func path(to node: Int) -> [ImpactStep] {
        var steps: [ImpactStep] = []
        var node = node
        while !marks[node].contains(.failed), !marks[node].isEmpty, steps.count <= graph.nodeCount {
            let cause = causes[node]
            steps.append(
                ImpactStep(
                    from: Int(cause.node), to: node, relation: cause.relation < 0 ? nil : Int(cause.relation),
                    reason: cause.reason, left: Int(cause.left), of: Int(cause.of)))
            if cause.relation >= 0, brokenRelations[Int(cause.relation)] { break }
            node = Int(cause.node)
        }
        return steps.reversed()
    }
}

/// One step of a proof: because of `from`, `to` is down or degraded; so many are left of so many it could use.
package struct ImpactStep: Sendable, Equatable {
    package let from: Int
    package let to: Int
    package let relation: Int?
    package let reason: ImpactReason
    package let left: Int
    package let of: Int
}
