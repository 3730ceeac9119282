import Kernel
import Persistence

/// The table `user_sessions`.
enum BrowserSessionStore {
    private static let columns: SQL = "s.id, s.user_id, s.address, s.user_agent, s.created_at, s.last_seen_at"

    static func insert(
        hash: String, userID: Int64, address: String, userAgent: String, in tx: any Session
    ) throws -> BrowserSession {
        let id: Int64 = try tx.one(
            """
            INSERT INTO user_sessions (user_id, token_hash, address, user_agent, created_at, last_seen_at,
                proven_at)
            VALUES (\(userID), \(hash), \(address), \(userAgent), \(tx.now.milliseconds), \(tx.now.milliseconds),
                \(tx.now.milliseconds))
            RETURNING id
            """
        ).get("id")
        return BrowserSession(
            id: id, userID: userID, address: address, userAgent: userAgent, createdAt: tx.now, lastSeenAt: tx.now)
    }

    /// What a request needs: nil when there is no such session or its person may not come in any more.
    static func known(_ hash: String, in tx: any Session) throws -> KnownSession? {
        try known(where: "s.token_hash = \(hash)", in: tx)
    }

    static func known(id: Int64, in tx: any Session) throws -> KnownSession? {
        try known(where: "s.id = \(id)", in: tx)
    }

    private static func known(where condition: SQL, in tx: any Session) throws -> KnownSession? {
        try tx.rows(
            """
            SELECT s.id, s.user_id, s.created_at, s.last_seen_at, s.proven_at, u.email, u.role, u.force_password_change,
                CASE WHEN \(SignInAccount.hasTOTP) OR \(SignInAccount.hasPasskey) THEN 1 ELSE 0 END AS has_second,
                s.acting_as, s.acting_until, a.email AS acting_email, a.role AS acting_role, a.is_active AS acting_active
            FROM user_sessions s JOIN users u ON u.id = s.user_id LEFT JOIN users a ON a.id = s.acting_as
            WHERE \(condition) AND u.is_active = 1
            """
        ).first.map { row in
            var session = KnownSession(
                id: try row.get("id"), userID: try row.get("user_id"), email: try row.get("email"),
                role: try Role(stored: row), mustChangePassword: try row.get("force_password_change"),
                createdAt: Instant(milliseconds: try row.get("created_at")),
                lastSeenAt: Instant(milliseconds: try row.get("last_seen_at")))
            session.hasSecondFactor = try row.get("has_second")
            session.provenAt = try row.optional("proven_at").map { Instant(milliseconds: $0) }
            session.acting = try acting(row)
            return session
        }
    }

    private static func acting(_ row: Row) throws -> KnownSession.Acting? {
        guard let id = try row.optional("acting_as", as: Int64.self) else { return nil }
        guard let role = Role(rawValue: try row.get("acting_role")) else {
            throw PersistenceError.badValue(column: "acting_role", type: "Role")
        }
        return KnownSession.Acting(
            userID: id, email: try row.get("acting_email"), role: role, isActive: try row.get("acting_active"),
            until: Instant(milliseconds: try row.get("acting_until")))
    }

    /// The person behind it has proven once more who they are.
    static func prove(_ id: Int64, in tx: any Session) throws {
        try tx.run("UPDATE user_sessions SET proven_at = \(tx.now.milliseconds) WHERE id = \(id)")
    }

    /// From here on the session is spent as that person; nil ends it.
    static func act(_ id: Int64, as userID: Int64?, until end: Instant?, in tx: any Session) throws {
        try tx.run(
            """
            UPDATE user_sessions SET acting_as = \(userID), acting_until = \(end?.milliseconds) WHERE id = \(id)
            """)
    }

    static func find(hash: String, in tx: any Session) throws -> BrowserSession? {
        try tx.rows("SELECT \(columns) FROM user_sessions s WHERE s.token_hash = \(hash)").first.map(read)
    }

    static func find(_ id: Int64, in tx: any Session) throws -> BrowserSession? {
        try tx.rows("SELECT \(columns) FROM user_sessions s WHERE s.id = \(id)").first.map(read)
    }

    static func find(_ id: Int64, of userID: Int64, in tx: any Session) throws -> BrowserSession? {
        try tx.rows("SELECT \(columns) FROM user_sessions s WHERE s.id = \(id) AND s.user_id = \(userID)").first
            .map(read)
    }

    /// Newest first.
    static func list(of userID: Int64, in tx: any Session) throws -> [BrowserSession] {
        try tx.rows("SELECT \(columns) FROM user_sessions s WHERE s.user_id = \(userID) ORDER BY s.id DESC").map(read)
    }

    static func delete(_ id: Int64, in tx: any Session) throws {
        try tx.run("DELETE FROM user_sessions WHERE id = \(id)")
    }

    /// Ends the sessions of a person, but for one; answers how many.
    @discardableResult
    static func deleteAll(of userID: Int64, except kept: Int64? = nil, in tx: any Session) throws -> Int {
        try tx.run("DELETE FROM user_sessions WHERE user_id = \(userID) AND id <> \(kept ?? 0)")
    }

    static func see(_ id: Int64, at moment: Instant, in tx: any Session) throws {
        try tx.run(
            """
            UPDATE user_sessions SET last_seen_at = \(moment.milliseconds)
            WHERE id = \(id) AND last_seen_at < \(moment.milliseconds)
            """)
    }

    /// Removes what has ended by time. A shorter rule chosen later is applied when a session is used.
    static func deleteEnded(_ rules: AccessRules, in tx: any Session) throws {
        let created = (tx.now - rules.absolute).milliseconds
        let seen = (tx.now - rules.idle).milliseconds
        try tx.run("DELETE FROM user_sessions WHERE created_at <= \(created) OR last_seen_at <= \(seen)")
    }

    private static func read(_ row: Row) throws -> BrowserSession {
        BrowserSession(
            id: try row.get("id"), userID: try row.get("user_id"), address: try row.get("address"),
            userAgent: try row.get("user_agent"), createdAt: Instant(milliseconds: try row.get("created_at")),
            lastSeenAt: Instant(milliseconds: try row.get("last_seen_at")))
    }
}

extension Role {
    init(stored row: Row) throws {
        guard let role = Role(rawValue: try row.get("role")) else {
            throw PersistenceError.badValue(column: "role", type: "Role")
        }
        self = role
    }
}
