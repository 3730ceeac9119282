import HTTPKit
import Kernel
import Logging
import Persistence
import ServiceLifecycle

/// Everything of this context in one piece: made once by `DaemonApp`, which mounts its routes and runs its services.
package struct AccessModule: Sendable {
    package let gatekeeper: AccessGatekeeper
    /// The rules in force; `Operations` updates them when the settings change.
    package let policy: AccessPolicy
    package let firstRun: FirstRun
    private let users: Users
    private let photos: Photos
    let signIns: SignIns
    private let sessions: BrowserSessions
    private let states: SessionStates
    private let factors: SecondFactors
    private let stepUps: StepUps
    private let masquerade: Masquerade
    private let tokens: APITokens
    /// The history: whether it holds, and how long it is kept.
    package let keeping: AuditKeeping
    private let upkeep: AccessUpkeep

    /// `apiToken` is `CB_API_TOKEN`, if there is one; `vault` seals the seeds of one-time codes, and `history` what signs
    /// the history.
    package init(
        store: any Store, vault: any SeedVault, history: AuditKeeping.Places, clock: any WallClock = SystemClock(),
        apiToken: Secret<String>? = nil,
        policy: AccessPolicy = AccessPolicy(), logger: Logger = Logger(label: "access")
    ) {
        self.init(
            store: store, vault: vault, history: history, clock: clock, apiToken: apiToken, policy: policy,
            logger: logger, hasher: PasswordHasher())
    }

    /// With hashing of another cost: tests sign in often.
    init(
        store: any Store, vault: any SeedVault, history: AuditKeeping.Places, clock: any WallClock,
        apiToken: Secret<String>?, policy: AccessPolicy, logger: Logger, hasher: PasswordHasher
    ) {
        let configured = apiToken.flatMap { $0.reveal().isEmpty ? nil : $0 }
        let credentials = Credentials(store: store, policy: policy, clock: clock, configured: configured)
        self.policy = policy
        firstRun = FirstRun(store: store, hasher: hasher)
        gatekeeper = AccessGatekeeper(policy: policy, credentials: credentials, firstRun: firstRun, clock: clock)
        users = Users(store: store, hasher: hasher, credentials: credentials)
        photos = Photos(store: store)
        let codes = OneTimeCodes(store: store, vault: vault, clock: clock)
        let passkeys = Passkeys(store: store)
        signIns = SignIns(
            store: store, hasher: hasher, credentials: credentials, policy: policy, codes: codes, passkeys: passkeys)
        factors = SecondFactors(
            store: store, credentials: credentials, policy: policy, codes: codes, passkeys: passkeys)
        stepUps = StepUps(
            store: store, hasher: hasher, credentials: credentials, codes: codes, passkeys: passkeys)
        masquerade = Masquerade(store: store, credentials: credentials)
        sessions = BrowserSessions(store: store, credentials: credentials, policy: policy)
        states = SessionStates(store: store, credentials: credentials, policy: policy)
        tokens = APITokens(store: store, credentials: credentials, clock: clock)
        keeping = AuditKeeping(store: store, places: history, clock: clock, logger: logger)
        upkeep = AccessUpkeep(store: store, credentials: credentials, policy: policy, logger: logger)
    }

    package func register(in api: inout API) {
        SetupRoutes(firstRun: firstRun, states: states, policy: policy).register(in: &api)
        SignInRoutes(signIns: signIns, sessions: sessions, states: states, policy: policy).register(in: &api)
        StepUpRoutes(stepUps: stepUps).register(in: &api)
        SecondFactorRoutes(factors: factors).register(in: &api)
        MasqueradeRoutes(masquerade: masquerade).register(in: &api)
        SessionRoutes(sessions: sessions).register(in: &api)
        UserRoutes(users: users, signIns: signIns).register(in: &api)
        PhotoRoutes(photos: photos).register(in: &api)
        TokenRoutes(tokens: tokens).register(in: &api)
        AuditRoutes(trail: keeping.trail, keeping: keeping).register(in: &api)
    }

    package var services: [any Service] { [upkeep, keeping.upkeep] }

    /// Runs the body with a token that is good and one that has ended, and takes both away again.
    package func withTokenPair<T: Sendable>(_ body: @Sendable (TokenPair) async throws -> T) async throws -> T {
        try await tokens.withPair(body)
    }

    /// To be called once before the first request is served: makes the set-up code while there is no administrator,
    /// writes it to that file (mode 0600), and gives it back to be shown in the journal. Nil when set-up is done.
    package func beginFirstRun(codeFile path: String?) async throws -> Secret<String>? {
        try await firstRun.begin(codeFile: path)
    }

    /// Writes down when sessions and tokens were last used. The service does it once a minute and at the end.
    package func writeDownUses() async throws {
        try await upkeep.writeDownUses()
    }

    /// Removes sessions and counters that have ended by time; the service does it once an hour.
    func removeEnded() async throws {
        try await upkeep.removeEnded()
    }
}
