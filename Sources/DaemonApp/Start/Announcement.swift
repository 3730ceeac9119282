import DaemonConfig
import Kernel
import LocalCA
import Logging
import NetAddress
import Serving
import Synchronization
import Systemd

/// Tells systemd and the log that the daemon serves, and where.
final class Announcement: Sendable {
    private let configuration: Configuration
    private let setupCode: Secret<String>?
    private let codeFile: String
    private let notifier: ReadinessNotifier
    private let logger: Logger
    private let line = Mutex("starting")

    /// `setupCode` is given while there is no administrator.
    init(
        _ configuration: Configuration, setupCode: Secret<String>?, codeFile: String, notifier: ReadinessNotifier,
        logger: Logger
    ) {
        self.configuration = configuration
        self.setupCode = setupCode
        self.codeFile = codeFile
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
        let url = Self.address(addresses, configuration)
        let status = "serving \(url)"
        line.withLock { $0 = status }
        notifier.ready(status)
        logger.notice("ready", metadata: ["url": "\(url)", "version": "\(Version.current)"])
        // The journal is one of the two places where the owner finds the code; it works once.
        if let setupCode {
            logger.notice(
                "set-up is open: give this code on the page to become its administrator",
                metadata: ["code": "\(setupCode.reveal())", "url": "\(url)", "file": "\(codeFile)"])
        }
    }

    /// The address to type into a browser on this machine.
    static func address(_ addresses: [Listener.Address], _ configuration: Configuration) -> String {
        if let url = configuration.server.publicURL { return url }
        // Not the Unix socket, which systemd may hand over first: nobody types it into a browser.
        let main = addresses.first { ($0.endpoint.role == .https || $0.endpoint.role == .http) && $0.port != nil }
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
