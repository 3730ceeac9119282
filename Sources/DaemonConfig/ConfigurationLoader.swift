import Kernel
import NetAddress

extension Configuration {
    /// Reads every source, checks everything, and either gives the configuration or every problem at once.
    ///
    /// `arguments` are the options of the command line without the program and its subcommand.
    package static func load(
        arguments: [String] = [],
        environment: [String: String],
        files: ConfigurationFiles = .disk
    ) throws(ConfigurationErrors) -> Configuration {
        let (configuration, problems) = survey(arguments: arguments, environment: environment, files: files)
        guard problems.isEmpty else { throw ConfigurationErrors(problems) }
        return configuration
    }

    /// The configuration as far as it can be read, with the default for whatever is wrong, and every problem. Not for
    /// the daemon, which must not run on half of it: for `cb`, which looks for a daemon that may be in trouble, often as
    /// a user who may not read all of it.
    package static func survey(
        arguments: [String] = [],
        environment: [String: String],
        files: ConfigurationFiles = .disk
    ) -> (configuration: Configuration, problems: [ConfigurationProblem]) {
        let sources = ConfigurationSources(arguments: arguments, environment: environment, files: files)
        var loader = ConfigurationLoader(sources: sources)
        let configuration = loader.configuration()
        let crossing = CrossChecks(configuration, sources: sources, badKeys: loader.badKeys, files: files).problems
        return (configuration, sources.problems + crossing)
    }
}

/// Builds the values. An option whose text does not fit keeps its default here: its problem is in the sources.
struct ConfigurationLoader {
    let sources: ConfigurationSources
    private(set) var badKeys: Set<String> = []

    init(sources: ConfigurationSources) {
        self.sources = sources
    }

    private mutating func value<Value>(_ option: Option<Value>) -> Value {
        guard let (raw, _) = sources.value(of: option.key) else { return option.fallback }
        switch option.read(raw) {
        case .success(let value): return value
        case .failure:
            badKeys.insert(option.key)
            return option.fallback
        }
    }

    mutating func configuration() -> Configuration {
        let mode = tlsMode()
        return Configuration(
            server: server(),
            tls: Configuration.TLS(
                mode: mode, allowPlaintext: value(OptionTable.tls.allowPlaintext),
                directory: value(OptionTable.tls.directory), names: value(OptionTable.tls.names),
                addresses: value(OptionTable.tls.addresses)),
            data: Configuration.Places(
                directory: value(OptionTable.data.directory),
                shareDirectory: shareDirectory(),
                databaseURL: value(OptionTable.data.databaseURL),
                backupBeforeMigration: value(OptionTable.data.backupBeforeMigration)),
            log: Configuration.Log(level: value(OptionTable.log.level), format: value(OptionTable.log.format)),
            profile: value(OptionTable.access.profile),
            apiToken: value(OptionTable.access.apiToken),
            plainLoopbackProviders: value(OptionTable.access.plainLoopbackProviders),
            anchorFile: value(OptionTable.audit.anchorFile),
            vaultKey: value(OptionTable.vault.key),
            oldVaultKeys: value(OptionTable.vault.oldKeys),
            requireWSS: value(OptionTable.webSocket.requireWSS),
            discoveryMode: value(OptionTable.discovery.mode),
            file: sources.configPath,
            settings: OptionTable.entries.map(setting),
            notices: sources.notices)
    }

    private mutating func shareDirectory() -> String {
        let option = OptionTable.data.shareDirectory
        return sources.value(of: option.key) == nil ? sources.files.shareDirectory ?? option.fallback : value(option)
    }

    private mutating func server() -> Configuration.Server {
        let limits = OptionTable.limits
        return Configuration.Server(
            host: value(OptionTable.server.host),
            port: value(OptionTable.server.port),
            redirectPort: value(OptionTable.server.redirectPort),
            socket: value(OptionTable.server.socket),
            trustedProxies: value(OptionTable.server.trustedProxies),
            publicURL: value(OptionTable.server.publicURL),
            limits: Configuration.Limits(
                bodyBytes: value(limits.bodyBytes), headerBytes: value(limits.headerBytes),
                connections: value(limits.connections), connectionsPerAddress: value(limits.connectionsPerAddress),
                requestsInFlight: value(limits.requestsInFlight), header: .seconds(value(limits.headerSeconds)),
                idle: .seconds(value(limits.idleSeconds)), request: .seconds(value(limits.requestSeconds))))
    }

    /// The mode as tls.mode and the older tls.enabled say it together: the one from the higher source counts, and
    /// from the same source tls.mode does (a contradiction there is a problem of the cross-checks).
    private mutating func tlsMode() -> Configuration.TLS.Mode {
        let certificate = value(OptionTable.tls.certificateFile)
        let key = value(OptionTable.tls.keyFile)
        let provided = Configuration.TLS.Mode.provided(certificateFile: certificate ?? "", keyFile: key ?? "")
        var mode = value(OptionTable.tls.mode)
        if let enabled = value(OptionTable.tls.enabled) {
            let enabledRank = sources.value(of: OptionTable.tls.enabled.key)?.rank ?? .max
            let modeRank = sources.value(of: OptionTable.tls.mode.key)?.rank ?? .max
            if mode == nil || enabledRank < modeRank {
                if !enabled { return .off }
                if mode == .off { mode = nil }
            }
        }
        switch mode {
        case .local: return .local
        case .off: return .off
        case .provided: return provided
        case nil: return certificate == nil && key == nil ? .local : provided
        }
    }

    private func setting(_ entry: OptionEntry) -> Configuration.Setting {
        guard let (raw, _) = sources.value(of: entry.key) else {
            return Configuration.Setting(key: entry.key, shown: entry.fallbackText, origin: .fallback)
        }
        let text = entry.shape == .list ? "[\(raw.texts.joined(separator: ", "))]" : raw.texts.joined()
        return Configuration.Setting(key: entry.key, shown: entry.isSecret ? "[secret]" : text, origin: raw.origin)
    }
}
