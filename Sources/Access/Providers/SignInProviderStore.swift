import JSONKit
import Kernel
import Persistence

/// The tables `sign_in_providers`, `provider_identities` and `provider_attempts`.
enum SignInProviderStore {
    static func insert(_ provider: SignInProvider, in tx: any Session) throws -> SignInProvider {
        let id: Int64 = try tx.one(
            """
            INSERT INTO sign_in_providers (slug, name, kind, issuer, client_id, client_secret, scopes, is_enabled,
                allowed_domains, opens_registration, default_role, groups_claim, group_roles, syncs_roles, created_at,
                updated_at)
            VALUES (\(provider.slug), \(provider.name), \(provider.kind.rawValue), \(provider.issuer),
                \(provider.clientID), \(provider.clientSecret), \(provider.scopes), \(provider.isEnabled),
                \(provider.allowedDomains.joined(separator: " ")), \(provider.opensRegistration),
                \(provider.defaultRole.rawValue), \(provider.groupsClaim), \(provider.groupRoles.stored),
                \(provider.syncsRoles), \(tx.now), \(tx.now))
            RETURNING id
            """
        ).get("id")
        return try require(id, in: tx)
    }

    static func update(_ provider: SignInProvider, in tx: any Session) throws -> SignInProvider {
        try tx.run(
            """
            UPDATE sign_in_providers SET name = \(provider.name), issuer = \(provider.issuer),
                client_id = \(provider.clientID), client_secret = \(provider.clientSecret), scopes = \(provider.scopes),
                is_enabled = \(provider.isEnabled), allowed_domains = \(provider.allowedDomains.joined(separator: " ")),
                opens_registration = \(provider.opensRegistration), default_role = \(provider.defaultRole.rawValue),
                groups_claim = \(provider.groupsClaim), group_roles = \(provider.groupRoles.stored),
                syncs_roles = \(provider.syncsRoles), updated_at = \(tx.now), revision = revision + 1
            WHERE id = \(provider.id)
            """)
        return try require(provider.id, in: tx)
    }

    static func delete(_ id: Int64, in tx: any Session) throws {
        try tx.run("DELETE FROM sign_in_providers WHERE id = \(id)")
    }

    static func require(_ id: Int64, in tx: any Session) throws -> SignInProvider {
        guard let row = try tx.rows("SELECT * FROM sign_in_providers WHERE id = \(id)").first else {
            throw AppError.notFound("This provider")
        }
        return try SignInProvider(row: row)
    }

    static func find(slug: String, in tx: any Session) throws -> SignInProvider? {
        try tx.rows("SELECT * FROM sign_in_providers WHERE slug = \(slug)").first.map(SignInProvider.init(row:))
    }

    /// There are a handful at most.
    static func list(in tx: any Session) throws -> [SignInProvider] {
        try tx.rows("SELECT * FROM sign_in_providers ORDER BY name, id LIMIT 50").map(SignInProvider.init(row:))
    }
}

/// Which account at a provider is which person here.
struct ProviderIdentity: Sendable, Equatable {
    let id: Int64
    let providerID: Int64
    let providerName: String
    let slug: String
    let userID: Int64
    let email: String
    let linkedAt: Instant
    let lastUsedAt: Instant?
}

enum ProviderIdentityStore {
    private static let columns: SQL = """
        i.id, i.provider_id, p.name, p.slug, i.user_id, i.email, i.linked_at, i.last_used_at
        """

    static func find(provider: Int64, subject: String, in tx: any Session) throws -> ProviderIdentity? {
        try tx.rows(
            """
            SELECT \(columns) FROM provider_identities i JOIN sign_in_providers p ON p.id = i.provider_id
            WHERE i.provider_id = \(provider) AND i.subject = \(subject)
            """
        ).first.map(read)
    }

    static func list(of user: Int64, in tx: any Session) throws -> [ProviderIdentity] {
        try tx.rows(
            """
            SELECT \(columns) FROM provider_identities i JOIN sign_in_providers p ON p.id = i.provider_id
            WHERE i.user_id = \(user) ORDER BY i.id
            """
        ).map(read)
    }

    static func insert(provider: Int64, _ person: ProviderPerson, user: Int64, in tx: any Session) throws {
        try tx.run(
            """
            INSERT INTO provider_identities (provider_id, subject, user_id, email, linked_at)
            VALUES (\(provider), \(person.subject), \(user), \(person.email), \(tx.now))
            """)
    }

    static func use(_ id: Int64, email: String, in tx: any Session) throws {
        try tx.run("UPDATE provider_identities SET last_used_at = \(tx.now), email = \(email) WHERE id = \(id)")
    }

    static func delete(_ id: Int64, in tx: any Session) throws {
        try tx.run("DELETE FROM provider_identities WHERE id = \(id)")
    }

    private static func read(_ row: Row) throws -> ProviderIdentity {
        ProviderIdentity(
            id: try row.get("id"), providerID: try row.get("provider_id"), providerName: try row.get("name"),
            slug: try row.get("slug"), userID: try row.get("user_id"), email: try row.get("email"),
            linkedAt: try row.get("linked_at"), lastUsedAt: try row.optional("last_used_at"))
    }
}

/// A browser that was sent to a provider.
struct StoredAttempt: Sendable, Equatable {
    let browserHash: String
    let providerID: Int64
    /// Somebody signed in who links an account there to theirs here.
    let link: Link?
    let returnTo: String
    let redirectURI: String
    let expiresAt: Instant

    struct Link: Sendable, Equatable {
        let userID: Int64
        let sessionID: Int64
    }
}

enum ProviderAttemptStore {
    /// More under way at once than a machine like this has people; a flood must not fill the disk.
    static let most = 2000

    static func insert(state: String, _ attempt: StoredAttempt, in tx: any Session) throws {
        try tx.run("DELETE FROM provider_attempts WHERE expires_at <= \(tx.now)")
        let count: Int = try tx.one("SELECT COUNT(*) AS n FROM provider_attempts").get("n")
        guard count < most else {
            throw AppError(
                .rateLimited, "Too many people are signing in by a provider at once. Try again in some minutes.",
                retryAfter: .seconds(300))
        }
        try tx.run(
            """
            INSERT INTO provider_attempts (state_hash, browser_hash, provider_id, user_id, session_id, return_to,
                redirect_uri, created_at, expires_at)
            VALUES (\(Fingerprint.of(state)), \(attempt.browserHash), \(attempt.providerID), \(attempt.link?.userID),
                \(attempt.link?.sessionID), \(attempt.returnTo), \(attempt.redirectURI), \(tx.now),
                \(attempt.expiresAt))
            """)
    }

    /// Takes it away: a state is good for one answer, whatever comes of it.
    static func take(state: String, in tx: any Session) throws -> StoredAttempt? {
        try tx.rows(
            """
            DELETE FROM provider_attempts WHERE state_hash = \(Fingerprint.of(state))
            RETURNING browser_hash, provider_id, user_id, session_id, return_to, redirect_uri, expires_at
            """
        ).first.map { row in
            var link: StoredAttempt.Link?
            if let user: Int64 = try row.optional("user_id"), let session: Int64 = try row.optional("session_id") {
                link = .init(userID: user, sessionID: session)
            }
            return StoredAttempt(
                browserHash: try row.get("browser_hash"), providerID: try row.get("provider_id"), link: link,
                returnTo: try row.get("return_to"),
                redirectURI: try row.get("redirect_uri"), expiresAt: try row.get("expires_at"))
        }
    }
}

extension [SignInProvider.GroupRole] {
    fileprivate var stored: String {
        JSONValue.array(
            map { entry in
                .object(
                    JSONObject([
                        (name: "group", value: .string(entry.group)),
                        (name: "role", value: .string(entry.role.rawValue)),
                    ]))
            }
        ).text
    }

    fileprivate init(stored text: String) throws {
        let entries = (try? JSONParser.parse([UInt8](text.utf8)))?.arrayValue ?? []
        self = try entries.map { entry in
            guard let object = entry.objectValue, let group = object["group"]?.stringValue,
                let role = object["role"]?.stringValue.flatMap(Role.init(rawValue:))
            else { throw PersistenceError.badValue(column: "group_roles", type: "GroupRole") }
            return .init(group: group, role: role)
        }
    }
}

extension SignInProvider {
    fileprivate init(row: Row) throws {
        guard let kind = Kind(rawValue: try row.get("kind")),
            let role = Role(rawValue: try row.get("default_role"))
        else { throw PersistenceError.badValue(column: "kind", type: "SignInProvider") }
        self.init(
            id: try row.get("id"), slug: try row.get("slug"), kind: kind, name: try row.get("name"),
            issuer: try row.get("issuer"), clientID: try row.get("client_id"),
            clientSecret: try row.optional("client_secret"), scopes: try row.get("scopes"),
            isEnabled: try row.get("is_enabled"),
            allowedDomains: try row.get("allowed_domains", as: String.self).split(separator: " ").map { String($0) },
            opensRegistration: try row.get("opens_registration"), defaultRole: role,
            groupsClaim: try row.get("groups_claim"),
            groupRoles: try .init(stored: row.get("group_roles", as: String.self)),
            syncsRoles: try row.get("syncs_roles"), createdAt: try row.get("created_at"),
            updatedAt: try row.get("updated_at"), revision: try row.get("revision"))
    }
}
