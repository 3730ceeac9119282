import Access
import Backups
import DaemonConfig
import Discovery
import HTTPKit
import Hummingbird
import Inventory
import Kernel
import Logging
import Mailroom
import Operations
import Persistence
import SecretVault
import SecurityPolicy
import ServiceLifecycle
import Serving
import Topology

/// Every context, made once, in one place. A new one is a line here, in `register` and in `services`.
struct Modules: Sendable {
    let operations: OperationsModule
    let vault: VaultModule
    let access: AccessModule
    let backups: BackupsModule
    private let mail: MailroomModule
    private let arrivals: ArrivalsModule
    private let inventory: InventoryModule
    private let topology: TopologyModule
    private let discovery: DiscoveryModule
    /// What was committed, for whoever in this process wants to know.
    private let bus = EventBus()
    private let relay: OutboxRelay
    private let store: any Store

    /// `restart` ends the daemon so that it starts anew.
    init(
        store: any Store, configuration: Configuration, clock: any WallClock, logger: Logger,
        restart: @escaping @Sendable () -> Void = {}
    ) throws {
        var beginning = AppSettings()
        beginning.profile = configuration.profile == .hardened ? .hardened : .lab
        operations = OperationsModule(
            store: store, version: Version.current, beginning: beginning, clock: clock, logger: logger)
        let store = MeteredStore(store, metrics: operations.metrics, watch: operations.database)
        vault = VaultModule(
            store: store, supplied: try SuppliedKey(configuration), folder: configuration.data.directory, clock: clock,
            logger: logger)
        access = AccessModule(
            store: store, vault: SealedSeeds(vault: vault.vault, column: .totpSeed),
            history: .init(
                vault: SealedSeeds(vault: vault.vault, column: .auditKey), anchorFile: configuration.anchorFile),
            clock: clock, apiToken: configuration.apiToken, logger: logger)
        backups = BackupsModule(
            store: store, vault: vault.vault, places: try StatePlaces(configuration), clock: clock, logger: logger,
            restart: restart)
        mail = MailroomModule(
            store: store, vault: vault.vault, publicURL: configuration.server.publicURL, logger: logger)
        arrivals = ArrivalsModule(
            access: access, store: store, room: mail.room, vault: vault.vault,
            plainLoopbackProviders: configuration.plainLoopbackProviders, logger: logger)
        inventory = InventoryModule(
            store: store, catalogue: "\(configuration.data.shareDirectory)/catalogue", clock: clock, logger: logger)
        topology = TopologyModule(store: store, bus: bus, door: SharedMapDoor(room: mail.room), logger: logger)
        discovery = DiscoveryModule(store: store, clock: clock, logger: logger)
        relay = OutboxRelay(store: store, bus: bus, logger: logger)
        self.store = store
    }

    func register(in api: inout API) {
        operations.register(in: &api)
        vault.register(in: &api)
        access.register(in: &api)
        backups.register(in: &api)
        mail.register(in: &api)
        arrivals.register(in: &api)
        inventory.register(in: &api)
        topology.register(in: &api)
        discovery.register(in: &api)
        LiveRoutes().register(in: &api)
    }

    var services: [any Service] {
        [relay] + vault.services + access.services + arrivals.services + mail.services + backups.services
            + inventory.services
            + topology.services + discovery.services
            + operations.services
    }

    /// Before the first request: reads what is stored, and opens set-up where there is no administrator; its code is
    /// given back to be shown.
    func begin(
        data: DataDirectory, tls: TLSKeeper?, headers: SecurityHeaders, clock: any WallClock
    ) async throws -> Secret<String>? {
        try await followSettings(headers)
        operations.health.registerDisk(data.path)
        operations.health.registerOpenFiles()
        operations.health.registerClock(store, clock: clock)
        operations.health.registerSchema(store)
        try await vault.vault.begin()
        operations.health.registerVault(vault.vault)
        operations.health.registerMail(mail.delivery)
        try await backups.begin()
        operations.health.register("backups", trouble: "How backups stand cannot be read. The journal has the reason.")
        {
            [backups] in try await backups.health()
        }
        operations.health.register("history", trouble: "How the history stands cannot be read.") { [access] in
            access.keeping.health
        }
        if let tls { operations.health.registerCertificate(tls, clock: clock) }
        return try await access.beginFirstRun(codeFile: data.setupCode)
    }

    /// The live streams, which hear from the bus from here on. `requiresTLS` is `CB_WS_REQUIRE_WSS`.
    func live(requiresTLS: Bool, proxies: TrustedProxies, logger: Logger) async throws -> LiveModule {
        let live = try await LiveModule(
            store: store, bus: bus, gate: access.gatekeeper, deltas: topology.picture, requiresTLS: requiresTLS,
            logger: logger
        ) { proxies.origin(of: $0.head, over: $0.connection) }
        live.follow(operations)
        live.follow(backups.jobs)
        return live
    }

    /// The checks before going live, over this configuration.
    func prepareGoLive(_ configuration: Configuration, clock: any WallClock) {
        GoLiveSetup(
            configuration: configuration, settings: operations.settings, access: access, vault: vault.vault,
            store: store, clock: clock
        ).register(with: operations.goLive)
    }

    func watch(requestsInFlight: @escaping @Sendable () -> Int) {
        operations.metrics.gauge("http_requests_in_flight", "Requests that are worked on.") {
            Double(requestsInFlight())
        }
    }

    var observe: @Sendable (RequestOutcome) -> Void {
        { [operations] in operations.observe($0) }
    }

    /// Reads what people have set, and lets everything that follows the settings know, now and at each change.
    private func followSettings(_ headers: SecurityHeaders) async throws {
        operations.settings.observe { [policy = access.policy] settings in
            policy.update(AccessRules(settings))
            headers.allow(ForeignOrigins(settings.foreignOrigins))
        }
        try await operations.settings.load()
    }
}

extension SuppliedKey {
    /// The vault key that the configuration gives, if it gives one.
    init?(_ configuration: Configuration) throws {
        guard let key = configuration.vaultKey else { return nil }
        let source: KeySource =
            if case .credential = configuration.origin(of: "vault.key") { .credential } else { .environment }
        try self.init(key, old: configuration.oldVaultKeys, source: source)
    }
}

extension HealthChecks {
    func registerVault(_ vault: SecretVault) {
        register("vault", trouble: "How the vault stands cannot be read. The journal has the reason.") {
            try await vault.health()
        }
    }
}

/// Seeds of one-time codes, or of the key that signs the history, sealed by the vault.
struct SealedSeeds: SeedVault {
    let vault: SecretVault
    let column: SealedColumn

    func seal(_ seed: Secret<String>, in tx: any Session) throws -> String {
        String(sqlValue: try vault.seal(seed, for: column, in: tx).sqlValue) ?? ""
    }

    func open(_ sealed: String) throws -> Secret<String> {
        guard let text = SealedText(sqlValue: .text(sealed)) else {
            throw AppError(.fault, "\(column.place.what) cannot be read.")
        }
        return try vault.open(text, of: column)
    }
}

/// What Access knows of links, people and guessing, for shared maps.
struct SharedMapDoor: ShareDoor {
    let room: Mailroom
    private let links = SharedLinks()

    init(room: Mailroom) { self.room = room }

    func newSecret() -> (secret: Secret<String>, hash: String) { links.newSecret() }
    func hash(of secret: Secret<String>) -> String? { links.hash(of: secret) }
    func linkBase(in tx: any Session) throws -> String? { try room.linkBase(in: tx) }
    func refusal(of caller: Caller, in tx: any Session) throws -> AppError? { try links.refusal(of: caller, in: tx) }
    func countWrong(by caller: Caller, in tx: any Session) throws { try links.countWrong(by: caller, in: tx) }
    func person(behind caller: Caller, in tx: any Session) throws -> Int64? {
        try links.person(behind: caller, in: tx)
    }
    func peopleWho(_ permission: Permission, in tx: any Session) throws -> Set<Int64> {
        try links.peopleWho(permission, in: tx)
    }
}

extension HealthChecks {
    func registerMail(_ delivery: MailDelivery) {
        register("mail", trouble: "How mail stands cannot be read.") {
            delivery.health ?? HealthItem(id: "mail", severity: .ok, message: "No message is held up.")
        }
    }
}

extension AccessRules {
    init(_ settings: AppSettings) {
        self.init(
            profile: settings.profile == .hardened ? .hardened : .lab, isReadingOpen: settings.isReadingOpen,
            idle: .seconds(settings.sessionIdleMinutes * 60), absolute: .seconds(settings.sessionAbsoluteHours * 3600))
    }
}

extension ForeignOrigins {
    init(_ origins: AppSettings.ForeignOrigins) {
        self.init(gravatar: origins.gravatar, googleFonts: origins.googleFonts, openMeteo: origins.openMeteo)
    }
}

/// The router with everything mounted, and what there is to say about it.
struct Routes: Sendable {
    let responder: RouterResponder<AppContext>
    let endpoints: [HTTPKit.Endpoint]
    let document: OpenAPIRoutes

    init(_ modules: Modules, tls: TLSKeeper?) {
        let router = Router(context: AppContext.self, options: .autoGenerateHeadEndpoints)
        var api = API(router: router.group("/api/v1"), gatekeeper: modules.access.gatekeeper)
        modules.register(in: &api)
        let document = OpenAPIRoutes()
        document.register(in: &api)
        document.describe(api.endpoints, api.components)
        RootCertificateRoutes(tls: tls).register(in: router)
        endpoints = api.endpoints
        responder = router.buildResponder()
        self.document = document
    }
}
