import AuditProof
import Kernel

/// A transaction on one connection. It begins with its first statement, in one round trip with it.
final class PostgresSession: Attempting {
    enum Purpose {
        case reading, writing
    }

    /// Any number will do, as long as every program that writes to this database takes the same one.
    private static let writerLock = "4848112026 + COALESCE(hashtext(current_schema()), 0)"

    private let connection: PostgresConnection
    private let purpose: Purpose
    private var hasBegun = false
    var attempts = 0
    private var cursors = 0
    var isDoomed = false
    private(set) var wakesRelay = false

    let now: Instant
    var auditEnd: ChainLink?

    var dialect: Dialect { .postgres }

    init(_ connection: PostgresConnection, _ purpose: Purpose, now: Instant) {
        self.connection = connection
        self.purpose = purpose
        self.now = now
    }

    func wakeRelayAfterCommit() { wakesRelay = true }

    func rows(_ sql: SQL) throws -> [Row] {
        try rows(of: sql)
    }

    private func rows(of sql: SQL, isKept: Bool = true) throws -> [Row] {
        let (result, columns) = try execute(sql, isKept: isKept)
        let types = result.columnTypes
        return (0..<result.rowCount).map { Row(columns: columns, values: result.values(row: $0, types: types)) }
    }

    /// By a cursor, so that neither side holds the whole answer and the body may run other statements.
    func each(_ sql: SQL, _ body: (Row) throws -> Void) throws {
        cursors += 1
        let name = SQL(verbatim: "walk_\(cursors)")
        try run("DECLARE \(name) NO SCROLL CURSOR FOR \(sql)")
        while true {
            // The next walk on this connection has the same name and other columns.
            let some = try rows(of: "FETCH 500 FROM \(name)", isKept: false)
            for row in some { try body(row) }
            if some.count < 500 { break }
        }
        try run("CLOSE \(name)")
    }

    @discardableResult
    func run(_ sql: SQL) throws -> Int {
        try execute(sql).result.affectedRows
    }

    func commit() throws {
        guard hasBegun else { return }
        try refuseIfDoomed()
        switch purpose {
        case .reading: connection.commandWithoutWaiting("COMMIT")
        case .writing:
            let answer: PostgresResult
            do {
                answer = try connection.command("COMMIT")
            } catch PersistenceError.unavailable(let trouble, let reason) {
                throw PersistenceError.unavailable(
                    trouble, "\(reason) It is not known whether the change was stored.")
            }
            guard answer.command == "COMMIT" else { throw PersistenceError.driver("the server rolled back") }
        }
        hasBegun = false
    }

    func rollBack() {
        guard hasBegun, connection.isOpen else { return }
        // A connection that cannot even roll back is of no use; the server forgets the transaction with it.
        if (try? connection.command("ROLLBACK")) == nil { connection.close() }
    }

    private func execute(_ sql: SQL, isKept: Bool = true) throws -> (result: PostgresResult, columns: ColumnNames) {
        do {
            guard !hasBegun else { return try connection.execute(sql, isKept: isKept) }
            do {
                return try begin(with: sql)
            } catch PersistenceError.unavailable where !connection.isOpen && !hasBegun {
                // A connection that broke while it lay idle is found out here: nothing was done yet, so once more.
                return try begin(with: sql)
            }
        } catch {
            isDoomed = true
            throw error
        }
    }

    private func begin(with sql: SQL) throws -> (result: PostgresResult, columns: ColumnNames) {
        switch purpose {
        case .reading:
            do {
                let answer = try connection.execute(
                    sql, opening: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                hasBegun = true
                return answer
            } catch {
                hasBegun = connection.isOpen
                throw error
            }
        case .writing:
            do {
                try connection.command("BEGIN; SELECT pg_advisory_xact_lock(\(Self.writerLock))")
                hasBegun = true
            } catch {
                // Whoever waited too long has begun and must roll back.
                hasBegun = connection.isOpen
                throw error
            }
            return try connection.execute(sql)
        }
    }
}
