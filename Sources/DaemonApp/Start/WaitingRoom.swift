import DaemonConfig
import HTTPKit
import HTTPTypes
import HummingbirdCore
import Kernel
import Logging
import NIOCore
import Operations
import Persistence
import SecurityPolicy
import ServiceLifecycle
import Serving
import Synchronization
import Systemd
import UnixSignals

/// What serves while the database cannot be used: every request is told the reason and its cure with 503, and the
/// database is tried again until it opens. So a full disk or a server that is not up yet ends by itself.
struct WaitingRoom: Sendable {
    private let configuration: Configuration
    private let systemd: SystemdEnvironment
    private let clock: any WallClock
    private let logger: Logger
    private let state: WaitingState

    /// Nil when the error is none that waiting may end.
    init?(
        after error: any Error, _ configuration: Configuration, _ systemd: SystemdEnvironment, clock: any WallClock,
        logger: Logger
    ) {
        guard let item = WaitingState.item(for: error) else { return nil }
        self.configuration = configuration
        self.systemd = systemd
        self.clock = clock
        self.logger = logger
        state = WaitingState(item)
    }

    /// Answers with whether the database can be used now; false is a signal to stop.
    func wait() async throws -> Bool {
        let tls = try TLSKeeper.open(configuration.tls, clock: clock, logger: logger)
        let headers = SecurityHeaders(origins: .all, hasStrictTransport: tls != nil)
        let notifier = ReadinessNotifier(systemd)
        let (state, logger) = (state, logger)
        logger.error("waiting for the database", metadata: state.metadata)
        let listener = Listener(
            configuration: ListenerConfiguration(
                endpoints: try ListenPlan(configuration, inherited: systemd.inheritedSockets).copied,
                limits: .init(configuration.server.limits), stopGrace: .seconds(1)),
            tls: tls?.box, refusals: .errors(headers),
            responder: { request, writer, _, _ in
                let response = state.response(to: request, headers)
                try await writer.write(
                    response: response.head, body: request.method == .head ? ResponseBody() : response.body)
            },
            logger: logger, onRunning: { _ in notifier.ready("waiting: \(state.item.message)") })
        var group = ServiceGroupConfiguration(
            services: [
                .init(service: Watchdog(systemd, logger: logger) { true }),
                .init(service: listener),
                .init(service: attempts(notifier), successTerminationBehavior: .gracefullyShutdownGroup),
            ],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        group.maximumGracefulShutdownDuration = .seconds(5)
        group.maximumCancellationDuration = .seconds(2)
        try await ServiceGroup(configuration: group).run()
        return state.isOver
    }

    private func attempts(_ notifier: ReadinessNotifier) -> Attempts {
        Attempts(state: state, logger: logger, notifier: notifier) { [configuration, clock, logger] in
            let data = DataDirectory(path: configuration.data.directory)
            try data.prepare()
            let opened = try OpenedStore(configuration, in: data, clock: clock)
            do {
                try await opened.migrate(logger: logger)
            } catch {
                // The first reason is the one to tell.
                try? await opened.store.close()
                throw error
            }
            try await opened.store.close()
        }
    }
}

/// Tries again, with a growing pause, until it works or fails for a reason that waiting does not mend.
private struct Attempts: Service {
    let state: WaitingState
    let logger: Logger
    let notifier: ReadinessNotifier
    let attempt: @Sendable () async throws -> Void

    func run() async throws {
        let failure = Mutex<(any Error)?>(nil)
        await cancelWhenGracefulShutdown {
            var pause = Duration.seconds(1)
            while !Task.isCancelled {
                try? await Task.sleep(for: pause)
                if Task.isCancelled { return }
                pause = min(pause * 2, .seconds(15))
                do {
                    try await attempt()
                    logger.notice("the database can be used again")
                    return state.finish()
                } catch {
                    guard let item = WaitingState.item(for: error) else {
                        failure.withLock { $0 = error }
                        return
                    }
                    guard state.change(to: item) else { continue }
                    logger.error("waiting for the database", metadata: state.metadata)
                    notifier.status("waiting: \(item.message)")
                }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
    }
}

/// Why it waits, and what is answered meanwhile.
final class WaitingState: Sendable {
    private let current: Mutex<(item: HealthItem, isOver: Bool)>

    init(_ item: HealthItem) {
        current = Mutex((item, false))
    }

    var item: HealthItem { current.withLock { $0.item } }
    var isOver: Bool { current.withLock { $0.isOver } }
    var metadata: Logger.Metadata { ["state": "\(item.id)", "reason": "\(item.message)"] }

    func finish() { current.withLock { $0.isOver = true } }

    /// Whether it is another one.
    func change(to item: HealthItem) -> Bool {
        current.withLock { current in
            defer { current.item = item }
            return current.item != item
        }
    }

    static func item(for error: any Error) -> HealthItem? {
        guard let trouble = DatabaseTrouble(behind: error) else { return nil }
        return HealthItem(trouble: trouble, message: (error as? AppError)?.message ?? "\(error)")
    }

    /// Alive, but not ready; a page for whoever looks with a browser; an error of the API for everybody else.
    func response(to request: Request, _ headers: SecurityHeaders) -> Response {
        let item = item
        let reply: Reply
        switch request.uri.path {
        case "/api/v1/health":
            reply = Aliveness(details: nil).reply()
        case "/api/v1/health/ready":
            reply = HealthReport(checks: [item]).reply()
        case let path where path.hasPrefix("/api/"):
            let error = AppError(.unavailable, item.message, retryAfter: .seconds(5))
            reply = ErrorReply.reply(for: error, requestID: RequestID.make())
        default:
            reply = Reply(
                ByteBuffer(string: Self.page(item.message)), contentType: "text/html; charset=utf-8",
                status: .serviceUnavailable, headers: [.retryAfter: "5", .cacheControl: "no-store"])
        }
        var response = reply.asResponse
        headers.add(to: &response.headers)
        return response
    }

    private static func page(_ message: String) -> String {
        let text = message.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
        return """
            <!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="5">
            <meta name="viewport" content="width=device-width"><title>Circuit Breaker is waiting</title>
            <h1>Circuit Breaker is waiting for its database</h1><p>\(text)</p>
            <p>Nothing that was saved is lost. This page looks again by itself.</p></html>
            """
    }
}
