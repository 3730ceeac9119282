import AuditProof
import Kernel

/// A database of either kind. Everything inside one `read` or `write` is one transaction.
///
/// A read sees one moment of the database and never waits for a writer. Writers follow one another on both engines:
/// SQLite has one writer, and on PostgreSQL a write takes an advisory transaction lock first. So the audit chain and the
/// event ids are in order, and two writers cannot deadlock.
///
/// A database that cannot be reached or written throws `AppError(.unavailable)`; what else goes wrong inside is a
/// `PersistenceError`, or whatever the closure threw.
package protocol Store: Sendable {
    var dialect: Dialect { get }
    /// Raised after a commit that emitted an event: what the outbox relay sleeps on.
    var outboxSignal: OutboxSignal { get }
    func read<T: Sendable>(_ body: @escaping @Sendable (any Session) throws -> T) async throws -> T
    /// Commits durably when the closure returns; rolls back when it throws.
    @discardableResult
    func write<T: Sendable>(_ body: @escaping @Sendable (any Session) throws -> T) async throws -> T
    /// Waits for what is running, then lets go of the database. Whoever comes later is told that it is closed.
    func close() async throws
}

/// An open transaction. It is not `Sendable`, so it cannot leave the closure it was given to.
package protocol Session: AnyObject {
    var dialect: Dialect { get }
    /// When the transaction began, by the store's clock: one moment for every row it writes.
    var now: Instant { get }
    func rows(_ sql: SQL) throws -> [Row]
    /// Row by row, for a SELECT whose answer should not be held in memory at once. The body may run other statements.
    func each(_ sql: SQL, _ body: (Row) throws -> Void) throws
    /// Answers with the number of rows that were written.
    @discardableResult func run(_ sql: SQL) throws -> Int
    /// A part that may fail without taking the transaction with it: on an error everything it wrote is undone, and the
    /// error is thrown on. A failed statement that is caught without `attempt` around it dooms the transaction.
    func attempt<T>(_ body: () throws -> T) throws -> T
    /// Called by `emit`: the store raises its `outboxSignal` when this transaction has committed.
    func wakeRelayAfterCommit()
    /// The end of the audit chain as this transaction has written it, so that an import reads it once.
    var auditEnd: ChainLink? { get set }
}

extension Session {
    /// The single row of a statement that always answers with one, such as a count or `RETURNING`.
    package func one(_ sql: SQL) throws -> Row {
        guard let row = try rows(sql).first else { throw PersistenceError.driver("a row was expected, none came") }
        return row
    }
}
