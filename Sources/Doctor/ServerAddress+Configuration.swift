import ControlClient
import DaemonConfig
import LocalCA
import NetAddress

extension ServerAddress {
    /// How this machine reaches its own daemon: over loopback where that is listened on, under a name that the
    /// certificate holds.
    package init(of configuration: Configuration) {
        let server = configuration.server
        let isEverywhere = ["::", "0.0.0.0"].contains(server.host.description)
        let target = isEverywhere ? "127.0.0.1" : server.host.description
        var name = isEverywhere || server.host.isLoopback ? "localhost" : target
        if case .provided(let file, _) = configuration.tls.mode,
            case .success(let bytes) = ConfigurationFiles.disk.read(file),
            let names = try? Certificate.all(inPEM: bytes).first?.names, !names.dns.contains("localhost"),
            let first = names.dns.filter({ !$0.hasPrefix("*") }).sorted().first
        {
            name = first
        }
        self.init(
            isTLS: configuration.tls.mode != .off, host: name, port: server.port,
            connectTo: name == target ? nil : target)
    }
}
