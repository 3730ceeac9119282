import AuditProof
import Kernel
import Persistence
import Synchronization

/// A store whose writes break at one statement, as if the power went there: what is in `lastMoment` still sees the open
/// transaction, then nothing of it is kept.
package final class FaultyStore: Store {
    package struct Cut: Error, Equatable {
        package let statement: Int
    }

    private struct State {
        var seen = 0
        var cutAt: Int?
    }

    private let inner: any Store
    private let state = Mutex(State())
    private let lastMoment: @Sendable () throws -> Void

    package init(_ inner: any Store, lastMoment: @escaping @Sendable () throws -> Void = {}) {
        self.inner = inner
        self.lastMoment = lastMoment
    }

    /// Counts statements of writes anew, and breaks before that one; nil breaks nowhere.
    package func breakAt(_ statement: Int?) {
        state.withLock { $0 = State(seen: 0, cutAt: statement) }
    }

    package var statements: Int { state.withLock { $0.seen } }

    package var dialect: Dialect { inner.dialect }
    package var outboxSignal: OutboxSignal { inner.outboxSignal }

    package func read<T: Sendable>(_ body: @escaping @Sendable (any Session) throws -> T) async throws -> T {
        try await inner.read(body)
    }

    package func write<T: Sendable>(_ body: @escaping @Sendable (any Session) throws -> T) async throws -> T {
        try await inner.write { [self] tx in try body(FaultySession(tx) { [self] in try count() }) }
    }

    package func close() async throws { try await inner.close() }

    private func count() throws {
        let cut = state.withLock { state in
            state.seen += 1
            return state.seen == state.cutAt ? state.seen : nil
        }
        guard let cut else { return }
        try lastMoment()
        throw Cut(statement: cut)
    }
}

private final class FaultySession: Session {
    private let inner: any Session
    private let before: () throws -> Void

    init(_ inner: any Session, before: @escaping () throws -> Void) {
        self.inner = inner
        self.before = before
    }

    var dialect: Dialect { inner.dialect }
    var now: Instant { inner.now }
    var auditEnd: ChainLink? {
        get { inner.auditEnd }
        set { inner.auditEnd = newValue }
    }

    func rows(_ sql: SQL) throws -> [Row] {
        try before()
        return try inner.rows(sql)
    }

    func each(_ sql: SQL, _ body: (Row) throws -> Void) throws {
        try before()
        try inner.each(sql, body)
    }

    func run(_ sql: SQL) throws -> Int {
        try before()
        return try inner.run(sql)
    }

    func attempt<T>(_ body: () throws -> T) throws -> T { try inner.attempt(body) }

    func wakeRelayAfterCommit() { inner.wakeRelayAfterCommit() }
}
