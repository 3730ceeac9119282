import BackupFile
import Kernel
import Persistence

/// Fills the tables of a fresh database with rows of a backup. The database's own rules (unique, not null, checks) hold
/// while rows come; references between tables are put aside and checked at the end.
final class TableLoader {
    private struct Current {
        let name: String
        let columns: [String]
        let insertion: SQL
        let group: Int
        var waiting: [[SQLValue]] = []
    }

    private let tx: any Session
    private let shapes: [String: TableShape]
    private var current: Current?
    /// References that PostgreSQL checks when they are made again.
    private let references: [(table: String, name: String, definition: String)]

    init(_ tx: any Session) throws {
        self.tx = tx
        shapes = Dictionary(uniqueKeysWithValues: try Catalogue.tables(in: tx).map { ($0.name, $0) })
        switch tx.dialect {
        case .sqlite: references = []
        case .postgres:
            try tx.run("SET LOCAL statement_timeout = 0")
            references = try tx.rows(
                """
                SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
                WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY 1, 2
                """
            ).map { (table: try $0.text(0), name: try $0.text(1), definition: try $0.text(2)) }
            for reference in references {
                try tx.run("ALTER TABLE \(.trusted(reference.table)) DROP CONSTRAINT \(identifier: reference.name)")
            }
        }
        // Migrations put first rows into some tables; those of the backup come instead.
        for name in shapes.keys.sorted() { try tx.run("DELETE FROM \(identifier: name)") }
    }

    func begin(_ table: String, columns: [String]) throws {
        guard let shape = shapes[table] else {
            throw BackupFileError.contentsUnreadable("it has a table \(table), which its schema does not have")
        }
        let known = Set(shape.columns.map(\.name))
        guard Set(columns) == known, columns.count == known.count else {
            throw BackupFileError.contentsUnreadable("table \(table) has other columns than its schema")
        }
        let list = SQL.joined(columns.map { SQL(identifier: $0) })
        current = Current(
            name: table, columns: columns, insertion: "INSERT INTO \(identifier: table) (\(list)) VALUES ",
            group: max(1, 600 / columns.count))
    }

    func take(_ bytes: [UInt8]) throws {
        guard var table = current.take() else { return }
        var position = 0
        while position < bytes.count {
            table.waiting.append(try RowForm.values(table.columns.count, in: bytes, at: &position))
            if table.waiting.count == table.group {
                try insert(table)
                table.waiting.removeAll(keepingCapacity: true)
            }
        }
        current = table
    }

    func end() throws {
        guard let table = current.take() else { return }
        // One by one, so that the texts of statements stay few.
        for row in table.waiting { try insert(row, into: table) }
    }

    private func insert(_ table: Current) throws {
        try noting(table.name) {
            let rows = table.waiting.map { row -> SQL in "(\(values: row))" }
            try tx.run(table.insertion + SQL.joined(rows))
        }
    }

    private func insert(_ row: [SQLValue], into table: Current) throws {
        try noting(table.name) { try tx.run(table.insertion + "(\(values: row))") }
    }

    private func noting(_ table: String, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as PersistenceError {
            if case .unavailable = error { throw error }
            throw AppError(
                .invalid, "A row of \(table) does not fit into the database. The backup was not restored.",
                cause: error)
        }
    }

    /// Sets the counters, checks the references, and compares every table with the manifest by reading it back.
    func finish(_ manifest: BackupManifest, comparing told: (String) throws -> Void) throws {
        for table in manifest.tables {
            if let counter = table.counter { try Counters.set(counter, of: table.name, in: tx) }
        }
        try checkReferences()
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

    private func checkReferences() throws {
        do {
            switch tx.dialect {
            case .sqlite:
                guard let broken = try tx.rows("PRAGMA foreign_key_check").first else { return }
                throw AppError(
                    .invalid,
                    "A row of \(try broken.text(0)) names one of \(try broken.text(2)) that is not there. "
                        + "The backup was not restored.")
            case .postgres:
                for reference in references {
                    try tx.run(
                        """
                        ALTER TABLE \(.trusted(reference.table)) ADD CONSTRAINT \(identifier: reference.name) \
                        \(.trusted(reference.definition))
                        """)
                }
            }
        } catch let error as PersistenceError where error.isForeignKeyViolation {
            throw AppError(
                .invalid, "A row names one that is not there. The backup was not restored.", cause: error)
        }
    }
}
