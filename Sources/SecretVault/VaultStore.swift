import Fernet
import Kernel
import Persistence

/// What the database knows of a key: its name, never the key.
package struct KeyRecord: Sendable, Equatable {
    package let id: KeyID
    /// Counts the keys of this vault from 1.
    package let version: Int64
    package let source: KeySource
    package let createdAt: Instant
    /// When a person has shown to have a copy of it.
    package let confirmedAt: Instant?
    package let retiredAt: Instant?
}

/// The tables `vault`, `vault_keys` and `vault_rotations`.
enum VaultStore {
    static func currentKey(in tx: any Session) throws -> KeyID? {
        try tx.rows("SELECT current_key FROM vault WHERE id = 1").first.flatMap { KeyID(try $0.get("current_key")) }
    }

    static func keys(in tx: any Session) throws -> [KeyRecord] {
        try tx.rows("SELECT * FROM vault_keys ORDER BY version").map(KeyRecord.init(row:))
    }

    /// Makes this the key that seals. A key that was here before keeps its version and is no longer retired.
    static func use(_ key: VaultKey, from source: KeySource, check: SealedText, in tx: any Session) throws {
        try tx.run(
            """
            INSERT INTO vault_keys (id, version, fingerprint, source, created_at)
            VALUES (\(key.id.text), (SELECT COALESCE(MAX(version), 0) + 1 FROM vault_keys), \(key.key.fingerprint),
                \(source.rawValue), \(tx.now))
            ON CONFLICT (id) DO UPDATE SET retired_at = NULL, source = excluded.source
            """)
        try tx.run(
            """
            INSERT INTO vault (id, current_key, check_value) VALUES (1, \(key.id.text), \(check))
            ON CONFLICT (id) DO UPDATE SET current_key = excluded.current_key
            """)
    }

    static func source(of key: KeyID, in tx: any Session) throws -> KeySource? {
        try tx.rows("SELECT source FROM vault_keys WHERE id = \(key.text)").first.flatMap {
            KeySource(rawValue: try $0.get("source"))
        }
    }

    static func setSource(_ source: KeySource, of key: KeyID, in tx: any Session) throws {
        try tx.run("UPDATE vault_keys SET source = \(source.rawValue) WHERE id = \(key.text)")
    }

    static func setCheck(_ check: SealedText, in tx: any Session) throws {
        try tx.run("UPDATE vault SET check_value = \(check) WHERE id = 1")
    }

    static func confirm(_ key: KeyID, in tx: any Session) throws {
        try tx.run("UPDATE vault_keys SET confirmed_at = \(tx.now) WHERE id = \(key.text)")
    }

    /// Every key but the current one.
    static func retireOthers(than key: KeyID, in tx: any Session) throws -> [KeyID] {
        try tx.rows(
            """
            UPDATE vault_keys SET retired_at = \(tx.now) WHERE id <> \(key.text) AND retired_at IS NULL RETURNING id
            """
        ).compactMap { KeyID(try $0.get("id")) }
    }
}

extension KeyRecord {
    fileprivate init(row: Row) throws {
        guard let id = KeyID(try row.get("id")), let source = KeySource(rawValue: try row.get("source")) else {
            throw PersistenceError.badValue(column: "id", type: "KeyRecord")
        }
        self.id = id
        self.source = source
        version = try row.get("version")
        createdAt = try row.get("created_at")
        confirmedAt = try row.optional("confirmed_at")
        retiredAt = try row.optional("retired_at")
    }
}
