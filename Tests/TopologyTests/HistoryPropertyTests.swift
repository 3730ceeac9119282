import JSONKit
import Kernel
import Persistence
import TestSupport
import Testing

@testable import Inventory
@testable import Topology

@Suite("The map as it was")
struct HistoryPropertyTests {
    /// What a moment is remembered by: nodes and edges without their places.
    private struct Memory: Equatable {
        let at: Instant
        let nodes: [Int64: JSONObject]
        let edges: [String: JSONObject]

        init(_ document: [UInt8], at: Instant) throws {
            self.at = at
            let page = try Page(document, map: 1)
            edges = page.edges
            nodes = page.nodes.mapValues { node in
                var node = node
                for name in ["x", "y", "pinned"] { node[name] = nil }
                return node
            }
        }
    }

    @Test("every moment is told as it was remembered", arguments: Engine.available, [11, 12, 13])
    func property(on engine: Engine, seed: UInt64) async throws {
        let lab = try await Lab(engine)
        try await lab.picture.load()
        let routes = HistoryRoutes(store: lab.store, picture: lab.picture)
        var people = RandomPeople(lab, seed: seed)
        var random = SplitMix(seed: seed)
        var memories: [Memory] = []
        var deeds: [String] = []
        for step in 0..<(engine == .sqlite ? 160 : 60) {
            lab.clock.advance(by: .milliseconds(Int.random(in: 1...100_000, using: &random)))
            deeds.append(try await people.act())
            let graph = try await lab.store.read { try GraphLoader.load(in: $0).graph }
            memories.append(try Memory(graph.document(on: 1, eventID: 0), at: lab.clock.now))
            // Somebody looks back meanwhile: what is kept of that stays right.
            if step % 40 == 39 { _ = try await routes.desk.state(at: memories[step / 2].at) }
        }

        for (index, memory) in memories.enumerated().shuffled(using: &random) {
            let told = try await routes.document(at: RFC3339.text(memory.at.milliseconds), on: nil, nil)
            try #require(
                try Memory(told, at: memory.at) == memory,
                "step \(index), seed \(seed): after \(deeds.dropFirst(index).prefix(3))")
        }
        #expect(memories.last?.nodes.isEmpty == false)
        try await check(memories, routes, &random, seed)
    }

    /// The difference leads from one document to the other.
    private func check(
        _ memories: [Memory], _ routes: HistoryRoutes, _ random: inout SplitMix, _ seed: UInt64
    ) async throws {
        for _ in 0..<25 {
            let pair = [memories.randomElement(using: &random), memories.randomElement(using: &random)]
                .compactMap(\.self).sorted { $0.at < $1.at }
            let (then, now) = (pair[0], pair[1])
            let (difference, _, _) = try await routes.difference(
                from: .moment(then.at), to: .moment(now.at))
            func ids(_ verbs: MapDifference.Verb...) -> Set<Int64> {
                Set(difference.items.filter { $0.kind.isNode && verbs.contains($0.verb) }.map(\.id))
            }
            func edges(_ verbs: MapDifference.Verb...) -> Set<String> {
                Set(difference.relations.filter { verbs.contains($0.verb) }.map(\.id.text))
            }
            try #require(ids(.added) == Set(now.nodes.keys).subtracting(then.nodes.keys), "seed \(seed)")
            try #require(ids(.removed) == Set(then.nodes.keys).subtracting(now.nodes.keys), "seed \(seed)")
            let drawnAnew = Set(now.nodes.keys.filter { then.nodes[$0] != nil && then.nodes[$0] != now.nodes[$0] })
            try #require(drawnAnew.isSubset(of: ids(.changed, .moved)), "seed \(seed)")
            try #require(edges(.added) == Set(now.edges.keys).subtracting(then.edges.keys), "seed \(seed)")
            try #require(edges(.removed) == Set(then.edges.keys).subtracting(now.edges.keys), "seed \(seed)")
            let redrawn = Set(now.edges.keys.filter { then.edges[$0] != nil && then.edges[$0] != now.edges[$0] })
            try #require(redrawn.isSubset(of: edges(.changed, .moved)), "seed \(seed)")
        }
    }
}
