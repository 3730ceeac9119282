import DaemonConfig
import LocalCA
import NetAddress

extension MachineNames {
    /// The machine as it is now, and what the configuration asks for besides.
    static func current(asked tls: Configuration.TLS) throws -> ServerNames {
        try current(asked: tls.names + tls.addresses.map(\.description))
    }
}
