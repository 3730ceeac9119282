import JSONKit
import Kernel
import Persistence
import TestSupport
import Testing

@testable import Inventory
@testable import Topology

@Suite("Events and the graph")
struct GraphEventsTests {
    @Test("a node shows what its object says", arguments: Engine.available)
    func face(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        let home = try await lab.make(.environment, ["name": "home"])
        let id = try await lab.make(
            .hardware,
            [
                "name": "nas \"é\"", "status": "up", "icon": "disk", "role": "nas", "ip_address": "10.0.0.9",
                "environment_id": .integer(home), "tags": ["zfs", "backup"],
            ])
        try await lab.place([(id, 1.5, -2)])

        let node = try await lab.stored().nodes[id]

        let expected: JSONValue = [
            "id": .integer(id), "kind": "hardware", "name": "nas \"é\"", "status": "up", "icon": "disk", "role": "nas",
            "ip": "10.0.0.9", "environment": "home", "tags": ["backup", "zfs"], "x": .number(1.5), "y": -2,
            "pinned": true,
        ]
        #expect(node == expected.objectValue)
    }

    @Test("created, changed, deleted, restored and purged reach the map", arguments: Engine.available)
    func life(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        try await lab.picture.load()
        let host = try await lab.hardware("host")
        let guest = try await lab.make(
            .computeUnit, ["name": "guest", "type": "vm", "hardware_id": .integer(host)])
        try await lab.catchUp()
        #expect(try lab.shown().edgeTexts == ["hosts \(host)→\(guest)"])

        try await lab.change(.hardware, host, ["name": "renamed", "status": "down"])
        let changed = try await lab.catchUp()
        #expect(try lab.shown().nodes[host]?["status"] == "down")
        #expect(changed.count == 1)
        #expect(changed[0]["edges"] == nil)

        try await lab.trash(.hardware, host)
        try await lab.catchUp()
        #expect(try lab.shown().names == ["guest"])
        #expect(try lab.shown().edges.isEmpty)

        // Its reference reads as none now, and must not be lost by that.
        try await lab.change(.computeUnit, guest, ["name": "guest 2"])
        try await lab.restore(host)
        try await lab.catchUp()
        #expect(try lab.shown().edgeTexts == ["hosts \(host)→\(guest)"])
        #expect(try await lab.stored() == lab.shown())

        try await lab.trash(.hardware, host)
        try await lab.purge(host)
        try await lab.catchUp()
        #expect(try lab.shown().names == ["guest 2"])
    }

    @Test("a renamed environment or tag renames it on every node", arguments: Engine.available)
    func names(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        let home = try await lab.make(.environment, ["name": "home"])
        let id = try await lab.make(
            .hardware, ["name": "a", "environment_id": .integer(home), "tags": ["old"]])
        let other = try await lab.hardware("b")
        try await lab.picture.load()
        let tag = try #require(lab.picture.moment?.graph.tags.first?.key)

        try await lab.change(.environment, home, ["name": "house"])
        try await lab.change(.tag, tag, ["name": "new"])
        let deltas = try await lab.catchUp()

        #expect(try lab.shown().nodes[id]?["environment"] == "house")
        #expect(try lab.shown().nodes[id]?["tags"] == ["new"])
        #expect(deltas.count == 2)
        #expect(deltas.allSatisfy { $0["nodes"]?.objectValue?["set"]?.arrayValue?.count == 1 })
        #expect(try lab.shown().nodes[other]?["tags"] == nil)

        try await lab.trash(.tag, tag)
        try await lab.catchUp()
        #expect(try lab.shown().nodes[id]?["tags"] == nil)
        try await lab.restore(tag)
        try await lab.catchUp()
        #expect(try await lab.stored() == lab.shown())
        #expect(try lab.shown().nodes[id]?["tags"] == ["new"])
    }

    @Test("an event is taken in once, from however many drivers", arguments: Engine.available)
    func once(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        try await lab.picture.load()
        let id = try await lab.hardware("a")
        let event = try #require(try await lab.events(after: 0).last)

        let first = try lab.picture.take(event)?.members
        let generation = lab.picture.version?.generation
        let second = try await lab.picture.delta(of: event) as? TopologyDelta

        #expect(first != nil)
        #expect(second?.members == first)
        #expect(lab.picture.version?.generation == generation)
        #expect(try lab.shown().nodes[id] != nil)
    }

    @Test("what is older than the picture is told to be fetched anew", arguments: Engine.available)
    func forgotten(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        try await lab.make(.rack, ["name": "rack"])
        _ = try await lab.hardware("a")
        try await lab.picture.load()
        let events = try await lab.events(after: 0)
        let (rack, hardware) = (try #require(events.first), try #require(events.last))

        let ofRack = try await lab.picture.delta(of: rack)
        #expect(ofRack == nil)
        await #expect(throws: GraphError.self) { try await lab.picture.delta(of: hardware) }
    }

    @Test(
        "a difference that is too large is told as fetching anew, without reading anything", arguments: Engine.available
    )
    func tooLarge(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        let home = try await lab.make(.environment, ["name": "home"])
        let name = String(repeating: "x", count: 115)
        try await lab.store.write { tx in
            // Written by hand: saving three thousand objects one by one takes longer than all other tests.
            for id in Int64(10_000)..<13_000 {
                try tx.run(
                    """
                    INSERT INTO objects (id, kind, name, name_key, source, created_at, updated_at)
                    VALUES (\(id), 'hardware', \(name), \(name), 'person', 0, 0)
                    """)
                try tx.run("INSERT INTO hardware (id, environment_id) VALUES (\(id), \(home))")
            }
        }
        try await lab.picture.load()
        try await lab.change(.environment, home, ["name": "house"])
        let event = try #require(try await lab.events(after: lab.picture.version?.eventID ?? 0).last)

        await #expect(throws: GraphError.self) { try await lab.picture.delta(of: event) }
        let generation = lab.picture.version?.generation
        #expect(try await lab.picture.rebuild(upTo: event.id) == event.id)

        #expect(lab.picture.version?.generation == generation)
        #expect(try lab.shown().nodes.values.allSatisfy { $0["environment"] == "house" })
    }

    @Test("after reading anew, pages go on from what was read", arguments: Engine.available)
    func place(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        try await lab.picture.load()
        for n in 0..<5 { _ = try await lab.hardware("h\(n)") }

        #expect(try await lab.picture.rebuild(upTo: 3) == 5)
        #expect(try await lab.picture.rebuild(upTo: 2) == 5)
    }

    @Test("events that come while the graph is read are not lost", arguments: Engine.available)
    func rebuild(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        try await lab.picture.load()
        try await withThrowingTaskGroup { group in
            group.addTask { for _ in 0..<10 { try await lab.picture.load() } }
            group.addTask {
                for n in 0..<20 {
                    _ = try await lab.hardware("h\(n)")
                    for event in try await lab.events(after: lab.picture.version?.eventID ?? 0) {
                        _ = try? lab.picture.take(event)
                    }
                }
            }
            try await group.waitForAll()
        }
        try await lab.catchUp()

        #expect(try lab.shown().nodes.count == 20)
        #expect(try await lab.stored() == lab.shown())
    }

    @Test("a rebuild that somebody else has done already reads nothing", arguments: Engine.available)
    func rebuiltAlready(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        _ = try await lab.hardware("a")
        try await lab.picture.rebuild(upTo: 1)
        let generation = lab.picture.version?.generation

        try await lab.picture.rebuild(upTo: 1)

        #expect(lab.picture.version?.generation == generation)
    }
}
