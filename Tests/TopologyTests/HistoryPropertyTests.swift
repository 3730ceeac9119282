import JSONKit
import Kernel
import Persistence
import TestSupport
import Testing

@testable import Inventory
@testable import Topology

@Suite("The map as it was")
struct HistoryPropertyTests {
    /// What a moment is remembered by: nodes with their places on one map, and edges. How the map shows nodes is today's.
    private struct Memory: Equatable {
        let at: Instant
        let map: Int64
        let nodes: [Int64: JSONObject]
        let edges: [String: JSONObject]

        init(_ document: [UInt8], on map: Int64, at: Instant) throws {
            self.at = at
            self.map = map
            let page = try Page(document, map: map)
            edges = page.edges
            nodes = page.nodes.mapValues { node in
                var node = node
                node["appearance"] = nil
                return node
            }
        }

        func look(_ id: Int64) -> JSONObject? {
            var node = nodes[id]
            for name in ["x", "y", "pinned"] { node?[name] = nil }
            return node
        }

        func place(_ id: Int64) -> [JSONValue?] { [nodes[id]?["x"], nodes[id]?["y"]] }
    }

    @Test("every moment is told as it was remembered", arguments: Engine.available, [11, 12, 13])
    func property(on engine: Engine, seed: UInt64) async throws {
        let lab = try await Lab(engine)
        try await lab.picture.load()
        let routes = HistoryRoutes(store: lab.store, picture: lab.picture)
        var people = RandomPeople(lab, seed: seed)
        var random = SplitMix(seed: seed)
        people.maps.append(try await Maps(store: lab.store).create(MapDraft(name: "Second"), by: .system).id)
        try await lab.catchUp()
        var memories: [Memory] = []
        var deeds: [String] = []
        for step in 0..<(engine == .sqlite ? 160 : 60) {
            lab.clock.advance(by: .milliseconds(Int.random(in: 1...100_000, using: &random)))
            deeds.append(try await people.act())
            let graph = try await lab.store.read { try GraphLoader.load(in: $0).graph }
            for map in people.maps {
                memories.append(try Memory(graph.document(on: map, eventID: 0), on: map, at: lab.clock.now))
            }
            // Somebody looks back meanwhile: what is kept of that stays right.
            if step % 40 == 39 { _ = try await routes.desk.state(at: memories[step / 2].at) }
        }

        for (index, memory) in memories.enumerated().shuffled(using: &random) {
            let told = try await routes.document(at: RFC3339.text(memory.at.milliseconds), on: memory.map, nil)
            try #require(
                try Memory(told, on: memory.map, at: memory.at) == memory,
                "step \(index / 2), seed \(seed): after \(deeds.dropFirst(index / 2).prefix(3))")
        }
        #expect(memories.last?.nodes.isEmpty == false)
        try await check(memories, routes, &random, seed)
    }

    /// The difference leads from one document to the other.
    private func check(
        _ memories: [Memory], _ routes: HistoryRoutes, _ random: inout SplitMix, _ seed: UInt64
    ) async throws {
        for _ in 0..<25 {
            let map: Int64 = Bool.random(using: &random) ? 1 : 2
            let known = memories.filter { $0.map == map }
            let pair = [known.randomElement(using: &random), known.randomElement(using: &random)]
                .compactMap(\.self).sorted { $0.at < $1.at }
            let (then, now) = (pair[0], pair[1])
            let (difference, _, _) = try await routes.difference(
                on: map, from: .moment(then.at), to: .moment(now.at))
            func ids(_ verbs: MapDifference.Verb...) -> Set<Int64> {
                Set(difference.items.filter { $0.kind.isNode && verbs.contains($0.verb) }.map(\.id))
            }
            func edges(_ verbs: MapDifference.Verb...) -> Set<String> {
                Set(difference.relations.filter { verbs.contains($0.verb) }.map(\.id.text))
            }
            try #require(ids(.added) == Set(now.nodes.keys).subtracting(then.nodes.keys), "seed \(seed)")
            try #require(ids(.removed) == Set(then.nodes.keys).subtracting(now.nodes.keys), "seed \(seed)")
            let stayed = now.nodes.keys.filter { then.nodes[$0] != nil }
            let replaced = Set(stayed.filter { then.place($0) != now.place($0) })
            let moved = difference.items.filter { item in item.fields.contains { $0.name == "place" } }
            try #require(Set(moved.map(\.id)) == replaced, "seed \(seed)")
            try #require(moved.allSatisfy { $0.verb == .moved }, "seed \(seed)")
            let drawnAnew = Set(stayed.filter { then.look($0) != now.look($0) })
            try #require(drawnAnew.isSubset(of: ids(.changed, .moved)), "seed \(seed)")
            try #require(edges(.added) == Set(now.edges.keys).subtracting(then.edges.keys), "seed \(seed)")
            try #require(edges(.removed) == Set(then.edges.keys).subtracting(now.edges.keys), "seed \(seed)")
            let redrawn = Set(now.edges.keys.filter { then.edges[$0] != nil && then.edges[$0] != now.edges[$0] })
            try #require(redrawn.isSubset(of: edges(.changed, .moved)), "seed \(seed)")
        }
    }
}
