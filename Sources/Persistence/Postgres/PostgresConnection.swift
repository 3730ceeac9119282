internal import CLibPQ
import Dispatch
import Glibc
import Kernel

/// One connection, opened when it is needed and again after it was lost.
///
/// libpq blocks, so it has a queue of its own. Everything here is called on that queue only, one job after the other,
/// which is what makes the unchecked conformance true.
final class PostgresConnection: @unchecked Sendable {
    let queue: DispatchQueue

    private let settings: PostgresSettings
    private let pause: ReconnectPause
    private var handle: OpaquePointer?
    private var book = StatementBook()
    private var prepared: [StatementKey: PostgresStatement] = [:]
    private var preparedCount = 0
    private var owesResults = false

    private struct StatementKey: Hashable {
        let text: String
        let types: [Oid]
    }

    init(number: Int, settings: PostgresSettings, pause: ReconnectPause) {
        queue = DispatchQueue(label: "postgres-\(number)")
        self.settings = settings
        self.pause = pause
    }

    deinit {
        close()
    }

    var isOpen: Bool { handle != nil }

    func close() {
        if let handle { PQfinish(handle) }
        handle = nil
        prepared.removeAll()
        book = StatementBook()
        owesResults = false
    }

    /// A statement without values, or several at once.
    @discardableResult
    func command(_ text: String) throws -> PostgresResult {
        let handle = try ready()
        return try checked(PQexec(handle, text))
    }

    /// Sends a command whose answer nobody waits for; it is read before the next one.
    func commandWithoutWaiting(_ text: String) {
        guard let handle, PQsendQuery(handle, text) == 1 else { return close() }
        owesResults = true
    }

    /// Runs a statement. `opening` is a command that goes out with it, in one round trip, and is run before it.
    func execute(_ sql: SQL, opening: String? = nil, isKept: Bool = true) throws
        -> (result: PostgresResult, columns: ColumnNames)
    {
        let (text, values) = sql.render(.postgres)
        let arguments = try PostgresArguments(values)
        let handle = try ready()
        let statement = statement(text, types: PostgresArguments.types(values), isKept: isKept)
        let result =
            if let opening {
                try pipelined(opening, statement, arguments, on: handle)
            } else {
                try alone(statement, arguments, on: handle)
            }
        let columns = statement.columns ?? ColumnNames(result.columnNames)
        statement.columns = columns
        return (result, columns)
    }

    /// The statement of this text as far as this connection knows it. `isKept` is false where the same text gives other
    /// columns the next time.
    private func statement(_ text: String, types: [Oid], isKept: Bool) -> PostgresStatement {
        guard isKept else { return PostgresStatement(text: text, types: types, name: nil) }
        let key = StatementKey(text: text, types: types)
        if let known = prepared[key] { return known }
        guard book.isWorthKeeping(text) else { return PostgresStatement(text: text, types: types, name: nil) }
        preparedCount += 1
        return PostgresStatement(text: text, types: types, name: "s\(preparedCount)")
    }

    /// From now on the server has it under its name.
    private func keep(_ statement: PostgresStatement) {
        statement.isPrepared = true
        prepared[StatementKey(text: statement.text, types: statement.types)] = statement
    }

    private func alone(
        _ statement: PostgresStatement, _ arguments: borrowing PostgresArguments, on handle: OpaquePointer
    ) throws -> PostgresResult {
        let count = Int32(statement.types.count)
        guard let name = statement.name else {
            return try arguments.withPointers { pointers in
                try checked(PQexecParams(handle, statement.text, count, statement.types, pointers, nil, nil, 0))
            }
        }
        if !statement.isPrepared {
            _ = try checked(PQprepare(handle, name, statement.text, count, statement.types))
            keep(statement)
        }
        return try arguments.withPointers { pointers in
            try checked(PQexecPrepared(handle, name, count, pointers, nil, nil, 0))
        }
    }

    private func pipelined(
        _ opening: String, _ statement: PostgresStatement, _ arguments: borrowing PostgresArguments,
        on handle: OpaquePointer
    ) throws -> PostgresResult {
        guard PQenterPipelineMode(handle) == 1 else { throw lost() }
        let count = Int32(statement.types.count)
        let prepares = statement.name != nil && !statement.isPrepared
        let isSent = arguments.withPointers { pointers in
            guard PQsendQueryParams(handle, opening, 0, nil, nil, nil, nil, 0) == 1 else { return false }
            var sent: Int32 = 1
            if let name = statement.name {
                if prepares { sent = PQsendPrepare(handle, name, statement.text, count, statement.types) }
                if sent == 1 { sent = PQsendQueryPrepared(handle, name, count, pointers, nil, nil, 0) }
            } else {
                sent = PQsendQueryParams(handle, statement.text, count, statement.types, pointers, nil, nil, 0)
            }
            return sent == 1 && PQpipelineSync(handle) == 1
        }
        guard isSent else { throw lost() }
        let answers = pipelineAnswers(on: handle)
        for answer in answers where answer.status == PGRES_FATAL_ERROR { try check(answer) }
        guard answers.count == (prepares ? 3 : 2), let last = answers.last else { throw lost() }
        if prepares { keep(statement) }
        return last
    }

    /// One answer for each thing that was sent, each ended by nil; the mark of the end is left out.
    private func pipelineAnswers(on handle: OpaquePointer) -> [PostgresResult] {
        var answers: [PostgresResult] = []
        while true {
            if let answer = PQgetResult(handle) {
                let result = PostgresResult(answer)
                if result.status == PGRES_PIPELINE_SYNC { break }
                answers.append(result)
            } else if PQstatus(handle) == CONNECTION_BAD {
                return answers
            }
        }
        PQexitPipelineMode(handle)
        return answers
    }

    /// The open connection, without answers left over.
    private func ready() throws -> OpaquePointer {
        if owesResults, let handle {
            while let left = PQgetResult(handle) { PQclear(left) }
            owesResults = false
            if PQstatus(handle) == CONNECTION_BAD { close() }
        }
        if let handle { return handle }
        try pause.check()
        do {
            let opened = try open()
            pause.succeeded()
            return opened
        } catch {
            pause.failed(error)
            throw error
        }
    }

    private func open() throws -> OpaquePointer {
        let names = settings.keywords.map { strdup($0.0) }
        let values = settings.keywords.map { strdup($0.1) }
        // libpq copies them; they are ours again after the call.
        defer { for text in names + values { free(text) } }
        guard let opened = PQconnectdbParams(Self.list(names), Self.list(values), 1) else {
            throw PostgresFailure.unreachable("out of memory")
        }
        guard PQstatus(opened) == CONNECTION_OK else {
            defer { PQfinish(opened) }
            throw PostgresFailure.unreachable(String(cString: PQerrorMessage(opened)))
        }
        // Without this, notices go to standard error.
        _ = PQsetNoticeProcessor(opened, { _, _ in }, nil)
        handle = opened
        do {
            if let creation = settings.schemaCreation { try createSchema(creation, on: opened) }
            _ = try checked(PQexec(opened, settings.greeting))
        } catch {
            // Half greeted it would look into the wrong schema.
            close()
            throw error
        }
        return opened
    }

    /// Of several connections that open at once, each may find it missing: `IF NOT EXISTS` does not wait for the others, the
    /// catalogue's index does. Whoever is refused by it knows that it is there now.
    private func createSchema(_ creation: String, on opened: OpaquePointer) throws {
        do {
            _ = try checked(PQexec(opened, creation))
        } catch PersistenceError.uniqueViolation {}
    }

    private static func list(_ texts: [UnsafeMutablePointer<CChar>?]) -> [UnsafePointer<CChar>?] {
        texts.map { $0.map { UnsafePointer($0) } } + [nil]
    }

    private func checked(_ answer: OpaquePointer?) throws -> PostgresResult {
        guard let answer else { throw lost() }
        let result = PostgresResult(answer)
        try check(result)
        return result
    }

    private func check(_ result: PostgresResult) throws {
        switch result.status {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK: return
        default:
            let error = PostgresFailure.translation(of: result)
            if let handle, PQstatus(handle) == CONNECTION_BAD {
                close()
                throw PostgresFailure.lost(result.message)
            }
            throw error
        }
    }

    private func lost() -> PersistenceError {
        defer { close() }
        return PostgresFailure.lost(handle.map { String(cString: PQerrorMessage($0)) } ?? "it is closed")
    }
}

/// A statement as one connection knows it: with a name once it is worth preparing.
private final class PostgresStatement {
    let text: String
    let types: [Oid]
    let name: String?
    var isPrepared = false
    var columns: ColumnNames?

    init(text: String, types: [Oid], name: String?) {
        self.text = text
        self.types = types
        self.name = name
    }
}
