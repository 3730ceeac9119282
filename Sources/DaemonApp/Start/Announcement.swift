import DaemonConfig
import Kernel
import Logging
import NetAddress
import Serving
import Synchronization
import Systemd

/// Tells systemd and the log that the daemon serves, and where.
final class Announcement: Sendable {
    private let configuration: Configuration
    private let notifier: ReadinessNotifier
    private let logger: Logger
    private let line = Mutex("starting")

    init(_ configuration: Configuration, notifier: ReadinessNotifier, logger: Logger) {
        self.configuration = configuration
        self.notifier = notifier
        self.logger = logger
    }

    /// The line of `systemctl status`.
    var status: String { line.withLock { $0 } }

    func running(_ addresses: [Listener.Address]) {
        for address in addresses {
            logger.notice(
                "listening", metadata: ["at": "\(text(address))", "for": "\(address.endpoint.role.name)"])
        }
        let status = "serving \(Self.address(addresses, configuration))"
        line.withLock { $0 = status }
        notifier.ready(status)
        logger.notice("ready", metadata: ["version": "\(Version.current)"])
    }

    /// The address to type into a browser on this machine.
    static func address(_ addresses: [Listener.Address], _ configuration: Configuration) -> String {
        if let url = configuration.server.publicURL { return url }
        let main = addresses.first { $0.endpoint.role == .https || $0.endpoint.role == .http }
        let scheme = main?.endpoint.role == .http ? "http" : "https"
        let usual = scheme == "https" ? 443 : 80
        let port = main?.port.flatMap { $0 == usual ? nil : ":\($0)" } ?? ""
        let isHere = configuration.server.host.isLoopback
        return "\(scheme)://\(isHere ? "localhost" : MachineNames.hostName)\(port)"
    }

    private func text(_ address: Listener.Address) -> String {
        switch address.endpoint.place {
        case .unixSocket(let path, _): path
        case .address, .descriptor:
            if let host = address.host, let port = address.port {
                host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
            } else {
                "an inherited socket"
            }
        }
    }
}

extension Endpoint.Role {
    var name: String {
        switch self {
        case .https: "https"
        case .http: "http"
        case .redirect: "redirect"
        }
    }
}
