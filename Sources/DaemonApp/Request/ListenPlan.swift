import DaemonConfig
import Glibc
import Kernel
import NIOCore
import NetAddress
import Serving
import Systemd

/// Where to listen: what systemd handed over, and what the configuration asks for in the places that are left.
struct ListenPlan: Sendable {
    private(set) var endpoints: [Endpoint] = []

    init(_ configuration: Configuration, inherited: [InheritedSocket]) throws {
        let server = configuration.server
        let main: Endpoint.Role = configuration.tls.mode == .off ? .http : .https
        var taken: Set<String> = []
        for socket in inherited {
            guard socket.claim() else {
                throw AppError(
                    .invalid,
                    "Socket \(socket.descriptor) (“\(socket.name)”) handed over by systemd is no listening stream "
                        + "socket: use `ListenStream=` in circuit-breaker.socket.")
            }
            let name = ["redirect", "unix"].contains(socket.name) ? socket.name : "https"
            let role: Endpoint.Role = name == "redirect" ? .redirect(toPort: nil) : name == "unix" ? .http : main
            taken.insert(name)
            endpoints.append(Endpoint(.descriptor(socket.descriptor), role))
        }
        if !taken.contains("https") {
            endpoints.append(Endpoint(.address(host: Self.host(server.host.description), port: server.port), main))
        }
        if !taken.contains("redirect"), let port = server.redirectPort {
            endpoints.append(
                Endpoint(.address(host: Self.host(server.host.description), port: port), .redirect(toPort: nil)))
        }
        if !taken.contains("unix"), let path = server.socket {
            // Whoever may enter the folder may connect; who it is, a session or token tells as everywhere.
            endpoints.append(Endpoint(.unixSocket(path: path, mode: 0o660), .http))
        }
    }

    /// The same with copies of the sockets that systemd handed over: who listens for a while closes only those.
    var copied: [Endpoint] {
        endpoints.map { endpoint in
            guard case .descriptor(let descriptor) = endpoint.place else { return endpoint }
            return Endpoint(.descriptor(fcntl(descriptor, F_DUPFD_CLOEXEC, 3)), endpoint.role)
        }
    }

    /// `::` is every address, IPv4 as well; a kernel without IPv6 does not know it.
    private static func host(_ host: String) -> String {
        host == "::" && access("/proc/self/net/if_inet6", F_OK) != 0 ? "0.0.0.0" : host
    }
}

extension Serving.Limits {
    init(_ limits: Configuration.Limits) {
        self.init()
        connections = limits.connections
        connectionsPerAddress = limits.connectionsPerAddress
        handshakeTimeout = .init(limits.header)
        headTimeout = .init(limits.header)
        idleTimeout = .init(limits.idle)
        headerBytes = limits.headerBytes
        headerFieldBytes = min(limits.headerBytes, headerFieldBytes)
        // Clients of the live streams say little; see `LiveLimits.messageBytes`.
        webSocket.messageBytes = 64 << 10
    }
}
