import AuditProof
internal import GRDB
internal import GRDBSQLite
import Kernel
import Synchronization

/// What all connections of one store share.
final class SQLiteShelf: Sendable {
    let columns = ColumnBook()
    private let book = Mutex(StatementBook())

    func isWorthKeeping(_ text: String) -> Bool { book.withLock { $0.isWorthKeeping(text) } }
}

final class SQLiteSession: Attempting {
    private let database: GRDB.Database
    private let shelf: SQLiteShelf
    private let signal: OutboxSignal
    var attempts = 0
    private var walks = 0
    var isDoomed = false
    private var wakesRelay = false

    let now: Instant
    var auditEnd: ChainLink?

    var dialect: Dialect { .sqlite }

    init(_ database: GRDB.Database, now: Instant, shelf: SQLiteShelf, signal: OutboxSignal) {
        self.database = database
        self.now = now
        self.shelf = shelf
        self.signal = signal
    }

    func wakeRelayAfterCommit() {
        guard !wakesRelay else { return }
        wakesRelay = true
        database.afterNextTransaction { [signal] _ in signal.raise() }
    }

    func rows(_ sql: SQL) throws -> [Row] {
        var rows: [Row] = []
        try walk(sql) { rows.append($0) }
        return rows
    }

    func each(_ sql: SQL, _ body: (Row) throws -> Void) throws {
        walks += 1
        defer { walks -= 1 }
        try walk(sql, body)
    }

    @discardableResult
    func run(_ sql: SQL) throws -> Int {
        try noting {
            try statement(sql).statement.execute()
            return database.changesCount
        }
    }

    private func walk(_ sql: SQL, _ body: (Row) throws -> Void) throws {
        let (text, statement) = try noting { try self.statement(sql) }
        let count = statement.columnCount
        let columns = shelf.columns.names(of: text, statement.columnNames, count: count)
        let cursor = try noting { try GRDB.Row.fetchCursor(statement) }
        // The cursor steps; the columns are read from SQLite itself, without a box for each value on the way.
        while try noting({ try cursor.next() }) != nil {
            let pointer = statement.sqliteStatement
            var values: [SQLValue] = []
            values.reserveCapacity(count)
            for index in 0..<Int32(count) { values.append(SQLValue(pointer, index)) }
            try body(Row(columns: columns, values: values))
        }
    }

    private func statement(_ sql: SQL) throws -> (text: String, statement: Statement) {
        let (text, values) = sql.render(.sqlite)
        // A cached statement is one object: while `each` walks it, the same text gets a statement of its own.
        let statement =
            shelf.isWorthKeeping(text) && walks == 0
            ? try database.cachedStatement(sql: text) : try database.makeStatement(sql: text)
        statement.setUncheckedArguments(StatementArguments(try values.map { try $0.stored() }))
        return (text, statement)
    }

    /// Errors of the engine in our words; a statement that failed dooms the transaction.
    private func noting<T>(_ body: () throws -> T) throws -> T {
        do {
            return try SQLiteFailure.translated(body)
        } catch {
            isDoomed = true
            throw error
        }
    }
}

extension SQLValue {
    /// The value of a column of the row the statement stands at; SQLite lends the bytes until the next step.
    fileprivate init(_ statement: SQLiteStatement, _ column: Int32) {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_NULL: self = .null
        case SQLITE_INTEGER: self = .integer(sqlite3_column_int64(statement, column))
        case SQLITE_FLOAT: self = .real(sqlite3_column_double(statement, column))
        default:
            guard let bytes = sqlite3_column_text(statement, column) else {
                self = .text("")
                return
            }
            let length = Int(sqlite3_column_bytes(statement, column))
            self = .text(String(decoding: UnsafeBufferPointer(start: bytes, count: length), as: UTF8.self))
        }
    }

    fileprivate func stored() throws -> DatabaseValue {
        switch self {
        case .null: .null
        case .integer(let integer): integer.databaseValue
        case .real(let double): double.databaseValue
        case .text(let text): try text.withoutNull().databaseValue
        }
    }
}

extension String {
    /// Neither engine stores the character NUL: one refuses it, the other cuts the text there.
    func withoutNull() throws -> String {
        guard utf8.contains(0) else { return self }
        throw AppError(.invalid, "A text may not hold the character NUL.")
    }
}
