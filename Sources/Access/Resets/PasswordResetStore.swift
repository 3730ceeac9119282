import Kernel
import Persistence

/// The tables `password_reset_requests` and `password_resets`.
enum PasswordResetStore {
    struct Request: Sendable {
        let id: Int64
        let emailKey: String
        let address: String
        let requestID: String
        let createdAt: Instant
    }

    /// The same row whether or not there is such an account.
    static func ask(_ emailKey: String, by caller: Caller, in tx: any Session) throws {
        try tx.run(
            """
            INSERT INTO password_reset_requests (email_key, address, request_id, created_at)
            VALUES (\(emailKey), \(caller.address), \(caller.requestID), \(tx.now))
            """)
    }

    static func takeRequest(in tx: any Session) throws -> Request? {
        try tx.rows(
            """
            DELETE FROM password_reset_requests WHERE id = (SELECT MIN(id) FROM password_reset_requests)
            RETURNING id, email_key, address, request_id, created_at
            """
        ).first.map { row in
            Request(
                id: try row.get("id"), emailKey: try row.get("email_key"), address: try row.get("address"),
                requestID: try row.get("request_id"), createdAt: try row.get("created_at"))
        }
    }

    static func insert(userID: Int64, hash: String, messageID: String, expiresAt: Instant, in tx: any Session) throws {
        try tx.run(
            """
            INSERT INTO password_resets (user_id, token_hash, message_id, created_at, expires_at)
            VALUES (\(userID), \(hash), \(messageID), \(tx.now), \(expiresAt))
            """)
    }

    static func find(hash: String, in tx: any Session) throws -> PasswordReset? {
        try tx.rows("SELECT id, user_id, expires_at FROM password_resets WHERE token_hash = \(hash)").first.map { row in
            PasswordReset(id: try row.get("id"), userID: try row.get("user_id"), expiresAt: try row.get("expires_at"))
        }
    }

    /// Every link of a person, used or not; answers which mails they were in.
    static func deleteAll(of userID: Int64, in tx: any Session) throws -> [String] {
        try tx.rows("DELETE FROM password_resets WHERE user_id = \(userID) RETURNING message_id").map {
            try $0.get("message_id")
        }
    }

    static func deleteEnded(in tx: any Session) throws {
        try tx.run("DELETE FROM password_resets WHERE expires_at <= \(tx.now)")
    }
}
