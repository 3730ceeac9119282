import HTTPKit
import Kernel
import Persistence

/// Finds what a cookie or a token stands for, from memory where it can, and knows how to take it away.
struct Credentials: Sendable {
    let store: any Store
    let policy: AccessPolicy
    let clock: any WallClock
    let configured: Secret<String>?
    let cache = CredentialCache()

    init(store: any Store, policy: AccessPolicy, clock: any WallClock, configured: Secret<String>?) {
        self.store = store
        self.policy = policy
        self.clock = clock
        self.configured = configured
    }

    func session(hash: String) async throws -> KnownSession? {
        if let known = cache.session(hash) { return isAlive(known) ? known : nil }
        let ticket = cache.ticket
        guard let found = try await store.read({ try BrowserSessionStore.known(hash, in: $0) }) else { return nil }
        cache.keep(found, for: hash, ticket)
        var current = found
        if let seen = cache.lastSeen(found.id) { current.lastSeenAt = max(seen, found.lastSeenAt) }
        return isAlive(current) ? current : nil
    }

    func used(_ session: KnownSession, hash: String) {
        cache.use(session: hash, id: session.id, at: clock.now)
    }

    func token(hash: String) async throws -> KnownToken? {
        var token = cache.token(hash)
        if token == nil {
            let ticket = cache.ticket
            token = try await store.read { try APITokenStore.known(hash, in: $0) }
            if let token { cache.keep(token, for: hash, ticket) }
        }
        return token.flatMap { isAlive($0) ? $0 : nil }
    }

    /// By the row: for what was admitted before and is asked for again. Straight from the database, so that it is the
    /// truth even while requests before the change still fill the cache.
    func session(id: Int64) async throws -> KnownSession? {
        guard var found = try await store.read({ try BrowserSessionStore.known(id: id, in: $0) }) else { return nil }
        if let seen = cache.lastSeen(id) { found.lastSeenAt = max(seen, found.lastSeenAt) }
        return isAlive(found) ? found : nil
    }

    /// How a person is called; nil where it cannot be told, and while somebody else acts as them.
    func displayName(of caller: Caller) async -> String? {
        guard let id = caller.id, caller.behind == nil else { return nil }
        // Without it the others read "somebody": no reason to end anything.
        return try? await store.read { tx in
            try tx.rows("SELECT display_name FROM users WHERE id = \(id)").first?.text(0)
        }
    }

    func token(id: Int64) async throws -> KnownToken? {
        let found = try await store.read { try APITokenStore.known(id: id, in: $0) }
        return found.flatMap { isAlive($0) ? $0 : nil }
    }

    /// Who the token stands for. Wrong, expired and revoked are told alike.
    func caller(ofToken token: Secret<String>, _ request: RequestFacts) async throws -> Caller {
        let text = token.reveal()
        if let configured, Fingerprint.matches(text, configured) { return Self.configuredCaller(request) }
        guard APIToken.isWellFormed(text), let known = try await self.token(hash: Fingerprint.of(text)) else {
            throw AppError(.unauthenticated, "This token is not known here, or it has ended.")
        }
        cache.use(token: known.id, at: clock.now, from: request.origin.address)
        return known.caller(address: request.origin.address, requestID: request.requestID)
    }

    private static func configuredCaller(_ request: RequestFacts) -> Caller {
        Caller(
            kind: .token, name: APIToken.configuredName, permissions: APIToken.mostPermissions,
            isFreshlyProven: true,
            address: request.origin.address, requestID: request.requestID)
    }

    private func isAlive(_ session: KnownSession) -> Bool {
        session.isAlive(policy.current, at: clock.now)
    }

    private func isAlive(_ token: KnownToken) -> Bool {
        token.expiresAt.map { clock.now < $0 } ?? true
    }

    /// After a commit that ends or changes those credentials. What is open on them is told by the event.
    func forget(_ scope: CredentialScope) {
        cache.forget(scope)
    }
}
