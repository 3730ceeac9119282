/// Where everything of an installation lies. What is below `prefix` came with the program and can be laid again; the
/// rest is the administrator's and the daemon's.
package struct Layout: Sendable, Equatable {
    /// `/usr/local`, or `/usr` for a distribution's package.
    package let prefix: String

    package init(prefix: String = "/usr/local") {
        self.prefix = prefix
    }

    package static let configuration = "/etc/circuit-breaker"
    package static let certificates = "/etc/circuit-breaker/certs"
    package static let configurationFile = "/etc/circuit-breaker/config.yaml"
    package static let environmentFile = "/etc/circuit-breaker/env"
    package static let providedCertificate = "/etc/circuit-breaker/certs/provided.crt"
    package static let providedKey = "/etc/circuit-breaker/certs/provided.key"
    /// What an older native install had and this one does not use.
    package static let olderEdition = "/etc/circuit-breaker/older-edition"
    package static let state = "/var/lib/circuit-breaker"
    package static let runtime = "/run/circuit-breaker"
    /// The installer's own memory of what it made.
    package static let memory = "/var/lib/circuit-breaker-installer"
    package static let administratorUnits = "/etc/systemd/system"
    package static let account = "circuit-breaker"
    /// The port that the shipped socket unit listens on.
    package static let shippedPort = 8443

    package var programs: String { "\(prefix)/bin" }
    package var share: String { "\(prefix)/share/circuit-breaker" }
    package var versionFile: String { "\(share)/VERSION" }
    /// Debian's /lib is a link to /usr/lib.
    package var units: String { isKnownToSystemd ? "\(prefix)/lib/systemd/system" : Self.administratorUnits }
    package var users: String { isKnownToSystemd ? "\(prefix)/lib/sysusers.d" : "/etc/sysusers.d" }
    package var temporaryFiles: String { isKnownToSystemd ? "\(prefix)/lib/tmpfiles.d" : "/etc/tmpfiles.d" }
    package var dropIns: String { "\(share)/drop-ins" }
    package var manuals: String { "\(prefix)/share/man" }

    /// systemd looks for units and programs below these two by itself.
    package var isKnownToSystemd: Bool { prefix == "/usr/local" || prefix == "/usr" }
}
