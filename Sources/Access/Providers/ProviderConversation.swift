import JSONKit
import Kernel
import Synchronization

/// Everything that is said between the daemon and a provider: where the browser is sent, and what its answer is worth.
final class ProviderConversation: Sendable {
    private struct Known {
        var discovery: OIDCDiscovery
        var keys: JWKSet?
        var readAt: Instant
        var keysReadAt: Instant
    }

    private static let freshness = Duration.seconds(600)
    /// A token with a new key makes us ask for the keys again, but not more often.
    private static let keyPause = Duration.seconds(15)

    let client: ProviderClient
    private let clock: any WallClock
    private let known = Mutex<[Int64: Known]>([:])

    init(client: ProviderClient, clock: any WallClock) {
        self.client = client
        self.clock = clock
    }

    func forget(_ provider: Int64) { known.withLock { $0[provider] = nil } }

    // MARK: - There

    func authorization(
        _ provider: SignInProvider, _ attempt: ProviderAttempt, state: String, redirectURI: String
    ) async throws(ProviderRefusal) -> String {
        var items = [
            ("response_type", "code"), ("client_id", provider.clientID), ("redirect_uri", redirectURI),
            ("scope", provider.scopes), ("state", state), ("code_challenge", attempt.challenge),
            ("code_challenge_method", "S256"),
        ]
        let page: String
        if provider.kind == .github {
            page = GitHub(provider.issuer).authorization
        } else {
            page = try await discovery(of: provider).authorization
            items.append(("nonce", attempt.nonce))
        }
        return page + (page.contains("?") ? "&" : "?") + FormText.query(items)
    }

    // MARK: - And back

    struct Arrived: Sendable {
        let code: Secret<String>
        /// Who the answer says it is from (RFC 9207).
        let issuer: String?
        let redirectURI: String
    }

    func person(
        _ provider: SignInProvider, secret: Secret<String>?, _ attempt: ProviderAttempt, _ arrived: Arrived
    ) async throws(ProviderRefusal) -> ProviderPerson {
        switch provider.kind {
        case .github: return try await gitHubPerson(provider, secret: secret, attempt, arrived)
        case .google, .oidc: break
        }
        let discovery = try await discovery(of: provider)
        guard arrived.issuer == nil ? !discovery.namesIssuer : arrived.issuer == discovery.issuer else {
            throw .wrongIssuer
        }
        let answer = try await exchange(
            provider, secret: secret, attempt, arrived, at: discovery.token, inForm: discovery.wantsSecretInForm)
        guard let text = answer["id_token"]?.stringValue else { throw .badAnswer }
        var issuers: Set = [discovery.issuer]
        // Google has two spellings of itself.
        if provider.kind == .google { issuers.insert("accounts.google.com") }
        let expectation = IDToken.Expectation(
            issuers: issuers, clientID: provider.clientID, nonce: attempt.nonce, now: clock.now)
        let header = try IDToken.header(of: text)
        let token = try await IDToken(text, keys: keys(of: provider, discovery, for: header), expectation)
        var userInfo: JSONObject?
        if token.claims["email"] == nil || token.claims[provider.groupsClaim] == nil && !provider.groupRoles.isEmpty,
            let address = discovery.userInfo, let access = answer["access_token"]?.stringValue
        {
            userInfo = try await client.get(address, bearer: Secret(access)).object
        }
        return try ProviderPerson(token, userInfo: userInfo, groupsClaim: provider.groupsClaim)
    }

    private func exchange(
        _ provider: SignInProvider, secret: Secret<String>?, _ attempt: ProviderAttempt, _ arrived: Arrived,
        at address: String, inForm: Bool
    ) async throws(ProviderRefusal) -> JSONObject {
        var form = [
            ("grant_type", "authorization_code"), ("code", arrived.code.reveal()),
            ("redirect_uri", arrived.redirectURI), ("client_id", provider.clientID),
            ("code_verifier", attempt.verifier),
        ]
        if inForm, let secret { form.append(("client_secret", secret.reveal())) }
        let basic: (user: String, password: Secret<String>)? =
            inForm ? nil : secret.map { (user: provider.clientID, password: $0) }
        let answer = try await client.post(address, form: form, basic: basic)
        guard answer.status < 500 else { throw .unreachable }
        guard let object = answer.object else { throw .badAnswer }
        // GitHub says so with status 200.
        if let error = object["error"]?.stringValue {
            throw ["invalid_grant", "bad_verification_code"].contains(error)
                ? .codeRefused
                : ["invalid_client", "unauthorized_client", "incorrect_client_credentials"].contains(error)
                    ? .clientRefused : .badAnswer
        }
        guard answer.status == 200 else {
            throw answer.status == 401 ? .clientRefused : .badAnswer
        }
        return object
    }

    private func discovery(of provider: SignInProvider) async throws(ProviderRefusal) -> OIDCDiscovery {
        let now = clock.now
        if let known = known.withLock({ $0[provider.id] }), now - known.readAt < Self.freshness,
            known.discovery.issuer == provider.issuer
        {
            return known.discovery
        }
        let answer = try await client.get(OIDCDiscovery.address(issuer: provider.issuer))
        guard answer.status == 200 else { throw answer.status >= 500 ? .unreachable : .badAnswer }
        guard let object = answer.object else { throw .badAnswer }
        let discovery = try OIDCDiscovery(object, of: provider.issuer, client.rules)
        known.withLock { known in
            known[provider.id] = Known(
                discovery: discovery, keys: nil, readAt: now, keysReadAt: Instant(milliseconds: 0))
        }
        return discovery
    }

    /// The keys as they are known, or read anew when the one that is asked for is not among them: providers change keys.
    private func keys(
        of provider: SignInProvider, _ discovery: OIDCDiscovery, for header: IDToken.Header
    ) async throws(ProviderRefusal) -> JWKSet {
        let now = clock.now
        if let known = known.withLock({ $0[provider.id] }), let keys = known.keys {
            let isFresh = now - known.keysReadAt < Self.freshness
            if isFresh, keys.key(for: header) != nil { return keys }
            if now - known.keysReadAt < Self.keyPause { return keys }
        }
        let answer = try await client.get(discovery.keys)
        guard answer.status == 200 else { throw answer.status >= 500 ? .unreachable : .badAnswer }
        guard let object = answer.object else { throw .badAnswer }
        let keys = try JWKSet(object)
        known.withLock { known in
            known[provider.id]?.keys = keys
            known[provider.id]?.keysReadAt = now
        }
        return keys
    }

    private func gitHubPerson(
        _ provider: SignInProvider, secret: Secret<String>?, _ attempt: ProviderAttempt, _ arrived: Arrived
    ) async throws(ProviderRefusal) -> ProviderPerson {
        let places = GitHub(provider.issuer)
        let answer = try await exchange(provider, secret: secret, attempt, arrived, at: places.token, inForm: true)
        guard let text = answer["access_token"]?.stringValue else { throw .badAnswer }
        let bearer = Secret(text)
        guard let user = try await client.get("\(places.api)/user", bearer: bearer).object else { throw .badAnswer }
        let emails = try await client.get("\(places.api)/user/emails", bearer: bearer).json?.arrayValue ?? []
        var organisations: [JSONValue] = []
        if !provider.groupRoles.isEmpty {
            organisations = try await client.get("\(places.api)/user/orgs", bearer: bearer).json?.arrayValue ?? []
        }
        return try ProviderPerson(github: user, emails: emails, organisations: organisations)
    }
}

/// Where GitHub is asked: the public one, or a GitHub Enterprise Server.
struct GitHub: Sendable {
    let base: String
    let api: String

    init(_ issuer: String) {
        base = issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer
        api = base == "https://github.com" ? "https://api.github.com" : "\(base)/api/v3"
    }

    var authorization: String { "\(base)/login/oauth/authorize" }
    var token: String { "\(base)/login/oauth/access_token" }
}
