import DaemonConfig
import HostSystem
import Kernel
import LocalCA

/// What the two files of the administrator shall say, and what follows from that. Made before anything is touched:
/// whatever is wrong with the configuration or a provided pair ends here.
struct Intentions: Sendable {
    let yaml: [UInt8]
    let environment: [UInt8]
    let configuration: Configuration
    let https: InstallOptions.HTTPS
    /// The checked pair of `--https provided`.
    let provided: CertifiedKey?
    let warnings: [String]

    init(
        _ options: InstallOptions, layout: Layout, at now: Instant, on machine: any Machine, isImage: Bool,
        passphrase: () -> Secret<String>?
    ) throws {
        let yaml = try Self.bytes(of: Layout.configurationFile, on: machine)
        let environment = try Self.bytes(of: Layout.environmentFile, on: machine)
        var draft = ConfigurationDraft(
            yaml: yaml ?? Array(ConfigurationReference.yaml().utf8),
            environment: environment ?? Array(ConfigurationReference.environment().utf8))
        let chosen = options.https ?? Self.mode(of: draft)
        var warnings: [String] = []
        provided = try options.https == .provided ? Self.checkedPair(options, at: now, passphrase, &warnings) : nil
        try Self.extend(&draft, options, chosen, layout, &warnings)
        // Machines that are copied from one image must not share a token.
        if !isImage, !draft.hasVariable("CB_API_TOKEN") {
            draft.append(
                variable: "CB_API_TOKEN", Self.token(),
                comment: "For programs: may do what an administrator's token may. Made by the installer.")
        }
        self.yaml = draft.yaml
        self.environment = draft.environment
        https = chosen
        self.warnings = warnings
        configuration = try Self.checked(draft, on: machine)
    }

    private static func bytes(of path: String, on machine: any Machine) throws -> [UInt8]? {
        guard let status = try machine.status(of: path) else { return nil }
        if status.kind == .directory {
            throw AppError(.conflict, "\(path) is a directory where a file is expected. Move it away.")
        }
        return try machine.read(path)
    }

    /// What the files say already; `local` where they say nothing.
    private static func mode(of draft: ConfigurationDraft) -> InstallOptions.HTTPS {
        if let text = draft.texts(of: "tls.mode")?.first { return InstallOptions.HTTPS(rawValue: text) ?? .local }
        if ["false", "no", "off"].contains(draft.texts(of: "tls.enabled")?.first?.lowercased()) { return .off }
        return draft.texts(of: "tls.cert_file") == nil ? .local : .provided
    }

    private static func extend(
        _ draft: inout ConfigurationDraft, _ options: InstallOptions, _ https: InstallOptions.HTTPS, _ layout: Layout,
        _ warnings: inout [String]
    ) throws {
        if options.https != nil || draft.texts(of: "tls.mode") == nil && https == .local {
            try draft.set("tls.mode", to: .single(https.rawValue))
            if draft.texts(of: "tls.enabled") != nil {
                try draft.set("tls.enabled", to: .single(https == .off ? "false" : "true"))
            }
        }
        if options.https == .provided {
            try draft.set("tls.cert_file", to: .single(Layout.providedCertificate))
            try draft.set("tls.key_file", to: .single(Layout.providedKey))
        }
        if https == .local {
            try Self.join(options.hostNames.map { $0.lowercased() }, "tls.names", &draft)
            try Self.join(options.addresses, "tls.addresses", &draft)
        }
        if https == .off { try Self.keepPlaintextHere(&draft, &warnings) }
        if let port = options.port { try draft.set("server.port", to: .single("\(port)")) }
        // The daemon finds its pages beside its programs; an older install named a place that may be gone.
        if let named = draft.texts(of: "data.share_dir")?.first, named == "/usr/local/share/circuit-breaker" {
            try draft.set("data.share_dir", to: .single(layout.share))
        }
        if let profile = options.profile { try draft.set("access.profile", to: .single(profile.rawValue)) }
    }

    private static func join(_ wanted: [String], _ key: String, _ draft: inout ConfigurationDraft) throws {
        guard !wanted.isEmpty else { return }
        var all = draft.texts(of: key) ?? []
        for text in wanted where !all.contains(text) { all.append(text) }
        try draft.set(key, to: .list(all))
    }

    /// Plain HTTP for the whole network is only by an explicit word in the configuration.
    private static func keepPlaintextHere(_ draft: inout ConfigurationDraft, _ warnings: inout [String]) throws {
        let host = draft.texts(of: "server.host")?.first ?? "::"
        let isAllowed = ["true", "yes", "on"].contains(draft.texts(of: "tls.allow_plaintext")?.first?.lowercased())
        let hasProxy = !(draft.texts(of: "server.trusted_proxies") ?? []).isEmpty
        guard !isAllowed, !hasProxy, host != "::1", !host.hasPrefix("127.") else { return }
        try draft.set("server.host", to: .single("127.0.0.1"))
        warnings.append(
            "Without HTTPS the service listens on 127.0.0.1 only. Name your reverse proxy in server.trusted_proxies, or "
                + "set tls.allow_plaintext and server.host, to serve others.")
    }

    private static func checkedPair(
        _ options: InstallOptions, at now: Instant, _ ask: () -> Secret<String>?, _ warnings: inout [String]
    ) throws -> CertifiedKey {
        guard let certificateFile = options.certificateFile else {
            throw AppError(.invalid, "--https provided needs --cert FILE.")
        }
        let pair = ProvidedPair(certificateFile: certificateFile, keyFile: options.keyFile)
        var passphrase = try options.passphraseFile.map { try ProvidedPair.passphrase(inFile: $0) }
        if passphrase == nil, pair.needsPassphrase { passphrase = ask() }
        let identity = try pair.load(at: now, passphrase: passphrase)
        let wanted = try ServerNames(
            hostName: options.hostNames.isEmpty ? MachineNames.hostName : "localhost", addresses: [],
            asked: options.hostNames + options.addresses)
        warnings += identity.warnings(for: wanted, at: now)
        if options.isFollowed, let hidden = pair.files.first(where: Self.isInAHome) {
            throw AppError(
                .invalid,
                "\(hidden) lies in a home directory, which the renewal service does not see. Put the pair elsewhere, for "
                    + "example below /etc/ssl, or leave --follow out.")
        }
        return identity
    }

    private static func isInAHome(_ path: String) -> Bool {
        ["/home/", "/root/", "/run/user/"].contains(where: path.hasPrefix)
    }

    private static func token() -> String {
        var random = SystemRandomNumberGenerator()
        let digits = Array("0123456789abcdef")
        return String((0..<64).map { _ in digits[Int(random.next(upperBound: UInt64(16)))] })
    }

    /// What the daemon would say of the files as they shall be.
    private static func checked(_ draft: ConfigurationDraft, on machine: any Machine) throws -> Configuration {
        let texts = [
            ConfigurationDraft.yamlPath: draft.yaml, ConfigurationDraft.environmentPath: draft.environment,
            Layout.providedCertificate: [], Layout.providedKey: [],
        ]
        let files = ConfigurationFiles(read: { path in
            if let bytes = texts[path] { return .success(bytes) }
            do {
                return .success(try machine.read(path))
            } catch {
                return .failure(.missing)
            }
        })
        do {
            return try Configuration.load(environment: [:], files: files)
        } catch {
            let list = error.problems.map(\.description).joined(separator: "\n  ")
            throw AppError(
                .invalid, "The configuration has errors; nothing was changed. Mend them and run this again:\n  \(list)",
                cause: error)
        }
    }
}
