import Kernel
import Persistence

/// The table `api_tokens`.
enum APITokenStore {
    private static let columns: SQL = """
        t.id, t.name, t.scopes, t.owner_id, t.created_by, t.created_at, t.expires_at, t.last_used_at, t.last_used_from
        """

    struct NewToken {
        let name: String
        let hash: String
        let scopes: Set<Permission>
        let ownerID: Int64?
        let createdBy: String
        let expiresAt: Instant?
    }

    static func insert(_ token: NewToken, in tx: any Session) throws -> APIToken {
        let id: Int64 = try tx.one(
            """
            INSERT INTO api_tokens (name, name_key, token_hash, scopes, owner_id, created_by, created_at, expires_at)
            VALUES (\(token.name), \(token.name.lowercased()), \(token.hash),
                \(token.scopes.names.joined(separator: " ")), \(token.ownerID), \(token.createdBy),
                \(tx.now.milliseconds), \(token.expiresAt?.milliseconds))
            RETURNING id
            """
        ).get("id")
        return try require(id, in: tx)
    }

    /// What a request needs: nil when there is no such token or its person may not come in any more. A token may never
    /// do more than its person may by now.
    static func known(_ hash: String, in tx: any Session) throws -> KnownToken? {
        try known(where: "t.token_hash = \(hash)", in: tx)
    }

    static func known(id: Int64, in tx: any Session) throws -> KnownToken? {
        try known(where: "t.id = \(id)", in: tx)
    }

    private static func known(where condition: SQL, in tx: any Session) throws -> KnownToken? {
        try tx.rows(
            """
            SELECT t.id, t.name, t.scopes, t.owner_id, t.expires_at, u.role FROM api_tokens t
            LEFT JOIN users u ON u.id = t.owner_id
            WHERE \(condition) AND (t.owner_id IS NULL OR u.is_active = 1)
            """
        ).first.map { row in
            var permissions = scopes(try row.get("scopes"))
            if try row.optional("role", as: String.self) != nil {
                permissions.formIntersection(try Role(stored: row).permissions)
            }
            return KnownToken(
                id: try row.get("id"), ownerID: try row.optional("owner_id"), name: try row.get("name"),
                permissions: permissions,
                expiresAt: try row.optional("expires_at").map { Instant(milliseconds: $0) })
        }
    }

    static func require(_ id: Int64, in tx: any Session) throws -> APIToken {
        guard let row = try tx.rows("SELECT \(columns) FROM api_tokens t WHERE t.id = \(id)").first else {
            throw AppError.notFound("This token")
        }
        return try read(row)
    }

    static func list(after id: Int64, limit: Int, in tx: any Session) throws -> [APIToken] {
        try tx.rows("SELECT \(columns) FROM api_tokens t WHERE t.id > \(id) ORDER BY t.id LIMIT \(limit)").map(read)
    }

    static func count(in tx: any Session) throws -> Int {
        try tx.one("SELECT COUNT(*) AS n FROM api_tokens").get("n")
    }

    static func delete(_ id: Int64, in tx: any Session) throws {
        try tx.run("DELETE FROM api_tokens WHERE id = \(id)")
    }

    static func use(_ id: Int64, _ use: CredentialCache.TokenUse, in tx: any Session) throws {
        try tx.run(
            """
            UPDATE api_tokens SET last_used_at = \(use.at.milliseconds), last_used_from = \(use.address)
            WHERE id = \(id)
            """)
    }

    private static func scopes(_ text: String) -> Set<Permission> {
        Set(text.split(separator: " ").compactMap { Permission(rawValue: String($0)) })
            .intersection(APIToken.mostPermissions)
    }

    private static func read(_ row: Row) throws -> APIToken {
        APIToken(
            id: try row.get("id"), name: try row.get("name"), scopes: scopes(try row.get("scopes")),
            ownerID: try row.optional("owner_id"), createdBy: try row.get("created_by"),
            createdAt: Instant(milliseconds: try row.get("created_at")),
            expiresAt: try row.optional("expires_at").map { Instant(milliseconds: $0) },
            lastUsedAt: try row.optional("last_used_at").map { Instant(milliseconds: $0) },
            lastUsedFrom: try row.optional("last_used_from"))
    }
}
