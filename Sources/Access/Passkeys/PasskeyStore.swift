import Kernel
import Persistence

/// A stored passkey. Its public key is no secret.
struct Passkey: Sendable, Equatable {
    let id: Int64
    let userID: Int64
    let name: String
    let site: String
    let credentialID: String
    let publicKey: [UInt8]
    let signCount: Int64
    let transports: [String]
    let isSynced: Bool
    let createdAt: Instant
    let lastUsedAt: Instant?
}

/// The tables `user_passkeys`, `user_handles` and `passkey_challenges`.
enum PasskeyStore {
    /// More than a person has authenticators.
    static let mostPerPerson = 20
    /// More than are asked for at once; the oldest go.
    static let mostChallenges = 5000

    private static let columns: SQL = """
        id, user_id, name, site, credential_id, public_key, sign_count, transports, is_synced, created_at, last_used_at
        """

    static func list(of userID: Int64, in tx: any Session) throws -> [Passkey] {
        try tx.rows("SELECT \(columns) FROM user_passkeys WHERE user_id = \(userID) ORDER BY id").map(read)
    }

    static func find(credentialID: String, in tx: any Session) throws -> Passkey? {
        try tx.rows("SELECT \(columns) FROM user_passkeys WHERE credential_id = \(credentialID)").first.map(read)
    }

    static func require(_ id: Int64, of userID: Int64, in tx: any Session) throws -> Passkey {
        let rows = try tx.rows("SELECT \(columns) FROM user_passkeys WHERE id = \(id) AND user_id = \(userID)")
        guard let row = rows.first else { throw AppError.notFound("This passkey") }
        return try read(row)
    }

    static func insert(
        _ made: MadePasskey, name: String, site: String, transports: [String], of userID: Int64, in tx: any Session
    ) throws -> Passkey {
        let id: Int64 = try tx.one(
            """
            INSERT INTO user_passkeys (user_id, name, site, credential_id, public_key, sign_count, transports,
                is_synced, created_at)
            VALUES (\(userID), \(name), \(site), \(Base64URL.text(made.credentialID)), \(Base64URL.text(made.key)),
                \(Int64(made.signCount)), \(transports.joined(separator: " ")), \(made.isSynced),
                \(tx.now.milliseconds))
            RETURNING id
            """
        ).get("id")
        return try require(id, of: userID, in: tx)
    }

    /// False when the counter is not below the new one any more: another use came first.
    static func use(_ passkey: Passkey, _ proof: PasskeyProof, in tx: any Session) throws -> Bool {
        try tx.run(
            """
            UPDATE user_passkeys SET sign_count = \(Int64(proof.signCount)), is_synced = \(proof.isSynced),
                last_used_at = \(tx.now.milliseconds)
            WHERE id = \(passkey.id) AND sign_count = \(passkey.signCount)
            """) == 1
    }

    static func rename(_ id: Int64, _ name: String, in tx: any Session) throws {
        try tx.run("UPDATE user_passkeys SET name = \(name) WHERE id = \(id)")
    }

    static func delete(_ id: Int64, in tx: any Session) throws {
        try tx.run("DELETE FROM user_passkeys WHERE id = \(id)")
    }

    static func deleteAll(of userID: Int64, in tx: any Session) throws -> Int {
        try tx.run("DELETE FROM user_passkeys WHERE user_id = \(userID)")
    }

    /// What authenticators know the person by; made when first asked for.
    static func handle(of userID: Int64, in tx: any Session) throws -> String {
        try tx.run(
            """
            INSERT INTO user_handles (user_id, handle) VALUES (\(userID), \(Base64URL.text(ScryptHash.randomBytes(32))))
            ON CONFLICT (user_id) DO NOTHING
            """)
        return try tx.one("SELECT handle FROM user_handles WHERE user_id = \(userID)").get("handle")
    }

    // MARK: - Challenges

    static func keep(
        challenge: String, _ purpose: PasskeyPurpose, of userID: Int64?, until end: Instant, in tx: any Session
    ) throws {
        try deleteEndedChallenges(in: tx)
        try tx.run(
            """
            DELETE FROM passkey_challenges WHERE challenge_hash IN (
                SELECT challenge_hash FROM passkey_challenges ORDER BY expires_at DESC LIMIT 100
                OFFSET \(mostChallenges))
            """)
        try tx.run(
            """
            INSERT INTO passkey_challenges (challenge_hash, purpose, user_id, expires_at)
            VALUES (\(Fingerprint.of(challenge)), \(purpose.rawValue), \(userID), \(end.milliseconds))
            """)
    }

    /// Uses a challenge up: true once, within its time, for what and whom it was made.
    static func take(
        challenge: String, _ purpose: PasskeyPurpose, of userID: Int64?, in tx: any Session
    ) throws -> Bool {
        let hash = Fingerprint.of(challenge)
        let rows = try tx.rows(
            "SELECT purpose, user_id, expires_at FROM passkey_challenges WHERE challenge_hash = \(hash)")
        guard let row = rows.first else { return false }
        try tx.run("DELETE FROM passkey_challenges WHERE challenge_hash = \(hash)")
        return try row.get("purpose", as: String.self) == purpose.rawValue
            && row.optional("user_id", as: Int64.self) == userID
            && row.get("expires_at", as: Int64.self) > tx.now.milliseconds
    }

    static func deleteEndedChallenges(in tx: any Session) throws {
        try tx.run("DELETE FROM passkey_challenges WHERE expires_at <= \(tx.now.milliseconds)")
    }

    private static func read(_ row: Row) throws -> Passkey {
        Passkey(
            id: try row.get("id"), userID: try row.get("user_id"), name: try row.get("name"),
            site: try row.get("site"), credentialID: try row.get("credential_id"),
            publicKey: Base64URL.bytes(try row.get("public_key"), atMost: 4096) ?? [],
            signCount: try row.get("sign_count"),
            transports: try row.get("transports", as: String.self).split(separator: " ").map(String.init),
            isSynced: try row.get("is_synced"), createdAt: Instant(milliseconds: try row.get("created_at")),
            lastUsedAt: try row.optional("last_used_at").map { Instant(milliseconds: $0) })
    }
}
