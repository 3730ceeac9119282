import Kernel
import Persistence

/// A person's seed, sealed.
struct StoredSeed: Sendable, Equatable {
    let sealed: String
    let createdAt: Instant
    let confirmedAt: Instant?
    let lastStep: Int64
}

/// The tables `user_totp` and `user_recovery_codes`.
enum OneTimeCodeStore {
    static func seed(of userID: Int64, in tx: any Session) throws -> StoredSeed? {
        try tx.rows(
            "SELECT seed_sealed, created_at, confirmed_at, last_step FROM user_totp WHERE user_id = \(userID)"
        ).first.map { row in
            StoredSeed(
                sealed: try row.get("seed_sealed"), createdAt: Instant(milliseconds: try row.get("created_at")),
                confirmedAt: try row.optional("confirmed_at").map { Instant(milliseconds: $0) },
                lastStep: try row.get("last_step"))
        }
    }

    /// A new seed, which counts for nothing until a code of it has been given. Not over one that counts.
    static func begin(_ sealed: String, of userID: Int64, in tx: any Session) throws -> Bool {
        try tx.run(
            """
            INSERT INTO user_totp (user_id, seed_sealed, created_at) VALUES (\(userID), \(sealed), \(tx.now.milliseconds))
            ON CONFLICT (user_id) DO UPDATE SET seed_sealed = excluded.seed_sealed, created_at = excluded.created_at,
                last_step = 0
            WHERE user_totp.confirmed_at IS NULL
            """) == 1
    }

    static func confirm(_ sealed: String, of userID: Int64, step: Int64, in tx: any Session) throws -> Bool {
        try tx.run(
            """
            UPDATE user_totp SET confirmed_at = \(tx.now.milliseconds), last_step = \(step)
            WHERE user_id = \(userID) AND seed_sealed = \(sealed) AND confirmed_at IS NULL
            """) == 1
    }

    /// Takes a step that is newer than any before: the same code does not open twice (RFC 6238 section 5.2).
    static func use(step: Int64, of userID: Int64, in tx: any Session) throws -> Bool {
        try tx.run(
            """
            UPDATE user_totp SET last_step = \(step)
            WHERE user_id = \(userID) AND confirmed_at IS NOT NULL AND last_step < \(step)
            """) == 1
    }

    static func deleteSeed(of userID: Int64, in tx: any Session) throws -> Bool {
        try tx.run("DELETE FROM user_totp WHERE user_id = \(userID)") == 1
    }

    static func use(recoveryCode hash: String, of userID: Int64, in tx: any Session) throws -> Bool {
        try tx.run(
            """
            UPDATE user_recovery_codes SET used_at = \(tx.now.milliseconds)
            WHERE user_id = \(userID) AND code_hash = \(hash) AND used_at IS NULL
            """) == 1
    }

    static func recoveryCodesLeft(of userID: Int64, in tx: any Session) throws -> Int {
        try tx.one(
            "SELECT COUNT(*) AS n FROM user_recovery_codes WHERE user_id = \(userID) AND used_at IS NULL"
        ).get("n")
    }

    static func replaceRecoveryCodes(_ hashes: [String], of userID: Int64, in tx: any Session) throws {
        try deleteRecoveryCodes(of: userID, in: tx)
        for hash in hashes {
            try tx.run(
                """
                INSERT INTO user_recovery_codes (user_id, code_hash, created_at)
                VALUES (\(userID), \(hash), \(tx.now.milliseconds))
                """)
        }
    }

    static func deleteRecoveryCodes(of userID: Int64, in tx: any Session) throws {
        try tx.run("DELETE FROM user_recovery_codes WHERE user_id = \(userID)")
    }
}
