import TestSupport
import Testing

@testable import ImpactAnalysis

@Suite("What stops, over random graphs")
struct ImpactPropertyTests {
    private struct Found: Equatable {
        var down: Set<Int32>
        var degraded: Set<Int32>
    }

    private func ask(_ run: ImpactRun, _ nodes: [Int], _ relations: [Int]) -> Found {
        run.fail(nodes: nodes, relations: relations)
        return Found(down: Set(run.down), degraded: Set(run.degraded))
    }

    @Test("more failures never make anything better", arguments: 1...60)
    func monotonic(seed: UInt64) {
        var random = SplitMix(seed: seed)
        let graph = RandomGraphs.graph(&random)
        let run = ImpactRun(graph)
        for _ in 0..<40 {
            let (nodes, relations) = RandomGraphs.failures(of: graph, &random)
            let few = ask(run, Array(nodes.dropLast()), Array(relations.dropLast()))
            let many = ask(run, nodes, relations)
            let failed = Set(nodes.map(Int32.init))

            #expect(few.down.isSubset(of: many.down.union(failed)))
            #expect(few.degraded.isSubset(of: many.down.union(many.degraded).union(failed)))
            #expect(many.down.isDisjoint(with: many.degraded) && many.down.isDisjoint(with: failed))
        }
    }

    @Test("neither the order of failures nor what was asked before changes an answer", arguments: 1...30)
    func order(seed: UInt64) {
        var random = SplitMix(seed: seed)
        let graph = RandomGraphs.graph(&random)
        let used = ImpactRun(graph)
        for _ in 0..<20 {
            let (nodes, relations) = RandomGraphs.failures(of: graph, &random)
            let first = ask(used, nodes, relations)
            let paths = (0..<graph.nodeCount).map { used.path(to: $0) }
            let fresh = ImpactRun(graph)

            #expect(ask(fresh, nodes.shuffled(using: &random), relations.shuffled(using: &random)) == first)
            #expect((0..<graph.nodeCount).map { fresh.path(to: $0) } == paths)
        }
    }

    @Test("every path goes from something that failed, step by step, to what it proves", arguments: 1...60)
    func paths(seed: UInt64) {
        var random = SplitMix(seed: seed)
        let graph = RandomGraphs.graph(&random)
        let run = ImpactRun(graph)
        for _ in 0..<40 {
            let (nodes, relations) = RandomGraphs.failures(of: graph, &random)
            let found = ask(run, nodes, relations)
            for node in found.down.union(found.degraded).map(Int.init) {
                let path = run.path(to: node)
                let first = path.first
                let isFirst = first.map { nodes.contains($0.from) || $0.relation.map(relations.contains) ?? false }

                #expect(isFirst == true, "\(path)")
                #expect(path.last?.to == node)
                #expect(zip(path, path.dropFirst()).allSatisfy { $0.to == $1.from })
                #expect(Set(path.map(\.to)).count == path.count)
            }
            for node in 0..<graph.nodeCount where !found.down.contains(Int32(node)) && !nodes.contains(node) {
                #expect(found.degraded.contains(Int32(node)) || run.path(to: node).isEmpty)
            }
        }
    }

    @Test("what links give is what trying every way by hand gives", arguments: 1...80)
    func links(seed: UInt64) {
        var random = SplitMix(seed: seed)
        let plan = RandomGraphs.links(&random)
        let graph = plan.graph
        let run = ImpactRun(graph)
        for _ in 0..<20 {
            let (nodes, relations) = RandomGraphs.failures(of: graph, &random)
            let found = ask(run, nodes, relations)
            let before = plan.ways(withoutNodes: [], withoutLinks: [])
            let after = plan.ways(withoutNodes: Set(nodes), withoutLinks: Set(relations))
            for node in 0..<graph.nodeCount where !nodes.contains(node) {
                guard !graph.links.isRoot[node], !graph.links.isBehind[node] else { continue }
                let isDown = !before[node].isEmpty && after[node].isEmpty
                #expect(found.down.contains(Int32(node)) == isDown, "node \(node) of \(plan)")
                let isLess = !isDown && after[node].count < before[node].count
                #expect(found.degraded.contains(Int32(node)) == isLess, "node \(node) of \(plan)")
            }
        }
    }

    @Test("single points are what failing each by itself says, the worst first", arguments: 1...20)
    func singlePoints(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let graph = RandomGraphs.graph(&random)
        let points = try graph.singlePoints()
        let run = ImpactRun(graph)
        var expected: [Int: Int] = [:]
        for node in 0..<graph.nodeCount {
            run.fail(nodes: [node])
            if !run.down.isEmpty { expected[node] = run.down.count }
        }
        var found: [Int: Int] = [:]
        for point in points {
            if case .node(let node) = point.subject { found[node] = point.down }
        }

        #expect(found == expected)
        #expect(zip(points, points.dropFirst()).allSatisfy { $0.down >= $1.down })
        #expect(throws: CancellationError.self) { try graph.singlePoints { true } }
    }
}
