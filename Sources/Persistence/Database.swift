import Kernel

/// A database of either kind. Everything inside one `read` or `write` is one transaction.
///
/// Writers follow one another on both engines: SQLite has one writer, and on PostgreSQL a write takes an advisory
/// transaction lock first. So the audit chain and the event ids are in order, and two writers cannot deadlock.
package protocol Store: Sendable {
    var dialect: Dialect { get }
    func read<T: Sendable>(_ body: @escaping @Sendable (any Session) throws -> T) async throws -> T
    @discardableResult
    func write<T: Sendable>(_ body: @escaping @Sendable (any Session) throws -> T) async throws -> T
}

/// An open transaction. It is not `Sendable`, so it cannot leave the closure it was given to.
package protocol Session: AnyObject {
    var dialect: Dialect { get }
    /// When the transaction began, by the store's clock: one moment for every row it writes.
    var now: Instant { get }
    func rows(_ sql: SQL) throws -> [Row]
    /// Row by row, for answers that should not be held in memory at once.
    func each(_ sql: SQL, _ body: (Row) throws -> Void) throws
    @discardableResult func run(_ sql: SQL) throws -> Int
    /// Called by `emit`: the store wakes its outbox relay when this transaction has committed.
    func wakeRelayAfterCommit()
}

extension Session {
    /// The single row of a statement that always answers with one, such as a count or `RETURNING`.
    package func one(_ sql: SQL) throws -> Row {
        guard let row = try rows(sql).first else { throw PersistenceError.driver("a row was expected, none came") }
        return row
    }
}

package enum PersistenceError: Error, Equatable {
    case noSuchColumn(String)
    case badValue(column: String, type: String)
    case uniqueViolation(detail: String)
    case foreignKeyViolation(detail: String)
    case checkViolation(detail: String)
    /// The database cannot be reached or does not answer; trying again later may help.
    case unavailable(String)
    case driver(String)

    package var isUniqueViolation: Bool {
        if case .uniqueViolation = self { true } else { false }
    }
}
