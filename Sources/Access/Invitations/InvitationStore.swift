import Kernel
import Persistence

/// The table `invitations`.
enum InvitationStore {
    private static let columns: SQL = """
        id, email, role, invited_by, sends, message_id, created_at, expires_at, accepted_at, revoked_at
        """

    /// What stands behind a link.
    struct Link: Sendable {
        let hash: String
        let messageID: String?
        /// Whose rights it lives by; nil where no person stands behind it.
        let inviterID: Int64?
        let expiresAt: Instant
    }

    static func insert(
        email: String, role: Role, by name: String, _ link: Link, in tx: any Session
    ) throws -> Invitation {
        let id: Int64 = try tx.one(
            """
            INSERT INTO invitations (email, email_key, role, token_hash, message_id, invited_by, inviter_id, created_at,
                expires_at)
            VALUES (\(email), \(User.key(email)), \(role.rawValue), \(link.hash), \(link.messageID), \(name),
                \(link.inviterID), \(tx.now), \(link.expiresAt))
            RETURNING id
            """
        ).get("id")
        return try require(id, in: tx)
    }

    static func require(_ id: Int64, in tx: any Session) throws -> Invitation {
        guard let row = try tx.rows("SELECT \(columns) FROM invitations WHERE id = \(id)").first else {
            throw AppError.notFound("This invitation")
        }
        return try read(row)
    }

    static func find(hash: String, in tx: any Session) throws -> Invitation? {
        try tx.rows("SELECT \(columns) FROM invitations WHERE token_hash = \(hash)").first.map(read)
    }

    static func hasPending(emailKey: String, in tx: any Session) throws -> Bool {
        try !tx.rows(
            """
            SELECT id FROM invitations WHERE email_key = \(emailKey) AND accepted_at IS NULL AND revoked_at IS NULL
                AND expires_at > \(tx.now) LIMIT 1
            """
        ).isEmpty
    }

    /// Newest first, as they are looked at.
    static func list(before id: Int64?, limit: Int, in tx: any Session) throws -> [Invitation] {
        try tx.rows(
            "SELECT \(columns) FROM invitations WHERE id < \(id ?? Int64.max) ORDER BY id DESC LIMIT \(limit)"
        ).map(read)
    }

    /// Another link takes the place of the old one.
    static func renew(_ id: Int64, _ link: Link, in tx: any Session) throws -> Invitation {
        try tx.run(
            """
            UPDATE invitations SET token_hash = \(link.hash), message_id = \(link.messageID),
                inviter_id = \(link.inviterID), expires_at = \(link.expiresAt), sends = sends + 1
            WHERE id = \(id)
            """)
        return try require(id, in: tx)
    }

    /// Those of one person that are still good for something.
    static func open(by inviter: Int64, in tx: any Session) throws -> [Invitation] {
        try tx.rows(
            """
            SELECT \(columns) FROM invitations
            WHERE inviter_id = \(inviter) AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > \(tx.now)
            ORDER BY id
            """
        ).map(read)
    }

    static func revoke(_ id: Int64, in tx: any Session) throws -> Invitation {
        try tx.run("UPDATE invitations SET revoked_at = \(tx.now) WHERE id = \(id)")
        return try require(id, in: tx)
    }

    static func accept(_ id: Int64, by user: Int64, in tx: any Session) throws -> Invitation {
        try tx.run("UPDATE invitations SET accepted_at = \(tx.now), user_id = \(user) WHERE id = \(id)")
        return try require(id, in: tx)
    }

    /// What nobody looks at any more.
    static func deleteOld(in tx: any Session) throws {
        let old = tx.now - .seconds(90 * 86_400)
        try tx.run("DELETE FROM invitations WHERE expires_at < \(old)")
    }

    private static func read(_ row: Row) throws -> Invitation {
        Invitation(
            id: try row.get("id"), email: try row.get("email"), role: try Role(stored: row),
            invitedBy: try row.get("invited_by"), sends: try row.get("sends"),
            messageID: try row.optional("message_id"), createdAt: try row.get("created_at"),
            expiresAt: try row.get("expires_at"), acceptedAt: try row.optional("accepted_at"),
            revokedAt: try row.optional("revoked_at"))
    }
}
