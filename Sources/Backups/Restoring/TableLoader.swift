import BackupFile
import Kernel
import Persistence

/// Fills the tables of a fresh database with rows of a backup. The database's own rules (unique, not null, checks) hold
/// while rows come; references between tables are put aside and checked at the end.
final class TableLoader {
    /// Rows that are inserted together.
    private static let run = 500

    private let tx: any Session
    private let shapes: [String: TableShape]
    private let references: References
    private var current: (shape: TableShape, filler: TableFiller)?

    init(_ tx: any Session) throws {
        self.tx = tx
        shapes = Dictionary(uniqueKeysWithValues: try Catalogue.tables(in: tx).map { ($0.name, $0) })
        references = try References(puttingAsideIn: tx)
        // Migrations put first rows into some tables; those of the backup come instead.
        for name in shapes.keys.sorted() { try tx.run("DELETE FROM \(identifier: name)") }
    }

    func begin(_ table: String, columns: [String]) throws {
        guard let shape = shapes[table] else {
            throw BackupFileError.contentsUnreadable("it has a table \(table), which its schema does not have")
        }
        guard columns == shape.columns.map(\.name) else {
            throw BackupFileError.contentsUnreadable("table \(table) has other columns than its schema")
        }
        current = (shape, TableFiller(shape, in: tx))
    }

    func take(_ bytes: [UInt8]) throws {
        guard let current else { return }
        let count = current.shape.columns.count
        var rows: [[SQLValue]] = []
        var position = 0
        while position < bytes.count {
            do {
                rows.append(try RowForm.values(count, in: bytes, at: &position))
            } catch let flaw as RowForm.Flaw {
                throw BackupFileError.contentsUnreadable("a row of \(current.shape.name) cannot be read (\(flaw))")
            }
            if rows.count == Self.run {
                try insert(rows, current)
                rows.removeAll(keepingCapacity: true)
            }
        }
        try insert(rows, current)
    }

    func end() { current = nil }

    private func insert(_ rows: [[SQLValue]], _ current: (shape: TableShape, filler: TableFiller)) throws {
        do {
            try current.filler.insert(rows)
        } catch let error as PersistenceError {
            if case .unavailable = error { throw error }
            throw AppError(
                .invalid, "A row of \(current.shape.name) does not fit into the database. The backup was not restored.",
                cause: error)
        }
    }

    /// Sets the counters, checks the references, and compares every table with the manifest by reading it back.
    func finish(_ manifest: BackupManifest, comparing told: (String) throws -> Void) throws {
        for table in manifest.tables {
            if let counter = table.counter { try Counters.set(counter, of: table.name, in: tx) }
        }
        do {
            try references.check(in: tx)
        } catch let error as AppError {
            throw AppError(.invalid, "\(error.message) The backup was not restored.", cause: error)
        }
        for table in manifest.tables {
            try told(table.name)
            guard let shape = shapes[table.name] else { continue }
            let found = try shape.digest(in: tx, columns: shape.columns.map(\.name))
            guard found.rows == table.rows, found.sha256 == table.sha256 else {
                throw AppError(
                    .fault,
                    "Table \(table.name) came out different from the backup (\(found.rows) of \(table.rows) rows). "
                        + "Nothing was replaced.")
            }
        }
    }
}
