import JSONKit
import Kernel
import Logging
import Persistence
import ServiceLifecycle
import TestSupport
import Testing

@testable import Inventory
@testable import Topology

@Suite("Following the bus")
struct TopologyFollowerTests {
    /// Runs the follower while the body does; the body's last event is known to have been taken in when it ends.
    private func following(_ lab: Lab, _ body: @Sendable (EventBus) async throws -> Int64) async throws {
        let bus = EventBus()
        let follower = TopologyFollower(
            picture: lab.picture, bus: bus, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup { group in
            group.addTask { try await follower.run() }
            let last = try await body(bus)
            while lab.picture.version?.eventID ?? 0 < last { await Task.yield() }
            group.cancelAll()
        }
    }

    @Test("it reads the graph and takes in what comes", arguments: Engine.available)
    func follows(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        let first = try await lab.hardware("first")

        try await following(lab) { bus in
            while !lab.picture.isLoaded { await Task.yield() }
            let second = try await lab.hardware("second")
            try await lab.make(.connection, ["from_id": .integer(first), "to_id": .integer(second)])
            let events = try await lab.events(after: 1)
            for event in events { bus.publish(event) }
            return events.last?.id ?? 0
        }

        #expect(try lab.shown().names == ["first", "second"])
        #expect(try lab.shown().edges.count == 1)
    }

    @Test("who reads right after a write reads what was written", arguments: Engine.available)
    func readsOwnWrites(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

        try await following(lab) { bus in
            let relay = OutboxRelay(store: lab.store, bus: bus, logger: logger)
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await relay.run() }
                while !lab.picture.isLoaded { await Task.yield() }
                for number in 1...30 {
                    let id = try await lab.hardware("h\(number)")
                    let moment = try await lab.picture.latest()
                    #expect(moment.graph.objects[id] != nil, "h\(number) is not there yet")
                }
                group.cancelAll()
                return try await EventLog(lab.store).newestID()
            }
        }
    }

    @Test("an event that cannot be read makes it read the graph anew", arguments: Engine.available)
    func unreadable(on engine: Engine) async throws {
        let lab = try await Lab(engine)

        try await following(lab) { bus in
            while !lab.picture.isLoaded { await Task.yield() }
            _ = try await lab.hardware("a")
            let event = try #require(try await lab.events(after: 0).first)
            let broken = StoredEvent(
                id: event.id, at: event.at, subject: event.subject, caller: event.caller, payload: "[]")
            bus.publish(broken)
            return event.id
        }

        #expect(try lab.shown().names == ["a"])
    }

    @Test("events that were lost make it read the graph anew", arguments: Engine.available)
    func lost(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        try await lab.picture.load()
        _ = try await lab.hardware("a")
        let follower = TopologyFollower(
            picture: lab.picture, bus: EventBus(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })

        await follower.follow(.reset(eventID: 1))

        #expect(try lab.shown().names == ["a"])
    }
}
