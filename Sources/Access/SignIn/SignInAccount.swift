import Kernel
import Persistence

/// What a sign-in needs to know of an account, read again in each transaction that decides something.
struct SignInAccount: Sendable, Equatable {
    let id: Int64
    let emailKey: String
    let isActive: Bool
    let passwordHash: String
    let role: Role
    let mustChangePassword: Bool
    let hasTOTP: Bool
    let hasPasskey: Bool

    func demands(_ rules: AccessRules) -> SignInState.Demands {
        SignInState.Demands(
            isActive: isActive, hasSecondFactor: hasTOTP || hasPasskey,
            needsSecondFactor: rules.needsSecondFactor(role),
            mustChangePassword: mustChangePassword)
    }
}

extension AccessRules {
    /// Hardened: an administrator has a second factor.
    func needsSecondFactor(_ role: Role) -> Bool { profile == .hardened && role == .admin }
}

extension SignInAccount {
    static func find(emailKey: String, in tx: any Session) throws -> SignInAccount? {
        try find(where: "u.email_key = \(emailKey)", in: tx)
    }

    static func find(_ id: Int64, in tx: any Session) throws -> SignInAccount? {
        try find(where: "u.id = \(id)", in: tx)
    }

    /// The hash of some account that came from the older edition and has not signed in since.
    static func someOlderHash(in tx: any Session) throws -> String? {
        try tx.rows(
            "SELECT password_hash FROM users WHERE password_hash LIKE \(OlderHash.mark + "%") LIMIT 1"
        ).first.map { try $0.get("password_hash") }
    }

    /// Whether the account has a second factor, as a column of a query over `users u`.
    static let hasTOTP: SQL = """
        EXISTS (SELECT 1 FROM user_totp f WHERE f.user_id = u.id AND f.confirmed_at IS NOT NULL)
        """
    static let hasPasskey: SQL = "EXISTS (SELECT 1 FROM user_passkeys k WHERE k.user_id = u.id)"

    private static func find(where condition: SQL, in tx: any Session) throws -> SignInAccount? {
        try tx.rows(
            """
            SELECT u.id, u.email_key, u.is_active, u.password_hash, u.role, u.force_password_change,
                CASE WHEN \(hasTOTP) THEN 1 ELSE 0 END AS has_totp,
                CASE WHEN \(hasPasskey) THEN 1 ELSE 0 END AS has_passkey
            FROM users u WHERE \(condition)
            """
        ).first.map { row in
            SignInAccount(
                id: try row.get("id"), emailKey: try row.get("email_key"), isActive: try row.get("is_active"),
                passwordHash: try row.get("password_hash"), role: try Role(stored: row),
                mustChangePassword: try row.get("force_password_change"), hasTOTP: try row.get("has_totp"),
                hasPasskey: try row.get("has_passkey"))
        }
    }
}
