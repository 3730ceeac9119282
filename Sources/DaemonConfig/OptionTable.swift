import Kernel
import NetAddress

/// Every option there is. A new option is one line here and one in `Configuration`.
///
/// What a person changes in the browser (profile, theme, region, session lengths …) is a row of `app_settings`
/// and not an option: options are what must be known before there is a database.
enum OptionTable {
    static let server = ServerOptions()
    static let limits = LimitOptions()
    static let tls = TLSOptions()
    static let data = DataOptions()
    static let log = LogOptions()
    static let access = AccessOptions()
    static let vault = VaultOptions()
    static let audit = AuditOptions()
    static let webSocket = WebSocketOptions()
    static let discovery = DiscoveryOptions()

    struct Section: Sendable {
        let key: String
        let summary: String
        let entries: [OptionEntry]

        init(_ key: String, _ summary: String, _ options: Any) {
            self.key = key
            self.summary = summary
            // The properties of the struct are the rows, in the order they are written.
            entries = Mirror(reflecting: options).children.compactMap { ($0.value as? any AnyOption)?.entry }
        }
    }

    static let sections = [
        Section("server", "Where the daemon listens and whom it believes.", server),
        Section("server.limits", "What one client or all of them together may use.", limits),
        Section("tls", "HTTPS and its certificate.", tls),
        Section("data", "Where the state lives.", data),
        Section("log", "What is logged and how.", log),
        Section("access", "Who may do what.", access),
        Section("vault", "The key that seals stored secrets.", vault),
        Section("audit", "The history of changes.", audit),
        Section("websocket", "Live updates.", webSocket),
        Section("discovery", "How the network may be looked at.", discovery),
    ]

    static let entries = sections.flatMap(\.entries)
    static let byKey = Dictionary(uniqueKeysWithValues: entries.map { ($0.key, $0) })
    static let byFlatKey = Dictionary(
        uniqueKeysWithValues: entries.compactMap { entry in entry.flatKey.map { ($0, entry) } })
    static let byEnvironmentName = Dictionary(
        uniqueKeysWithValues: entries.flatMap { entry in entry.environmentNames.map { ($0, entry) } })

    /// Flat keys of older native installs that nothing needs any more: accepted, and a notice says so.
    static let retiredKeys = [
        "log_dir": "logs go to the systemd journal; see log.format",
        "static_dir": "the pages lie in web/ below data.share_dir",
        "uploads_dir": "uploads lie in uploads/ below data.dir",
        "workers": "one process serves every request",
    ]

    /// Documented environment names of parts that this version does not hold: accepted, and a notice says so.
    static let unusedNames = [
        "NATS_URL", "NATS_AUTH_TOKEN", "NATS_USER", "NATS_PASSWORD", "NATS_TLS", "NATS_CA_FILE",
    ]
}

struct ServerOptions: Sendable {
    let host = Option(
        "server.host",
        "The address to listen on. `::` is every address of the machine, IPv4 and IPv6; "
            + "127.0.0.1 only lets this machine in.",
        fallback: IPAddress(bits: 0), .listenAddress, flatKey: "host")
    let port = Option(
        "server.port", "The port of the web interface and the API. 0 lets the system choose a free one.",
        fallback: 8443, .number(0...65535, "PORT", of: "a port"), flatKey: "port")
    let redirectPort = Option(
        "server.redirect_port", "A second port that does nothing but send browsers from http to https.",
        fallback: nil, ValueForm<Int>.number(1...65535, "PORT", of: "a port").orNothing("off"), example: "8080")
    let socket = Option(
        "server.socket", "A Unix socket that answers the same requests for programs on this machine.",
        fallback: nil, ValueForm<String>.path(longest: 107).orNothing("off"), example: "/run/circuit-breaker/api.sock")
    let trustedProxies = Option(
        "server.trusted_proxies",
        "The reverse proxies whose X-Forwarded-For, -Proto and -Host are believed; nobody else's are.",
        fallback: [], ValueForm<CIDRBlock>.network.list, example: "[127.0.0.1, \"::1\"]")
    let publicURL = Option(
        "server.public_url",
        "The address under which people reach this server, where it differs from what the server sees itself.",
        fallback: nil, ValueForm<String>.webAddress.orNothing(), example: "https://lab.example.org")
}

struct LimitOptions: Sendable {
    let bodyBytes = Option(
        "server.limits.body_bytes", "The largest body of one request, in bytes.",
        fallback: 16 << 20, .number(1024...(1 << 30)))
    let headerBytes = Option(
        "server.limits.header_bytes", "The largest head of one request (path and headers), in bytes.",
        fallback: 32 << 10, .number(4096...(1 << 20)))
    let connections = Option(
        "server.limits.connections", "How many connections may be open at once.",
        fallback: 1024, .number(8...100_000))
    let connectionsPerAddress = Option(
        "server.limits.connections_per_address",
        "How many of them one address may hold. Trusted proxies are not counted.",
        fallback: 128, .number(4...100_000))
    let requestsInFlight = Option(
        "server.limits.requests_in_flight", "How many requests may be worked on at once; more are told to come back.",
        fallback: 256, .number(1...100_000))
    let headerSeconds = Option(
        "server.limits.header_seconds", "How long a client may take to send the head of a request.",
        fallback: 10, .number(1...300, "SECONDS"))
    let idleSeconds = Option(
        "server.limits.idle_seconds", "How long a connection may stay open with nothing to do.",
        fallback: 120, .number(1...3600, "SECONDS"))
    let requestSeconds = Option(
        "server.limits.request_seconds", "How long one request may take from its head to its answer.",
        fallback: 60, .number(1...3600, "SECONDS"))
}

struct TLSOptions: Sendable {
    let mode = Option(
        "tls.mode",
        "`local` uses a certificate of the machine's own CA, `provided` uses tls.cert_file and tls.key_file, `off` "
            + "speaks plain HTTP. Left out, it is `provided` when tls.cert_file is set and `local` otherwise.",
        fallback: nil, ValueForm<TLSModeName>.choice.orNothing(), example: "local")
    let enabled = Option(
        "tls.enabled", "The older way to say tls.mode: false is `off`, true is `provided` or `local`.",
        fallback: nil, ValueForm<Bool>.boolean.orNothing(), flatKey: "tls_enabled", environment: ["CB_TLS_ENABLED"],
        example: "true")
    let certificateFile = Option(
        "tls.cert_file", "The certificate and its chain in PEM, for tls.mode provided.",
        fallback: nil, ValueForm<String>.path("FILE").orNothing(), flatKey: "tls_cert_file",
        environment: ["CB_TLS_CERT_FILE"],
        example: "/etc/circuit-breaker/certs/server.crt")
    let keyFile = Option(
        "tls.key_file", "The private key of that certificate in PEM.",
        fallback: nil, ValueForm<String>.path("FILE").orNothing(), flatKey: "tls_key_file",
        environment: ["CB_TLS_KEY_FILE"],
        example: "/etc/circuit-breaker/certs/server.key")
    let allowPlaintext = Option(
        "tls.allow_plaintext", "Lets tls.mode off listen on an address that other machines can reach.",
        fallback: false, .boolean)
    let directory = Option(
        "tls.directory", "Where the local CA and the certificates it makes are kept.",
        fallback: "/etc/circuit-breaker/certs", .path("DIRECTORY"))
    let names = Option(
        "tls.names", "Further names for the local certificate, beside the host name, HOST.local and localhost.",
        fallback: [], ValueForm<String>.hostName.list, example: "[lab.example.org]")
    let addresses = Option(
        "tls.addresses", "Further addresses for the local certificate, beside those of the machine.",
        fallback: [], ValueForm<IPAddress>.address.list, example: "[192.0.2.10]")
}

struct DataOptions: Sendable {
    let directory = Option(
        "data.dir", "The directory of the database, uploads and backups. Only the daemon's user may enter it.",
        fallback: "/var/lib/circuit-breaker", .path("DIRECTORY"), flatKey: "data_dir", environment: ["CB_DATA_DIR"])
    let shareDirectory = Option(
        "data.share_dir",
        "The directory of the web pages and the catalogue that came with the program. A program in PREFIX/bin "
            + "looks into PREFIX/share/circuit-breaker by itself.",
        fallback: "/usr/local/share/circuit-breaker", .path("DIRECTORY"), flatKey: "share_dir",
        environment: ["CB_SHARE_DIR"])
    let databaseURL = Option(
        "data.database_url", "A PostgreSQL database to use instead of the file app.db in data.dir.",
        fallback: nil, ValueForm<String>.databaseURL.hidden.orNothing(), environment: ["CB_DB_URL"],
        credential: "database-url", example: "\"postgresql://circuit-breaker@127.0.0.1:5432/circuit-breaker\"")
    let backupBeforeMigration = Option(
        "data.backup_before_migration", "Copies the database before an upgrade changes its tables.",
        fallback: true, .boolean)
}

struct LogOptions: Sendable {
    let level = Option(
        "log.level", "The least important line that is logged.", fallback: .info, ValueForm<LogLevelName>.choice)
    let format = Option(
        "log.format", "`auto` writes to the journal under systemd and readable text elsewhere.",
        fallback: .auto, ValueForm<LogFormat>.choice)
}

struct AccessOptions: Sendable {
    let profile = Option(
        "access.profile",
        "The profile a new installation begins with. Once anything was changed in the settings of the browser, they "
            + "decide and this is not read any more.",
        fallback: .lab, ValueForm<AccessProfileName>.choice)
    let apiToken = Option(
        "access.api_token", "A token that may do everything an administrator's token may, for programs.",
        fallback: nil, ValueForm<String>.token.hidden.orNothing(), environment: ["CB_API_TOKEN"],
        credential: "api-token")
    let plainLoopbackProviders = Option(
        "access.plain_loopback_providers",
        "Lets sign-in providers be asked over plain HTTP on this machine. Everywhere else HTTPS is the only way.",
        fallback: false, .boolean)
}

struct VaultOptions: Sendable {
    let key = Option(
        "vault.key", "The key that seals stored secrets, where it is not kept in .env below data.dir.",
        fallback: nil, ValueForm<String>.fernetKey.hidden.orNothing(), environment: ["CB_VAULT_KEY"],
        credential: "vault-key")
    let oldKeys = Option(
        "vault.old_keys",
        "Earlier keys of a supplied vault.key, separated by commas: what they sealed is opened and sealed anew with the "
            + "key.",
        fallback: nil, ValueForm<String>.fernetKeys.hidden.orNothing(), environment: ["CB_VAULT_KEY_OLD"],
        credential: "vault-key-old")
}

struct AuditOptions: Sendable {
    let anchorFile = Option(
        "audit.anchor_file",
        "A file that gets a signed line a day saying where the history stands, and is only ever appended to. Put it where "
            + "the daemon's user cannot rewrite it.",
        fallback: nil, ValueForm<String>.path("FILE").orNothing(), example: "/var/log/circuit-breaker/anchors.jsonl")
}

struct WebSocketOptions: Sendable {
    let requireWSS = Option(
        "websocket.require_wss",
        "Refuses live connections that are not encrypted, as the server sees it or a trusted proxy says.",
        fallback: false, .boolean, environment: ["CB_WS_REQUIRE_WSS"])
}

struct DiscoveryOptions: Sendable {
    let mode = Option(
        "discovery.mode",
        "`safe` needs no privilege; `full` adds what the scanner process may do with CAP_NET_RAW.",
        fallback: .safe, ValueForm<DiscoveryMode>.choice, environment: ["DISCOVERY_MODE", "CB_DISCOVERY_MODE"])
}
