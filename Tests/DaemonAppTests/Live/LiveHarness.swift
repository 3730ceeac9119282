import HTTPKit
import HTTPTypes
import HummingbirdCore
import JSONKit
import Kernel
import Logging
import NIOCore
import Persistence
import ServiceLifecycle
import Serving
import Synchronization
import TestSupport
import Testing

@testable import DaemonApp

/// Three hubs behind a real listener on loopback.
struct LiveLab: Sendable {
    let hubs: [LiveStream: LiveHub]
    let gate: TestGate
    let renewal: LiveRenewal
    let port: Int
    private let group: ServiceGroup

    var topology: LiveHub { get throws { try #require(hubs[.topology]) } }

    static func run(
        at position: Int64 = 0, newest: Int64 = 1_000_000, requiresTLS: Bool = false,
        webSocket: WebSocketLimits = .init(),
        _ change: (inout LiveLimits) -> Void = { _ in },
        _ body: @escaping @Sendable (LiveLab) async throws -> Void
    ) async throws {
        var limits = LiveLimits()
        // Long enough that a subscription always comes first; tests of the grace shorten it.
        limits.grace = .seconds(60)
        change(&limits)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let hubs = Dictionary(
            uniqueKeysWithValues: LiveStream.allCases.map { ($0, LiveHub($0, at: position, limits: limits)) })
        let gate = TestGate()
        let renewal = LiveRenewal(Array(hubs.values), gate: gate, logger: logger)
        let presence = LivePresence(pause: .milliseconds(1))
        let door = LiveDoor(
            hubs: hubs, gate: gate, renewal: renewal, presence: presence, newest: { newest }, limits: limits,
            requiresTLS: requiresTLS,
            origin: { request in
                let isForwarded = request.head.headerFields[.xForwardedProto] == "https"
                return RequestOrigin(address: request.connection.address, isTLS: isForwarded, host: "a")
            }, logger: logger)
        try await LiveListener.run(webSocket, logger: logger, services: [presence], decide: { await door.decide($0) }) {
            port, group in
            try await body(LiveLab(hubs: hubs, gate: gate, renewal: renewal, port: port, group: group))
        }
    }

    func stop() async { await group.triggerGracefulShutdown() }

    /// A socket that is open, and nothing said yet.
    func open(
        _ stream: LiveStream = .topology, cookie: String? = nil, fields: [String] = []
    ) async throws -> LiveClient {
        try await LiveClient.open(port, stream, cookie: cookie, fields: fields)
    }

    /// One that is greeted as well.
    func follow(
        _ stream: LiveStream = .topology, cookie: String = "viewer", after id: Int64? = nil
    ) async throws -> LiveClient {
        let client = try await open(stream, cookie: cookie)
        if let id { try await client.say(#"{"type":"subscribe","after":\#(id)}"#) }
        #expect(try await client.next()["type"] == "hello")
        return client
    }
}

/// A listener for the length of one test, with whatever else has to run.
enum LiveListener {
    static func run(
        _ webSocket: WebSocketLimits = .init(), logger: Logger, services: [any Service] = [],
        decide: @escaping UpgradeDecision.Decide, _ body: @escaping @Sendable (Int, ServiceGroup) async throws -> Void
    ) async throws {
        let (running, announce) = AsyncStream<Int>.makeStream()
        var limits = Limits()
        limits.webSocket = webSocket
        // The raw client answers no ping, and on a loaded machine a test may take longer than the usual patience.
        limits.webSocket.pingInterval = .minutes(10)
        let listener = Listener(
            configuration: ListenerConfiguration(
                endpoints: [.init(.address(host: "127.0.0.1", port: 0), .http)], limits: limits,
                stopGrace: .seconds(2)),
            tls: nil, refusals: Refusals { _ in ByteBuffer() },
            responder: { _, writer, _, _ in try await writer.writeResponse(HTTPResponse(status: .notFound)) },
            webSocket: decide, logger: logger, onRunning: { announce.yield($0.first?.port ?? 0) })
        let all = (services + [listener]).map { ServiceGroupConfiguration.ServiceConfiguration(service: $0) }
        let group = ServiceGroup(configuration: .init(services: all, logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                defer { announce.finish() }
                try await group.run()
            }
            tasks.addTask {
                let port = try #require(await running.first { _ in true })
                let outcome = await Result(catching: { try await body(port, group) })
                await group.triggerGracefulShutdown()
                try outcome.get()
            }
            try await tasks.waitForAll()
        }
    }
}

/// Speaks JSON over a raw socket.
struct LiveClient: Sendable {
    let wire: RawClient

    static func open(
        _ port: Int, _ stream: LiveStream, cookie: String? = nil, fields: [String] = []
    ) async throws -> LiveClient {
        let client = try await RawClient.connect(port: port)
        let fields = fields + (cookie.map { ["Cookie: cb_session=\($0)"] } ?? [])
        let head = try await client.upgrade(path: "/api/v1/\(stream.rawValue)/stream", fields: fields)
        #expect(head.hasPrefix("HTTP/1.1 101"), "\(head)")
        return LiveClient(wire: client)
    }

    func say(_ text: String) async throws { try await wire.send(clientFrame(0x81, Array(text.utf8))) }

    /// All in one write: a machine that is busy takes them as fast as it can, and not as fast as they are written.
    func sayAtOnce(_ texts: [String]) async throws {
        try await wire.send(texts.flatMap { clientFrame(0x81, Array($0.utf8)) })
    }

    func next() async throws -> JSONObject {
        while true {
            let frame = try await wire.frame()
            if frame.first == 0x89 { continue }
            try #require(frame.first == 0x81, "frame \(frame.first)")
            return try #require(try JSONParser.parse(frame.payload).objectValue)
        }
    }

    /// The ids of the next frames that have one.
    func ids(_ count: Int) async throws -> [Int64] {
        var ids: [Int64] = []
        while ids.count < count {
            if let id = try await next()["id"]?.integerValue { ids.append(id) }
        }
        return ids
    }

    func closeCode() async throws -> Int {
        while true {
            let frame = try await wire.frame()
            guard frame.first == 0x88 else { continue }
            return Int(frame.payload[0]) << 8 | Int(frame.payload[1])
        }
    }

    func close() async { await wire.close() }
}

/// Knows `viewer`, `editor` and `admin` by cookie or token until their session ends; `mapless` may see nothing.
final class TestGate: LiveGate {
    private struct State {
        var ended: Set<String> = []
        var permissions: [String: Set<Permission>] = [:]
        var isReadingOpen = false
    }

    private let state = Mutex(State())

    func end(_ name: String) { _ = state.withLock { $0.ended.insert(name) } }
    func allow(_ name: String, _ permissions: Set<Permission>) { state.withLock { $0.permissions[name] = permissions } }
    func openReading(_ isOpen: Bool) { state.withLock { $0.isReadingOpen = isOpen } }

    private func caller(_ name: String) -> Caller? {
        state.withLock { state in
            if name == "anonymous" {
                guard state.isReadingOpen else { return nil }
                return Caller(kind: .anonymous, name: name, permissions: [.viewMap, .viewInventory])
            }
            guard !state.ended.contains(name) else { return nil }
            let role = Role(rawValue: name)
            guard role != nil || name == "mapless" else { return nil }
            return Caller(
                name: name, id: 1, sessionID: 1, permissions: state.permissions[name] ?? role?.permissions ?? [])
        }
    }

    func caller(ofHandshake facts: RequestFacts) async throws -> Caller? {
        guard let cookie = facts.cookie("cb_session") else { return caller("anonymous") }
        if facts.headers[.origin] == "https://evil.example" { throw AppError(.forbidden, "Not from there.") }
        return caller(cookie)
    }

    func shownName(of caller: Caller) async -> String { "Ms \(caller.name)" }

    func caller(ofToken token: String, _ facts: RequestFacts) async throws -> Caller {
        guard let caller = caller(token) else { throw AppError(.unauthenticated, "No such token.") }
        return caller
    }

    func renewed(_ caller: Caller) async throws -> Caller? { self.caller(caller.name) }
}

/// A change of the map as Topology would tell it.
struct TestDelta: EventDelta {
    let node: Int64

    func writeMembers(to writer: inout JSONWriter) {
        writer.member("nodes", ["set": [["id": .integer(node), "name": "n"]], "removed": []])
    }
}

struct TestDeltas: DeltaSource {
    func delta(of event: StoredEvent) async throws -> (any EventDelta)? {
        event.subject.hasPrefix("inventory.tag.") ? nil : TestDelta(node: event.id)
    }

    func rebuild(upTo eventID: Int64) async throws -> Int64 { eventID }
}

extension StoredEvent {
    static func test(_ id: Int64, _ subject: String = "inventory.hardware.created", payload: String? = nil)
        -> StoredEvent
    {
        StoredEvent(
            id: id, at: TestClock.start, subject: subject, caller: "ada@example.org",
            payload: payload ?? #"{"id":\#(id)}"#)
    }
}

extension LiveHub {
    /// As the relay does it.
    func take(_ event: StoredEvent, _ feed: any LiveFeed = TopologyFeed(deltas: nil)) async throws {
        publish(LiveEntry(id: event.id, frames: try await feed.frames(of: event)))
    }

    func take(_ ids: ClosedRange<Int64>) async throws {
        for id in ids { try await take(.test(id)) }
    }
}

extension Result where Failure == any Error {
    init(catching body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
