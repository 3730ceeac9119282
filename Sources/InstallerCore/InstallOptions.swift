import Kernel

/// What the person asked for, as the command line says it.
package struct InstallOptions: Sendable, Equatable {
    package enum HTTPS: String, Sendable, CaseIterable { case local, provided, off }
    package enum Profile: String, Sendable, CaseIterable { case lab, hardened }
    /// Which stores get the root of `--https local`.
    package enum Trust: Sendable, Equatable {
        /// Those that can be had; one that cannot is told of.
        case whatCanBeHad
        /// `--trust`: one that cannot be had is a failure.
        case all
        case none
    }

    /// Nil keeps what the configuration says, and is `local` for a first installation.
    package var https: HTTPS?
    package var certificateFile: String?
    package var keyFile: String?
    package var passphraseFile: String?
    package var isFollowed = false
    package var hostNames: [String] = []
    package var addresses: [String] = []
    package var profile: Profile?
    package var port: Int?
    package var trust = Trust.whatCanBeHad
    package var prefix: String?
    /// For the scripts of a distribution's package, which has laid programs, pages, units and the account itself.
    package var isPackaged = false

    package init() {}

    /// What contradicts itself, as a sentence; nil when nothing does.
    package var contradiction: String? {
        if https != .provided {
            let flags = [("--cert", certificateFile), ("--key", keyFile), ("--passphrase-file", passphraseFile)]
            if let (flag, _) = flags.first(where: { $0.1 != nil }) { return "\(flag) belongs to --https provided." }
            if isFollowed { return "--follow belongs to --https provided." }
        } else if certificateFile == nil {
            return "--https provided needs --cert FILE, and --key FILE unless that file holds the key as well."
        }
        if https == .off, trust == .all { return "--trust has nothing to trust with --https off." }
        if let port, !(1...65535).contains(port) { return "--port is a number from 1 to 65535." }
        for (flag, path) in [("--cert", certificateFile), ("--key", keyFile), ("--passphrase-file", passphraseFile)] {
            if let path, !path.hasPrefix("/") { return "\(flag) must be an absolute path." }
        }
        if let prefix, !prefix.hasPrefix("/") || prefix == "/" || prefix.split(separator: "/").contains("..") {
            return "--prefix is an absolute path such as /usr/local."
        }
        return nil
    }
}
