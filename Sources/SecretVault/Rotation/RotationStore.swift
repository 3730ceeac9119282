import Kernel
import Persistence

/// How far the sealing under another key has come.
package struct RotationRecord: Sendable, Equatable {
    let id: Int64
    package let from: KeyID?
    package let to: KeyID
    package let startedAt: Instant
    package let finishedAt: Instant?
    /// How many values there were to do when it began, and how many are done.
    package let total: Int
    package let done: Int
}

/// The table `vault_rotations`: one row for each change of the key.
enum RotationStore {
    static func begin(from: KeyID?, to: KeyID, total: Int, in tx: any Session) throws {
        try tx.run(
            """
            INSERT INTO vault_rotations (from_key, to_key, started_at, total, done)
            VALUES (\(from?.text), \(to.text), \(tx.now), \(total), 0)
            """)
    }

    static func latest(in tx: any Session) throws -> RotationRecord? {
        try tx.rows("SELECT * FROM vault_rotations ORDER BY id DESC LIMIT 1").first.map(RotationRecord.init(row:))
    }

    /// Whether the last change of the key has not been finished.
    static func isOpen(in tx: any Session) throws -> Bool {
        try latest(in: tx).map { $0.finishedAt == nil } ?? false
    }

    static func count(_ done: Int, in tx: any Session) throws {
        try tx.run(
            """
            UPDATE vault_rotations
            SET done = done + \(done), total = CASE WHEN done + \(done) > total THEN done + \(done) ELSE total END
            WHERE id = (SELECT MAX(id) FROM vault_rotations) AND finished_at IS NULL
            """)
    }

    static func finish(_ id: Int64, in tx: any Session) throws {
        try tx.run("UPDATE vault_rotations SET finished_at = \(tx.now) WHERE id = \(id)")
    }
}

extension RotationRecord {
    fileprivate init(row: Row) throws {
        guard let to = KeyID(try row.get("to_key")) else {
            throw PersistenceError.badValue(column: "to_key", type: "KeyID")
        }
        id = try row.get("id")
        from = (try row.optional("from_key", as: String.self)).flatMap(KeyID.init)
        self.to = to
        startedAt = try row.get("started_at")
        finishedAt = try row.optional("finished_at")
        total = try row.get("total")
        done = try row.get("done")
    }
}
