import Kernel
import Persistence

/// The table `users`.
enum UserStore {
    private static let columns: SQL = """
        u.id, u.email, u.display_name, u.role, u.is_active, u.force_password_change, u.photo, u.theme, u.font,
        u.language, u.timezone, u.last_sign_in_at, u.created_at, u.updated_at, u.revision
        """

    static func insert(
        _ draft: UserDraft, passwordHash: String, in tx: any Session
    ) throws -> User {
        let now = tx.now.milliseconds
        let id: Int64 = try tx.one(
            """
            INSERT INTO users (email, email_key, display_name, role, password_hash, password_changed_at,
                force_password_change, created_at, updated_at)
            VALUES (\(draft.email), \(User.key(draft.email)), \(draft.displayName), \(draft.role.rawValue),
                \(passwordHash), \(now), \(draft.forcePasswordChange ?? false), \(now), \(now))
            RETURNING id
            """
        ).get("id")
        return try require(id, in: tx)
    }

    static func find(_ id: Int64, in tx: any Session) throws -> User? {
        try tx.rows("SELECT \(columns) FROM users u WHERE u.id = \(id)").first.map(read)
    }

    static func find(emailKey: String, in tx: any Session) throws -> User? {
        try tx.rows("SELECT \(columns) FROM users u WHERE u.email_key = \(emailKey)").first.map(read)
    }

    static func require(_ id: Int64, in tx: any Session) throws -> User {
        guard let user = try find(id, in: tx) else { throw AppError.notFound("This person") }
        return user
    }

    /// Until when somebody who tries an account waits, at the longest.
    private static let locks: SQL = """
        SELECT email_key, MAX(locked_until) AS locked_until FROM sign_in_limits WHERE email_key IS NOT NULL
        GROUP BY email_key
        """

    /// With until when each account waits. Oldest first, so that a page that was read stays as it is.
    static func list(after id: Int64, limit: Int, in tx: any Session) throws -> [ShownUser] {
        try tx.rows(
            """
            SELECT \(columns), l.locked_until FROM users u
            LEFT JOIN (\(locks)) l ON l.email_key = u.email_key
            WHERE u.id > \(id) ORDER BY u.id LIMIT \(limit)
            """
        ).map { try shown($0, at: tx.now) }
    }

    static func requireShown(_ id: Int64, in tx: any Session) throws -> ShownUser {
        let rows = try tx.rows(
            """
            SELECT \(columns), l.locked_until FROM users u
            LEFT JOIN (\(locks)) l ON l.email_key = u.email_key
            WHERE u.id = \(id)
            """)
        guard let row = rows.first else { throw AppError.notFound("This person") }
        return try shown(row, at: tx.now)
    }

    /// Writes everything but the password. `previous` is the revision the change was made from.
    static func update(_ user: User, in tx: any Session) throws -> User {
        try tx.run(
            """
            UPDATE users SET email = \(user.email), email_key = \(User.key(user.email)),
                display_name = \(user.displayName), role = \(user.role.rawValue), is_active = \(user.isActive),
                force_password_change = \(user.mustChangePassword), photo = \(user.photo?.stored), theme = \(user.theme),
                font = \(user.font), language = \(user.language), timezone = \(user.timezone),
                updated_at = \(tx.now.milliseconds), revision = revision + 1
            WHERE id = \(user.id)
            """)
        return try require(user.id, in: tx)
    }

    static func setPassword(_ hash: String, of id: Int64, mustChange: Bool, in tx: any Session) throws -> User {
        try tx.run(
            """
            UPDATE users SET password_hash = \(hash), password_changed_at = \(tx.now.milliseconds),
                force_password_change = \(mustChange), updated_at = \(tx.now.milliseconds), revision = revision + 1
            WHERE id = \(id)
            """)
        return try require(id, in: tx)
    }

    /// The same password at today's cost; not a change anybody needs to hear of.
    static func rehash(_ hash: String, of id: Int64, from old: String, in tx: any Session) throws {
        try tx.run("UPDATE users SET password_hash = \(hash) WHERE id = \(id) AND password_hash = \(old)")
    }

    static func signedIn(_ id: Int64, in tx: any Session) throws {
        try tx.run("UPDATE users SET last_sign_in_at = \(tx.now.milliseconds) WHERE id = \(id)")
    }

    static func delete(_ id: Int64, in tx: any Session) throws {
        try tx.run("DELETE FROM users WHERE id = \(id)")
    }

    static func hasOtherActiveAdmin(than id: Int64, in tx: any Session) throws -> Bool {
        try !tx.rows(
            "SELECT id FROM users WHERE role = 'admin' AND is_active = 1 AND id <> \(id) LIMIT 1"
        ).isEmpty
    }

    static func hasAdmin(in tx: any Session) throws -> Bool {
        try !tx.rows("SELECT id FROM users WHERE role = 'admin' LIMIT 1").isEmpty
    }

    private static func shown(_ row: Row, at now: Instant) throws -> ShownUser {
        let locked = try row.optional("locked_until", as: Int64.self).map { Instant(milliseconds: $0) }
        return ShownUser(user: try read(row), lockedUntil: locked.flatMap { $0 > now ? $0 : nil })
    }

    private static func read(_ row: Row) throws -> User {
        User(
            id: try row.get("id"), email: try row.get("email"), displayName: try row.get("display_name"),
            role: try Role(stored: row), isActive: try row.get("is_active"),
            mustChangePassword: try row.get("force_password_change"),
            photo: try row.optional("photo").flatMap { ProfilePhoto(stored: $0) },
            theme: try row.optional("theme"), font: try row.optional("font"), language: try row.optional("language"),
            timezone: try row.optional("timezone"),
            lastSignInAt: try row.optional("last_sign_in_at").map { Instant(milliseconds: $0) },
            createdAt: Instant(milliseconds: try row.get("created_at")),
            updatedAt: Instant(milliseconds: try row.get("updated_at")), revision: try row.get("revision"))
    }
}
