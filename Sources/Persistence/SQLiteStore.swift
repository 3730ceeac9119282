internal import GRDB
import Kernel

package struct SQLiteStore: Store {
    private let writer: any DatabaseWriter
    private let clock: any WallClock

    package var dialect: Dialect { .sqlite }

    /// Opens the file, or an empty database in memory when `path` is nil.
    package init(path: String?, clock: any WallClock = SystemClock()) throws {
        self.clock = clock
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        writer =
            try path.map { try DatabasePool(path: $0, configuration: configuration) }
            ?? DatabaseQueue(configuration: configuration)
    }

    package func read<T: Sendable>(_ body: @escaping @Sendable (any Session) throws -> T) async throws -> T {
        try await writer.read { [clock] in try body(SQLiteSession($0, now: clock.now)) }
    }

    @discardableResult
    package func write<T: Sendable>(_ body: @escaping @Sendable (any Session) throws -> T) async throws -> T {
        try await writer.write { [clock] in try body(SQLiteSession($0, now: clock.now)) }
    }
}

private final class SQLiteSession: Session {
    private let database: GRDB.Database
    let now: Instant

    var dialect: Dialect { .sqlite }

    init(_ database: GRDB.Database, now: Instant) {
        self.database = database
        self.now = now
    }

    func wakeRelayAfterCommit() {}

    func each(_ sql: SQL, _ body: (Row) throws -> Void) throws {
        for row in try rows(sql) { try body(row) }
    }

    func rows(_ sql: SQL) throws -> [Row] {
        let (text, values) = sql.render(.sqlite)
        return try translated {
            let statement = try database.cachedStatement(sql: text)
            let columns = ColumnNames(statement.columnNames)
            return try GRDB.Row.fetchAll(statement, arguments: arguments(values)).map { row in
                Row(columns: columns, values: row.databaseValues.map { SQLValue($0) })
            }
        }
    }

    @discardableResult
    func run(_ sql: SQL) throws -> Int {
        let (text, values) = sql.render(.sqlite)
        return try translated {
            try database.execute(sql: text, arguments: arguments(values))
            return database.changesCount
        }
    }

    private func arguments(_ values: [SQLValue]) -> StatementArguments {
        StatementArguments(values.map(\.databaseValue))
    }

    private func translated<T>(_ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as DatabaseError {
            let detail = error.message ?? "\(error.extendedResultCode)"
            switch error.extendedResultCode {
            case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY:
                throw PersistenceError.uniqueViolation(detail: detail)
            case .SQLITE_CONSTRAINT_FOREIGNKEY:
                throw PersistenceError.foreignKeyViolation(detail: detail)
            case .SQLITE_CONSTRAINT_CHECK, .SQLITE_CONSTRAINT_NOTNULL:
                throw PersistenceError.checkViolation(detail: detail)
            default:
                throw PersistenceError.driver(detail)
            }
        }
    }
}

extension SQLValue {
    fileprivate init(_ value: DatabaseValue) {
        switch value.storage {
        case .null: self = .null
        case .int64(let integer): self = .integer(integer)
        case .double(let double): self = .real(double)
        case .string(let text): self = .text(text)
        case .blob(let data): self = .text(String(decoding: data, as: UTF8.self))
        }
    }

    fileprivate var databaseValue: DatabaseValue {
        switch self {
        case .null: .null
        case .integer(let integer): integer.databaseValue
        case .real(let double): double.databaseValue
        case .text(let text): text.databaseValue
        }
    }
}
