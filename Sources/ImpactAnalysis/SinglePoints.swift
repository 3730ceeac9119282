/// What stops a part of the lab by itself, the worst first.
package struct SinglePoint: Sendable, Equatable {
    package enum Subject: Sendable, Equatable {
        case node(Int)
        case relation(Int)
    }

    package let subject: Subject
    package let down: Int
    package let degraded: Int
    /// The first that fall: enough to name some.
    package let examples: [Int]
}

extension ImpactGraph {
    private static let examples = 5

    /// Everything that takes something else down, each tried by itself. Of links only those that carry more than one
    /// device: of the others the device is named already.
    package func singlePoints(isCancelled: () -> Bool = { false }) throws -> [SinglePoint] {
        let run = ImpactRun(self)
        var found: [SinglePoint] = []
        func attempt(_ subject: SinglePoint.Subject, _ nodes: [Int], _ relations: [Int]) throws {
            if isCancelled() { throw CancellationError() }
            run.fail(nodes: nodes, relations: relations)
            guard !run.down.isEmpty else { return }
            found.append(
                SinglePoint(
                    subject: subject, down: run.down.count, degraded: run.degraded.count,
                    examples: run.down.prefix(Self.examples).map(Int.init)))
        }
        for node in 0..<nodeCount where mayStopOthers(node) { try attempt(.node(node), [node], []) }
        for relation in bridges() { try attempt(.relation(relation), [], [relation]) }
        return found.enumerated().sorted { left, right in
            (right.element.down, right.element.degraded, left.offset)
                < (left.element.down, left.element.degraded, right.offset)
        }.map(\.element)
    }

    private func mayStopOthers(_ node: Int) -> Bool {
        !users.range(node).isEmpty || links.at(node).contains { links.parent[Int(links.to[$0])] == links.twin[$0] }
    }

    /// Whether a slot is all its node has.
    private func isOnlyWay(_ slot: Int32) -> Bool {
        let node = Int(links.to[Int(links.twin[Int(slot)])])
        return links.parent[node] == slot && links.at(node).count { links.isUplink[$0] } <= 1
    }

    private func bridges() -> [Int] {
        var carriers = Set<Int32>()
        for node in links.order where links.parent[Int(node)] >= 0 {
            carriers.insert(links.to[Int(links.parent[Int(node)])])
        }
        return links.order.compactMap { node in
            let slot = links.parent[Int(node)]
            guard slot >= 0, carriers.contains(node), isOnlyWay(slot) else { return nil }
            return Int(links.relation[Int(slot)])
        }
    }
}
