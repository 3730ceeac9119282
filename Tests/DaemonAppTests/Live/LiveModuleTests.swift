import HTTPKit
import JSONKit
import Kernel
import Logging
import Operations
import Persistence
import ServiceLifecycle
import Serving
import TestSupport
import Testing

@testable import DaemonApp

/// Something that happened, of any subject.
private struct Happening: Event {
    let subject: String
    var audit: AuditEntry { AuditEntry("happened", entity: "test") }

    func writePayload(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("name", "x")
        writer.endObject()
    }
}

/// From the commit through outbox and bus to the socket, on both engines.
@Suite("Live, from the commit to the page")
struct LiveModuleTests {
    private struct Lab {
        let store: any Store
        let gate: TestGate
        let port: Int
        let operations: OperationsModule

        @discardableResult
        func commit(_ subjects: String...) async throws -> Int64 {
            try await store.write { tx in
                for subject in subjects { try tx.emit(Happening(subject: subject), by: .system) }
            }
            return try await EventLog(store).newestID()
        }
    }

    private static func run(
        on engine: Engine, before: [String] = [], deltas: (any DeltaSource)? = nil,
        _ body: @escaping @Sendable (Lab) async throws -> Void
    ) async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let store = try await engine.freshStore()
        try await store.write { tx in
            for subject in before { try tx.emit(Happening(subject: subject), by: .system) }
        }
        let bus = EventBus()
        let gate = TestGate()
        let operations = OperationsModule(
            store: store, version: "1", logger: logger, healthInterval: .milliseconds(20))
        let live = try await LiveModule(
            store: store, bus: bus, gate: gate, deltas: deltas, requiresTLS: false, logger: logger,
            origin: { _ in RequestOrigin() })
        live.follow(operations)
        let services: [any Service] = [OutboxRelay(store: store, bus: bus, logger: logger)] + live.services
        try await LiveListener.run(
            logger: logger, services: services + operations.services, decide: live.decide
        ) { port, _ in
            try await body(Lab(store: store, gate: gate, port: port, operations: operations))
        }
    }

    @Test("a commit reaches its streams and no other, with what it changes", arguments: Engine.available)
    func arrives(on engine: Engine) async throws {
        try await Self.run(on: engine, deltas: TestDeltas()) { lab in
            let map = try await LiveClient.open(lab.port, .topology, cookie: "viewer")
            let wire = try await LiveClient.open(lab.port, .discovery, cookie: "viewer")
            #expect(try await map.next() == JSONObject([("type", "hello"), ("event_id", 0)]))
            #expect(try await wire.next()["type"] == "hello")

            try await lab.commit("discovery.self.changed", "access.user.created", "inventory.rack.changed")

            let event = try await map.next()
            #expect(event["subject"] == "inventory.rack.changed")
            #expect(event["payload"] == ["name": "x"])
            let delta = try await map.next()
            #expect(delta["type"] == "delta")
            #expect(delta["id"] == event["id"])
            #expect(try await wire.next()["subject"] == "discovery.self.changed")
        }
    }

    @Test(
        "what was committed before the start is the past, and still a place to go on from", arguments: Engine.available)
    func past(on engine: Engine) async throws {
        let before = ["inventory.rack.created", "inventory.rack.changed"]
        try await Self.run(on: engine, before: before) { lab in
            let newest = try await EventLog(lab.store).newestID()
            let fresh = try await LiveClient.open(lab.port, .topology, cookie: "viewer")
            let whole = try await LiveClient.open(lab.port, .topology, cookie: "viewer")
            let old = try await LiveClient.open(lab.port, .topology, cookie: "viewer")
            #expect(try await fresh.next()["event_id"]?.integerValue == newest)
            try await whole.say(#"{"type":"subscribe","after":\#(newest)}"#)
            try await old.say(#"{"type":"subscribe","after":\#(newest - 1)}"#)
            #expect(try await whole.next()["type"] == "hello")
            #expect(try await old.next()["type"] == "hello")

            #expect(try await old.next()["type"] == "reset")
            let next = try await lab.commit("inventory.rack.deleted")
            for client in [fresh, whole, old] { #expect(try await client.ids(1) == [next]) }
        }
    }

    @Test("a page that comes back after a break gets what it missed", arguments: Engine.available)
    func resumes(on engine: Engine) async throws {
        try await Self.run(on: engine) { lab in
            let first = try await LiveClient.open(lab.port, .topology, cookie: "viewer")
            #expect(try await first.next()["type"] == "hello")
            let known = try await lab.commit("inventory.rack.created")
            #expect(try await first.ids(1) == [known])
            await first.close()
            let last = try await lab.commit(
                "inventory.rack.changed", "access.session.created", "inventory.rack.deleted")

            let second = try await LiveClient.open(lab.port, .topology, cookie: "viewer")
            try await second.say(#"{"type":"subscribe","after":\#(known)}"#)

            #expect(try await second.ids(2) == [known + 1, last])
        }
    }

    @Test("a session that ends closes its sockets at once", arguments: Engine.available)
    func sessions(on engine: Engine) async throws {
        try await Self.run(on: engine) { lab in
            let client = try await LiveClient.open(lab.port, .topology, cookie: "viewer")
            #expect(try await client.next()["type"] == "hello")
            lab.gate.end("viewer")

            try await lab.commit("access.session.ended")

            #expect(try await client.closeCode() == 4401)
        }
    }

    @Test("reading that is closed again closes the passers-by", arguments: Engine.available)
    func settings(on engine: Engine) async throws {
        try await Self.run(on: engine) { lab in
            lab.gate.openReading(true)
            let client = try await LiveClient.open(lab.port, .topology)
            #expect(try await client.next()["type"] == "hello")
            lab.gate.openReading(false)

            try await lab.commit("operations.settings.changed")

            #expect(try await client.closeCode() == 4401)
        }
    }

    @Test("the daemon's condition is told on arrival and on change")
    func health() async throws {
        try await Self.run(on: .sqlite) { lab in
            let client = try await LiveClient.open(lab.port, .status, cookie: "viewer")
            #expect(try await client.next()["type"] == "hello")
            lab.operations.health.set(HealthItem(id: "disk", severity: .warning, message: "Soon."))

            var told = try await client.next()
            while told["status"] == "ok" { told = try await client.next() }

            #expect(told["type"] == "health")
            #expect(told["items"]?.arrayValue?.first == ["id": "disk", "severity": "warning", "message": "Soon."])
        }
    }

    private struct Broken: DeltaSource {
        struct Failure: Error {}

        func delta(of event: StoredEvent) async throws -> (any EventDelta)? {
            if event.subject.hasSuffix("changed") { throw Failure() }
            return TestDelta(node: 1)
        }

        func rebuild(upTo eventID: Int64) async throws -> Int64 { eventID }
    }

    @Test("what cannot be told as a difference is told as a reset", arguments: Engine.available)
    func broken(on engine: Engine) async throws {
        try await Self.run(on: engine, deltas: Broken()) { lab in
            let client = try await LiveClient.open(lab.port, .topology, cookie: "viewer")
            try await client.say(#"{"type":"subscribe","after":0}"#)
            #expect(try await client.next()["type"] == "hello")
            let id = try await lab.commit("inventory.rack.changed")
            #expect(try await client.next() == JSONObject([("type", "reset"), ("event_id", .integer(id))]))

            let next = try await lab.commit("inventory.rack.created")

            #expect(try await client.ids(2) == [next, next])
        }
    }

    @Test("a plain request is told to open a WebSocket", arguments: LiveStream.allCases)
    func plain(_ stream: LiveStream) async throws {
        let routes = try RouteHarness { LiveRoutes().register(in: &$0) }

        let answer = try await routes.get("\(stream.rawValue)/stream")

        #expect(answer.status == 426)
        #expect(answer.header("upgrade") == "websocket")
        #expect(try await routes.get("\(stream.rawValue)/stream", as: .nobody).status == 401)
    }
}
