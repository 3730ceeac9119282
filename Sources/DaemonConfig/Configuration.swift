import Kernel
import NetAddress

/// The configuration as plain values, read once at the start and handed to constructors.
package struct Configuration: Sendable {
    package struct Server: Sendable {
        /// `::` means every address; where the machine has no IPv6, listen on 0.0.0.0 instead.
        package var host: IPAddress
        /// 0 asks the system for a free port.
        package var port: Int
        package var redirectPort: Int?
        package var socket: String?
        package var trustedProxies: [CIDRBlock]
        /// Without a slash at the end.
        package var publicURL: String?
        package var limits: Limits
    }

    package struct Limits: Sendable {
        package var bodyBytes: Int
        package var headerBytes: Int
        package var connections: Int
        package var connectionsPerAddress: Int
        package var requestsInFlight: Int
        package var header: Duration
        package var idle: Duration
        package var request: Duration
    }

    package struct TLS: Sendable {
        package enum Mode: Sendable, Equatable {
            case local
            case provided(certificateFile: String, keyFile: String)
            case off
        }

        package var mode: Mode
        package var allowPlaintext: Bool
        package var directory: String
        package var names: [String]
        package var addresses: [IPAddress]
    }

    package struct Places: Sendable {
        package var directory: String
        package var shareDirectory: String
        /// Nil means SQLite in `directory`.
        package var databaseURL: Secret<String>?
        package var backupBeforeMigration: Bool
    }

    package struct Log: Sendable {
        package var level: LogLevelName
        package var format: LogFormat
    }

    /// One option as it stands, for `config check`, support dumps and the start of the log.
    package struct Setting: Sendable {
        package let key: String
        /// As config.yaml would write it; `[secret]` for a secret that is set; empty for what is not set.
        package let shown: String
        package let origin: ValueOrigin
    }

    package var server: Server
    package var tls: TLS
    package var data: Places
    package var log: Log
    /// For a database in which the settings were never changed.
    package var profile: AccessProfileName
    package var apiToken: Secret<String>?
    /// Sign-in providers may be asked over plain HTTP on this machine.
    package var plainLoopbackProviders: Bool
    /// Where anchors of the history go besides the database.
    package var anchorFile: String?
    package var vaultKey: Secret<String>?
    package var oldVaultKeys: Secret<String>?
    package var requireWSS: Bool
    package var discoveryMode: DiscoveryMode
    /// Where config.yaml was looked for; it need not be there.
    package let file: String
    /// Every option in the order of the table.
    package let settings: [Setting]
    /// What does not stop the start, and a person should know: log each as a notice.
    package let notices: [String]

    package func origin(of key: String) -> ValueOrigin? {
        settings.first { $0.key == key }?.origin
    }
}

/// The names are those of swift-log's levels, so that its initialiser takes the raw value.
package enum LogLevelName: String, Sendable, CaseIterable {
    case trace, debug, info, notice, warning, error, critical
}

package enum LogFormat: String, Sendable, CaseIterable {
    case auto, journal, text, json
}

package enum DiscoveryMode: String, Sendable, CaseIterable {
    case safe, full
}

package enum AccessProfileName: String, Sendable, CaseIterable {
    case lab, hardened
}

enum TLSModeName: String, Sendable, CaseIterable {
    case local, provided, off
}
