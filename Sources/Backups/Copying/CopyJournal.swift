import Crypto
import JSONKit
import Kernel
import Persistence

/// How far a copy is, kept in the target itself: with each batch of rows, in the same transaction.
enum CopyJournal {
    struct Progress: Sendable, Equatable {
        var rows: Int64 = 0
        /// Of the last row that is there.
        var key: [SQLValue]?
        var isDone = false
    }

    struct Digest: Sendable, Equatable {
        let rows: Int64
        let sha256: String

        init(_ found: (rows: Int64, sha256: String)) {
            rows = found.rows
            sha256 = found.sha256
        }
    }

    private static let own: Set = ["db_copy", "db_copy_tables"]

    /// Names the state of a source: another one must not be mixed into a copy that was begun.
    static func identity(in tx: any Session) throws -> String {
        let end = try tx.rows("SELECT last_id, hash FROM audit_end WHERE id = 1").first
        let sizes = try Catalogue.tables(in: tx).map { table in
            let count = try tx.one("SELECT count(*) FROM \(identifier: table.name)").integer(0)
            return "\(table.name)=\(count)"
        }
        let text = "\(try end?.integer(0) ?? 0) \(try end?.text(1) ?? "") \(sizes.joined(separator: " "))"
        return SHA256.hash(data: Array(text.utf8)).hexText
    }

    /// An empty database, one that was only migrated, or one in which a copy was begun.
    static func checkTarget(_ store: any Store) async throws {
        try await store.read { tx in
            let names = try Set(Catalogue.tables(in: tx).map(\.name))
            guard !names.isEmpty, !names.contains("db_copy") else { return }
            let isUnused =
                try names.isSuperset(of: ["users", "audit_log"])
                && tx.one("SELECT (SELECT count(*) FROM users) + (SELECT count(*) FROM audit_log)").integer(0) == 0
            guard isUnused else {
                throw AppError(.conflict, "The target holds tables already. Name an empty database.")
            }
        }
    }

    /// Begins, or goes on with what was begun for the same source.
    static func begin(_ identity: String, in tx: any Session) throws {
        if let row = try existing(in: tx) {
            guard try row.text(0) == identity else {
                throw AppError(
                    .conflict, "A copy into this target was begun from another state. Empty the target and copy again.")
            }
            return
        }
        try tx.run("CREATE TABLE db_copy (id BIGINT PRIMARY KEY, source TEXT NOT NULL, refs TEXT NOT NULL)")
        try tx.run(
            """
            CREATE TABLE db_copy_tables (
                name TEXT PRIMARY KEY, row_count BIGINT NOT NULL, last_key TEXT, is_done BIGINT NOT NULL
            )
            """)
        let references = try References(puttingAsideIn: tx)
        // Migrations put first rows into some tables; those of the source come instead.
        for table in try Catalogue.tables(in: tx) where !own.contains(table.name) {
            try tx.run("DELETE FROM \(identifier: table.name)")
        }
        try tx.run("INSERT INTO db_copy (id, source, refs) VALUES (1, \(identity), \(references.text))")
    }

    private static func existing(in tx: any Session) throws -> Row? {
        guard try Catalogue.tables(in: tx).contains(where: { $0.name == "db_copy" }) else { return nil }
        return try tx.rows("SELECT source, refs FROM db_copy WHERE id = 1").first
    }

    static func progress(of table: String, in tx: any Session) throws -> Progress {
        let row = try tx.rows("SELECT row_count, last_key, is_done FROM db_copy_tables WHERE name = \(table)").first
        guard let row else { return Progress() }
        return Progress(
            rows: try row.integer(0), key: try row.optional(1, as: String.self).map(key), isDone: try row.get(2))
    }

    static func note(_ progress: Progress, of table: String, in tx: any Session) throws {
        let key = progress.key.map(text)
        try tx.run(
            """
            INSERT INTO db_copy_tables (name, row_count, last_key, is_done)
            VALUES (\(table), \(progress.rows), \(key), \(progress.isDone))
            ON CONFLICT (name) DO UPDATE SET row_count = excluded.row_count, last_key = excluded.last_key,
                is_done = excluded.is_done
            """)
    }

    /// Checks the references, and leaves nothing of the copy but the copy.
    static func finish(in tx: any Session) throws {
        guard let row = try existing(in: tx) else { return }
        if tx.dialect == .postgres { try tx.run("SET LOCAL statement_timeout = 0") }
        try References(text: row.text(1)).check(in: tx)
        try tx.run("DROP TABLE db_copy_tables")
        try tx.run("DROP TABLE db_copy")
    }

    /// Numbers and texts of a key, as the digits of their bytes.
    private static func text(_ key: [SQLValue]) -> String {
        var bytes: [UInt8] = [UInt8(key.count)]
        RowForm.append(key, to: &bytes)
        return bytes.hexText
    }

    private static func key(_ text: String) throws -> [SQLValue] {
        let digits = Array(text.utf8)
        let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap { index in
            UInt8(String(decoding: digits[index...(index + 1)], as: UTF8.self), radix: 16)
        }
        guard let count = bytes.first else { throw RowForm.Flaw.cutOff }
        var position = 1
        return try RowForm.values(Int(count), in: bytes, at: &position)
    }
}
