import Glibc
import Kernel
import Logging
import NIOCore
import NIOExtras
import NIOPosix

/// One listening socket.
struct BoundServer: Sendable {
    let channel: NIOAsyncChannel<ConnectionSetup.Value, Never>
    let address: Listener.Address
    let quiescing: ServerQuiescingHelper
}

/// Takes the listening sockets of a configuration: all of them or none.
struct Binding: Sendable {
    let configuration: ListenerConfiguration
    let setup: ConnectionSetup
    let tls: TLSIdentityBox?
    let ledger: ConnectionLedger
    let group: any EventLoopGroup
    let logger: Logger

    func bindAll() async throws -> [BoundServer] {
        var servers: [BoundServer] = []
        do {
            for endpoint in configuration.endpoints.filter({ !$0.role.isRedirect }) {
                servers.append(try await bind(endpoint, httpsPort: nil))
            }
            let httpsPort = servers.first { $0.address.endpoint.role == .https }?.address.port
            for endpoint in configuration.endpoints.filter(\.role.isRedirect) {
                guard case .redirect(let port) = endpoint.role, let target = port ?? httpsPort else {
                    throw AppError(.invalid, "A redirect port needs an https port to send people to.")
                }
                servers.append(try await bind(endpoint, httpsPort: target))
            }
            return servers
        } catch {
            for server in servers { try? await server.channel.channel.close() }
            throw error
        }
    }

    func removeSockets() {
        for case .unixSocket(let path, _) in configuration.endpoints.map(\.place) { unlink(path) }
    }

    private func bind(_ endpoint: Endpoint, httpsPort: Int?) async throws -> BoundServer {
        let quiescing = ServerQuiescingHelper(group: group)
        let bootstrap = bootstrap(quiescing, for: endpoint)
        let initialize = try initializer(for: endpoint, httpsPort: httpsPort)
        let channel: NIOAsyncChannel<ConnectionSetup.Value, Never>
        do {
            switch endpoint.place {
            case .address(let host, let port):
                channel = try await bootstrap.bind(host: host, port: port, childChannelInitializer: initialize)
            case .descriptor(let descriptor):
                channel = try await bootstrap.bind(descriptor, childChannelInitializer: initialize)
            case .unixSocket(let path, let mode):
                guard !Self.answers(path) else { throw IOError(errnoCode: EADDRINUSE, reason: "bind") }
                channel = try await bootstrap.bind(
                    unixDomainSocketPath: path, cleanupExistingSocketFile: true, childChannelInitializer: initialize)
                chmod(path, mode)
            }
        } catch {
            throw BindingProblem.explain(error, endpoint.place)
        }
        let local = channel.channel.localAddress
        let address = Listener.Address(endpoint: endpoint, host: local?.ipAddress, port: local?.port)
        return BoundServer(channel: channel, address: address, quiescing: quiescing)
    }

    private func bootstrap(_ quiescing: ServerQuiescingHelper, for endpoint: Endpoint) -> ServerBootstrap {
        let (ledger, logger) = (self.ledger, self.logger)
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(AdmissionHandler(ledger: ledger, logger: logger))
                    try pipeline.addHandler(quiescing.makeServerChannelHandler(channel: channel))
                }
            }
            .childChannelOption(.allowRemoteHalfClosure, value: true)
        switch endpoint.place {
        case .unixSocket: return bootstrap
        case .address(let host, let port):
            let bootstrap =
                bootstrap
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            // `::` takes IPv4 as well, unless an IPv4 address is asked for beside it.
            let hasTwin = configuration.endpoints.contains { other in
                guard case .address(let otherHost, port) = other.place else { return false }
                return otherHost != host && !otherHost.contains(":")
            }
            guard host.contains(":"), hasTwin else { return bootstrap }
            return bootstrap.serverChannelOption(
                ChannelOptions.Types.SocketOption(level: .ipv6, name: .ipv6_v6only), value: 1)
        case .descriptor: return bootstrap
        }
    }

    private func initializer(
        for endpoint: Endpoint, httpsPort: Int?
    ) throws -> @Sendable (any Channel) -> EventLoopFuture<ConnectionSetup.Value> {
        let setup = self.setup
        switch endpoint.role {
        case .http: return { setup.setUpClear($0) }
        case .redirect: return { setup.setUpRedirect($0, httpsPort: httpsPort ?? 443) }
        case .https:
            guard let tls else { throw AppError(.invalid, "An https port needs a certificate and key.") }
            return { setup.setUpTLS($0, tls) }
        }
    }

    /// Whether another process listens on the socket file; a file nobody listens on is a leftover.
    private static func answers(_ path: String) -> Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        guard let address = try? SocketAddress(unixDomainSocketPath: path) else { return false }
        return address.withSockAddr { connect(descriptor, $0, socklen_t($1)) == 0 || errno == EAGAIN }
    }
}

extension Endpoint.Role {
    var isRedirect: Bool {
        if case .redirect = self { true } else { false }
    }
}

/// Closes connections that are one too many, before anything is read from them.
private final class AdmissionHandler: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private let ledger: ConnectionLedger
    private let logger: Logger

    init(ledger: ConnectionLedger, logger: Logger) {
        self.ledger = ledger
        self.logger = logger
    }

    /// Out of file descriptors, or a peer that left before it was accepted: neither ends the listening. The pause
    /// keeps a full process from spinning.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is IOError, let options = context.channel.syncOptions else {
            context.fireErrorCaught(error)
            return
        }
        logger.warning("a connection could not be accepted", metadata: ["error": "\(error)"])
        try? options.setOption(.autoRead, value: false)
        context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(100)) {
            try? options.setOption(.autoRead, value: true)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let channel = Self.unwrapInboundIn(data)
        if ledger.admit(channel) {
            context.fireChannelRead(data)
        } else {
            channel.close(promise: nil)
        }
    }
}

/// Turns what the kernel says about a bind into what a person can do about it.
enum BindingProblem {
    static func explain(_ error: any Error, _ place: Endpoint.Place) -> AppError {
        if let error = error as? AppError { return error }
        let code = (error as? IOError)?.errnoCode ?? 0
        let sentence =
            switch place {
            case .address(let host, let port): explain(code, host: host, port: port)
            case .descriptor(let number):
                "The inherited socket \(number) cannot be used. It must be a listening stream socket: check "
                    + "`ListenStream=` in `systemctl cat circuit-breaker.socket`."
            case .unixSocket(let path, _): explain(code, path: path)
            }
        return AppError(.unavailable, sentence, cause: error)
    }

    private static func explain(_ code: CInt, host: String, port: Int) -> String {
        switch code {
        case EADDRINUSE:
            "Port \(port) on \(host) is in use by another program. See which with `ss -ltnp 'sport = :\(port)'`, then "
                + "stop it or choose another port in config.yaml."
        case EACCES, EPERM:
            "Port \(port) on \(host) may not be used by this user: ports below 1024 come from systemd. Use "
                + "`systemctl enable --now circuit-breaker.socket`, or choose a port above 1023 in config.yaml."
        case EADDRNOTAVAIL:
            "This machine has no address \(host), so port \(port) cannot listen there. `ip -brief address` lists the "
                + "addresses; correct the host in config.yaml."
        default:
            "The host \(host) with port \(port) cannot be listened on. Check the name with `getent hosts \(host)` and "
                + "correct the host in config.yaml."
        }
    }

    private static func explain(_ code: CInt, path: String) -> String {
        switch code {
        case EADDRINUSE:
            "The socket \(path) is in use by another process. See which with `ss -lxp src \(path)` and stop it."
        case EACCES, EPERM, EROFS:
            "The socket \(path) may not be made by this user. Give the daemon's user its folder, as "
                + "`RuntimeDirectory=circuit-breaker` does."
        case ENOENT, ENOTDIR:
            "The folder of the socket \(path) does not exist. Make it, as `RuntimeDirectory=circuit-breaker` does."
        default: "The socket \(path) cannot be listened on. A path holds at most 107 bytes; look with `ls -l \(path)`."
        }
    }
}
