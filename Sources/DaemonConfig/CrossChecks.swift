import Kernel
import NetAddress

/// What no single value gets wrong, but some of them together do.
struct CrossChecks {
    private let configuration: Configuration
    private let sources: ConfigurationSources
    private let badKeys: Set<String>
    private let files: ConfigurationFiles
    private(set) var problems: [ConfigurationProblem] = []

    init(
        _ configuration: Configuration,
        sources: ConfigurationSources,
        badKeys: Set<String>,
        files: ConfigurationFiles
    ) {
        self.configuration = configuration
        self.sources = sources
        self.badKeys = badKeys
        self.files = files
        checkMode()
        checkCertificate()
        checkPlaintext()
        checkPorts()
        checkLimits()
    }

    private mutating func add(_ key: String, _ sentence: String) {
        let place = sources.value(of: key).map { $0.raw.origin.description } ?? ""
        problems.append(ConfigurationProblem(place: place, sentence))
    }

    private func isSound(_ keys: String...) -> Bool {
        badKeys.isDisjoint(with: keys)
    }

    private mutating func checkMode() {
        guard isSound("tls.mode", "tls.enabled"),
            let (mode, modeRank) = sources.value(of: "tls.mode"),
            let (enabled, enabledRank) = sources.value(of: "tls.enabled"), modeRank == enabledRank
        else { return }
        let isOff = mode.texts.first?.lowercased() == TLSModeName.off.rawValue
        let isEnabled = ["true", "yes", "on"].contains(enabled.texts.first?.lowercased())
        if isOff == isEnabled {
            add("tls.enabled", "tls.enabled and tls.mode contradict each other; delete tls.enabled.")
        }
    }

    private mutating func checkCertificate() {
        guard isSound("tls.mode", "tls.enabled", "tls.cert_file", "tls.key_file"),
            case .provided(let certificate, let key) = configuration.tls.mode
        else { return }
        let pairs = [("tls.cert_file", certificate, "certificate"), ("tls.key_file", key, "private key")]
        for (option, path, what) in pairs {
            if path.isEmpty {
                let place = option == "tls.cert_file" ? "tls.key_file" : "tls.cert_file"
                add(
                    sources.value(of: place) == nil ? "tls.mode" : place,
                    "tls.mode is provided, and \(option) is not set; name the file of the \(what), "
                        + "or set tls.mode to local.")
            } else if case .failure(let reason) = files.read(path) {
                add(option, "\(option) names \(path), which \(reason.sentence)")
            }
        }
    }

    private mutating func checkPlaintext() {
        guard isSound("tls.mode", "tls.enabled", "tls.allow_plaintext", "server.host", "server.trusted_proxies"),
            configuration.tls.mode == .off
        else { return }
        let server = configuration.server
        if !server.host.isLoopback, !configuration.tls.allowPlaintext, server.trustedProxies.isEmpty {
            add(
                sources.value(of: "tls.mode") == nil ? "tls.enabled" : "tls.mode",
                "Plain HTTP on \(server.host) would send passwords in the clear; set server.host to 127.0.0.1, name "
                    + "your reverse proxy in server.trusted_proxies, or set tls.allow_plaintext to true.")
        }
        if configuration.requireWSS, server.trustedProxies.isEmpty {
            add(
                "websocket.require_wss",
                "websocket.require_wss refuses every live connection while tls.mode is off and no proxy is trusted; "
                    + "set one of them.")
        }
    }

    private mutating func checkPorts() {
        guard isSound("server.port", "server.redirect_port"), let redirect = configuration.server.redirectPort else {
            return
        }
        if redirect == configuration.server.port {
            add("server.redirect_port", "server.redirect_port and server.port are both \(redirect); choose two ports.")
        }
        if isSound("tls.mode", "tls.enabled"), configuration.tls.mode == .off {
            add("server.redirect_port", "server.redirect_port leads to https, and tls.mode is off; delete one of them.")
        }
    }

    private mutating func checkLimits() {
        let limits = configuration.server.limits
        if isSound("server.limits.connections", "server.limits.connections_per_address"),
            limits.connectionsPerAddress > limits.connections
        {
            let key =
                sources.value(of: "server.limits.connections_per_address") == nil
                ? "server.limits.connections" : "server.limits.connections_per_address"
            add(
                key,
                "server.limits.connections_per_address is \(limits.connectionsPerAddress), more than all connections "
                    + "together may be (\(limits.connections)); lower it or raise server.limits.connections.")
        }
    }
}
