import AuditProof
import Kernel
import Logging
import Persistence
import Schema
import ServiceLifecycle
import TestSupport
import Testing

@Suite("Outbox")
struct OutboxTests {
    private func relay(_ store: any Store, _ bus: EventBus, kept: Int = 10_000) -> OutboxRelay {
        OutboxRelay(store: store, bus: bus, logger: Logger(label: "test"), kept: kept)
    }

    private func ids(_ subscription: EventSubscription, _ count: Int) async -> [Int64] {
        var ids: [Int64] = []
        for await case .event(let event) in subscription {
            ids.append(event.id)
            if ids.count == count { break }
        }
        return ids
    }

    @Test("event ids are in the order of the commits", arguments: Engine.available)
    func commitOrder(engine: Engine) async throws {
        let store = try engine.freshPlaceStore()
        try await Migrator(store).migrate()
        try await store.write { tx in
            try tx.run("CREATE TABLE counters (n BIGINT NOT NULL)")
            try tx.run("INSERT INTO counters (n) VALUES (0)")
        }

        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<10 {
                group.addTask {
                    for _ in 0..<10 {
                        try await store.write { tx in
                            let n = try tx.one("UPDATE counters SET n = n + 1 RETURNING n").integer(0)
                            try tx.emit(TestEvent(number: n), by: .system)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }

        let numbers = try await AuditTrail(store).page(limit: 200).records.reversed().map(\.entityID)
        let payloads = try await store.read { tx in
            try tx.rows("SELECT payload FROM outbox ORDER BY id").map { try $0.text(0) }
        }
        #expect(numbers == (1...100).map { $0 })
        #expect(payloads == (1...100).map { #"{"number":\#($0)}"# })
        #expect(try await AuditTrail(store).verify().isSound)
        try await store.close()
    }

    @Test("the relay delivers in order, then sleeps until the next commit", arguments: Engine.available)
    func delivers(engine: Engine) async throws {
        let store = try await engine.freshStore()
        let bus = EventBus()
        let subscription = bus.subscribe()
        let relay = relay(store, bus)
        let group = ServiceGroup(services: [relay], logger: Logger(label: "test"))

        try await store.emit(1...450)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let listener = bus.subscribe(buffer: 1_000)
            withExtendedLifetime(listener) {}
            try await store.emit([451])
            var last: Int64 = 0
            while last < 451 {
                for await element in subscription {
                    switch element {
                    case .event(let event): last = event.id
                    case .reset(let id): last = id
                    }
                    if last >= 451 { break }
                }
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }

        let delivered = try await store.read { tx in
            try tx.one("SELECT delivered_id FROM outbox_state").integer(0)
        }
        #expect(delivered == 451)
        #expect(await subscription.makeAsyncIterator().next() == nil)
    }

    @Test("after a crash what was not written down is delivered again", arguments: Engine.available)
    func again(engine: Engine) async throws {
        let store = try await engine.freshStore()
        try await store.emit(1...3)
        #expect(try await relay(store, EventBus()).deliver() == 3)

        let bus = EventBus()
        let subscription = bus.subscribe()
        let second = relay(store, bus)
        #expect(try await second.deliver() == 3)
        #expect(await ids(subscription, 3) == [1, 2, 3])
        try await second.settle()

        #expect(try await relay(store, EventBus()).deliver() == 0)
    }

    @Test("the newest events are kept, older ones are forgotten", arguments: Engine.available)
    func forgets(engine: Engine) async throws {
        let store = try await engine.freshStore()
        let relay = relay(store, EventBus(), kept: 10)
        try await store.emit(1...30)

        try await relay.deliver()
        try await relay.settle()

        let kept = try await store.read { try $0.rows("SELECT id FROM outbox ORDER BY id").map { try $0.integer(0) } }
        #expect(kept == Array(21...30))
        let log = EventLog(store)
        #expect(try await log.replay(after: 19) == .reset(eventID: 30))
        guard case .events(let events, 30) = try await log.replay(after: 20) else {
            Issue.record("a replay was expected")
            return
        }
        #expect(events.map(\.id) == Array(21...30))
    }

    @Test("what is not delivered yet is not forgotten", arguments: Engine.available)
    func keepsUndelivered(engine: Engine) async throws {
        let store = try await engine.freshStore()
        let relay = relay(store, EventBus(), kept: 1)
        try await store.emit(1...5)
        try await relay.deliver()
        try await store.emit(6...9)

        try await relay.settle()

        #expect(try await store.count("outbox") == 4)
    }

    @Test("a replay knows its limits", arguments: Engine.available)
    func replay(engine: Engine) async throws {
        let store = try await engine.freshStore()
        let log = EventLog(store)
        #expect(try await log.newestID() == 0)
        #expect(try await log.replay(after: 0) == .events([], through: 0))
        try await store.emit(1...3, subject: "test.a.changed")
        try await store.emit(4...6, subject: "test.b.changed")

        #expect(try await log.replay(after: 6) == .events([], through: 6))
        #expect(try await log.replay(after: 1_000_000_000_000_000) == .reset(eventID: 6))
        #expect(try await log.replay(after: -1) == .reset(eventID: 6))
        #expect(try await log.replay(after: 0, limit: 5) == .reset(eventID: 6))
        guard case .events(let events, 6) = try await log.replay(after: 1, "test.a.*", limit: 2) else {
            Issue.record("a replay was expected")
            return
        }
        #expect(events.map(\.id) == [2, 3])
    }

    @Test("a feed has neither a gap nor a repetition", arguments: Engine.available)
    func feed(engine: Engine) async throws {
        let store = try await engine.freshStore()
        let bus = EventBus()
        let relay = relay(store, bus)
        let feed = EventFeed(store: store, bus: bus)
        try await store.emit(1...5)

        let resumed = try await feed.resume(after: 2)
        let fresh = try await feed.resume(after: nil)
        try await relay.deliver()
        try await store.emit(6...7)
        try await relay.deliver()

        #expect(await ids(resumed, 5) == [3, 4, 5, 6, 7])
        #expect(await ids(fresh, 2) == [6, 7])
        let reset = try await feed.resume(after: 99)
        #expect(await reset.makeAsyncIterator().next() == .reset(eventID: 7))
    }
}
