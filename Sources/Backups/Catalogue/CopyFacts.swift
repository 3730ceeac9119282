import Kernel
import Persistence

/// What is known of a backup at a target, besides that the target holds it.
package struct CopyFacts: Sendable, Equatable {
    package enum Origin: String, Sendable, CaseIterable {
        case person, schedule, timer, upload
        /// The state that a restore took the place of.
        case replaced
    }

    package let targetID: Int64
    package let name: String
    package var size: Int64
    package var origin: Origin
    package var keyID: String?
    package var storedAt: Instant
    /// When it was last opened and found whole.
    package var verifiedAt: Instant?
    /// What the last look found wrong.
    package var problem: String?
}

/// The table `backup_copies`.
enum CopyFactsStore {
    static func list(in tx: any Session) throws -> [CopyFacts] {
        try tx.rows("SELECT * FROM backup_copies ORDER BY name").map(CopyFacts.init(row:))
    }

    static func put(_ facts: CopyFacts, in tx: any Session) throws {
        try tx.run(
            """
            INSERT INTO backup_copies (target_id, name, size, origin, key_id, stored_at, verified_at, problem)
            VALUES (\(facts.targetID), \(facts.name), \(facts.size), \(facts.origin.rawValue), \(facts.keyID),
                \(facts.storedAt), \(facts.verifiedAt), \(facts.problem))
            ON CONFLICT (target_id, name) DO UPDATE SET size = excluded.size, origin = excluded.origin,
                key_id = excluded.key_id, stored_at = excluded.stored_at, verified_at = excluded.verified_at,
                problem = excluded.problem
            """)
    }

    /// What a look into the copy at one target has shown. A copy that was not known becomes known as one that was
    /// brought here.
    static func looked(
        at name: String, of targetID: Int64, size: Int64, keyID: String?, verifiedAt: Instant?, problem: String?,
        in tx: any Session
    ) throws {
        try tx.run(
            """
            INSERT INTO backup_copies (target_id, name, size, origin, key_id, stored_at, verified_at, problem)
            VALUES (\(targetID), \(name), \(size), 'upload', \(keyID), \(tx.now), \(verifiedAt), \(problem))
            ON CONFLICT (target_id, name) DO UPDATE SET verified_at = excluded.verified_at, problem = excluded.problem
            """)
    }

    static func delete(_ name: String, of targetID: Int64, in tx: any Session) throws {
        try tx.run("DELETE FROM backup_copies WHERE target_id = \(targetID) AND name = \(name)")
    }
}

extension CopyFacts {
    fileprivate init(row: Row) throws {
        guard let origin = Origin(rawValue: try row.get("origin")) else {
            throw PersistenceError.badValue(column: "origin", type: "CopyFacts.Origin")
        }
        self.init(
            targetID: try row.get("target_id"), name: try row.get("name"), size: try row.get("size"), origin: origin,
            keyID: try row.optional("key_id"), storedAt: try row.get("stored_at"),
            verifiedAt: try row.optional("verified_at"), problem: try row.optional("problem"))
    }
}
