import JSONKit
import Kernel
import Persistence
import TestSupport
import Testing

@testable import Inventory
@testable import Topology

@Suite("Differences")
struct DeltaPropertyTests {
    @Test(
        "a page that was sent every difference holds what a page that loads now holds", arguments: Engine.available,
        [1, 2, 3, 4])
    func property(on engine: Engine, seed: UInt64) async throws {
        let lab = try await Lab(engine)
        var people = RandomPeople(lab, seed: seed)
        for _ in 0..<20 { try await people.act() }
        try await lab.picture.load()
        let second = try await Maps(store: lab.store).create(MapDraft(name: "Second"), by: .system)
        try await lab.catchUp()
        var page = try lab.shown()
        var other = try lab.shown(on: second.id)
        people.maps.append(second.id)

        for step in 0..<(engine == .sqlite ? 250 : 80) {
            let done = try await people.act()
            for delta in try await lab.catchUp() {
                page.apply(delta)
                other.apply(delta)
            }
            let now = try lab.shown()
            try #require(page == now, "step \(step): \(done), seed \(seed)")
            try #require(try lab.shown(on: second.id) == other, "step \(step): \(done), seed \(seed)")
            if step % 10 == 9 { try #require(try await lab.stored() == now, "step \(step): \(done), seed \(seed)") }
        }

        #expect(try await lab.stored(on: second.id) == other)
        #expect(page.nodes.count > 5)
    }
}
