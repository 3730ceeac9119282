import HummingbirdCore
import Logging
import NIOCore
import NIOExtras
import NIOHTTP2
import NIOPosix
import ServiceLifecycle

/// Answers one request. The connection's facts come along, so that no handler has to ask the channel for them.
package typealias ConnectionResponder =
    @Sendable (Request, consuming ResponseWriter, any Channel, ConnectionInfo) async throws -> Void

/// Listens on every configured endpoint and serves HTTP/1.1, HTTP/2 and WebSockets there until told to stop.
///
/// A graceful stop closes the listening sockets, lets requests finish, closes WebSockets with 1001, and after
/// `stopGrace` cuts off what is left.
package struct Listener: Service {
    /// Where an endpoint really listens: the port the kernel chose, or the path.
    package struct Address: Sendable, Equatable {
        package let endpoint: Endpoint
        package let host: String?
        package let port: Int?
    }

    private let configuration: ListenerConfiguration
    private let setup: ConnectionSetup
    private let tls: TLSIdentityBox?
    private let ledger: ConnectionLedger
    private let responder: ConnectionResponder
    private let group: any EventLoopGroup
    private let logger: Logger
    private let onRunning: @Sendable ([Address]) async -> Void

    /// `isProxy` names peers that stand for many clients; they are not counted per address.
    package init(
        configuration: ListenerConfiguration,
        tls: TLSIdentityBox?,
        refusals: Refusals,
        responder: @escaping ConnectionResponder,
        webSocket: UpgradeDecision.Decide? = nil,
        isProxy: @escaping @Sendable (String) -> Bool = { _ in false },
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        logger: Logger,
        onRunning: @escaping @Sendable ([Address]) async -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.tls = tls
        self.responder = responder
        self.group = group
        self.logger = logger
        self.onRunning = onRunning
        setup = ConnectionSetup(limits: configuration.limits, refusals: refusals, decideUpgrade: webSocket)
        ledger = ConnectionLedger(limits: configuration.limits, isExempt: isProxy)
    }

    /// Throws `AppError(.unavailable)` when an endpoint cannot be had; none of them listens then.
    package func run() async throws {
        let binding = Binding(
            configuration: configuration, setup: setup, tls: tls, ledger: ledger, group: group, logger: logger)
        let servers = try await binding.bindAll()
        let logger = self.logger
        defer { binding.removeSockets() }
        try await withTaskCancellationOrGracefulShutdownHandler {
            await onRunning(servers.map(\.address))
            try await withThrowingDiscardingTaskGroup { group in
                for server in servers {
                    group.addTask { try await accept(server) }
                }
            }
        } onCancelOrGracefulShutdown: {
            for server in servers { server.quiescing.initiateShutdown(promise: nil) }
            let loop = self.group.next()
            loop.scheduleTask(in: TimeAmount(configuration.stopGrace)) {
                guard ledger.count > 0 else { return }
                logger.warning("connections cut off at stop", metadata: ["count": "\(ledger.count)"])
                ledger.closeAll()
            }
        }
    }

    private func accept(_ server: BoundServer) async throws {
        try await server.channel.executeThenClose { inbound in
            try await withThrowingDiscardingTaskGroup { group in
                for try await connection in inbound {
                    group.addTask { await serve(connection) }
                }
            }
        }
    }

    private func serve(_ connection: ConnectionSetup.Value) async {
        do {
            switch try await connection.negotiated.get() {
            case .handled: try await connection.channel.closeFuture.get()
            case .http2(let multiplexer): await serve(multiplexer, connection.info)
            case .http1(let outcome):
                switch try await outcome.get() {
                case .http(let channel): await exchange(connection.info).handle(value: channel, logger: logger)
                case .webSocket(let channel, let request, let isCompressing, let serve):
                    await channel.serve(
                        request, isCompressing: isCompressing, limit: configuration.limits.webSocket.messageBytes,
                        logger: logger, by: serve)
                }
            }
        } catch {
            logger.trace("connection ended before a request", metadata: ["error": "\(error)"])
            connection.channel.close(promise: nil)
        }
    }

    private func serve(_ multiplexer: HTTP2Connection, _ info: ConnectionInfo) async {
        let exchange = exchange(info)
        do {
            try await withThrowingDiscardingTaskGroup { group in
                for try await stream in multiplexer.inbound {
                    group.addTask { await exchange.handle(value: stream, logger: logger) }
                }
            }
        } catch {
            logger.trace("HTTP/2 connection ended", metadata: ["error": "\(error)"])
        }
    }

    private func exchange(_ info: ConnectionInfo) -> Exchange {
        let responder = self.responder
        return Exchange { request, writer, channel in try await responder(request, writer, channel, info) }
    }
}
