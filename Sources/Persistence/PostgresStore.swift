internal import CLibPQ
import Dispatch
import Foundation
import Kernel

/// PostgreSQL over libpq. The calls block, so each connection has its own queue.
package final class PostgresStore: Store {
    private let connection: PostgresConnection
    private let queue = DispatchQueue(label: "postgres")

    package var dialect: Dialect { .postgres }

    package init(url: String, clock: any WallClock = SystemClock()) throws {
        connection = try PostgresConnection(url: url)
    }

    package func read<T: Sendable>(_ body: @escaping @Sendable (any Session) throws -> T) async throws -> T {
        try await transaction("BEGIN READ ONLY", body)
    }

    @discardableResult
    package func write<T: Sendable>(_ body: @escaping @Sendable (any Session) throws -> T) async throws -> T {
        try await transaction("BEGIN", body)
    }

    private func transaction<T: Sendable>(
        _ begin: SQL,
        _ body: @escaping @Sendable (any Session) throws -> T
    ) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { [connection] in
                continuation.resume(with: Result { try connection.transaction(begin, body) })
            }
        }
    }
}

/// Touched only from the owning store's queue, which is what makes the unchecked conformance true.
private final class PostgresConnection: Session, @unchecked Sendable {
    private let handle: OpaquePointer

    var dialect: Dialect { .postgres }
    var now: Instant { SystemClock().now }

    func wakeRelayAfterCommit() {}

    func each(_ sql: SQL, _ body: (Row) throws -> Void) throws {
        for row in try rows(sql) { try body(row) }
    }

    init(url: String) throws {
        guard let handle = PQconnectdb(url) else { throw PersistenceError.driver("out of memory") }
        guard PQstatus(handle) == CONNECTION_OK else {
            defer { PQfinish(handle) }
            throw PersistenceError.driver(String(cString: PQerrorMessage(handle)))
        }
        self.handle = handle
    }

    deinit {
        PQfinish(handle)
    }

    func transaction<T>(_ begin: SQL, _ body: (any Session) throws -> T) throws -> T {
        try run(begin)
        do {
            let value = try body(self)
            try run("COMMIT")
            return value
        } catch {
            _ = try? run("ROLLBACK")
            throw error
        }
    }

    func rows(_ sql: SQL) throws -> [Row] {
        let result = try execute(sql)
        defer { PQclear(result) }
        let columns = ColumnNames((0..<PQnfields(result)).map { String(cString: PQfname(result, $0)) })
        return (0..<PQntuples(result)).map { row in
            let values: [SQLValue] = (0..<Int32(columns.names.count)).map { index in
                PQgetisnull(result, row, index) == 1 ? .null : .text(String(cString: PQgetvalue(result, row, index)))
            }
            return Row(columns: columns, values: values)
        }
    }

    @discardableResult
    func run(_ sql: SQL) throws -> Int {
        let result = try execute(sql)
        defer { PQclear(result) }
        return Int(String(cString: PQcmdTuples(result))) ?? 0
    }

    private func execute(_ sql: SQL) throws -> OpaquePointer {
        let (text, values) = sql.render(.postgres)
        // libpq borrows the strings only for the length of the call.
        let copies = values.map(\.cString)
        defer { copies.forEach { free($0) } }
        let pointers = copies.map { UnsafePointer($0) }
        guard let result = PQexecParams(handle, text, Int32(values.count), nil, pointers, nil, nil, 0) else {
            throw PersistenceError.driver(String(cString: PQerrorMessage(handle)))
        }
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK:
            return result
        default:
            defer { PQclear(result) }
            throw error(from: result)
        }
    }

    private func error(from result: OpaquePointer) -> PersistenceError {
        let detail = String(cString: PQresultErrorMessage(result))
        let state = PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { String(cString: $0) }
        return switch state {
        case "23505": .uniqueViolation(detail: detail)
        case "23503": .foreignKeyViolation(detail: detail)
        default: .driver(detail)
        }
    }
}

extension SQLValue {
    /// A copy in C memory, for the caller to free; nil for null.
    fileprivate var cString: UnsafeMutablePointer<CChar>? {
        switch self {
        case .null: nil
        case .integer(let integer): strdup("\(integer)")
        case .real(let double): strdup("\(double)")
        case .text(let text): strdup(text)
        }
    }
}
