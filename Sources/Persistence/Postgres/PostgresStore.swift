import Kernel

/// PostgreSQL over libpq: one connection that writes, some that read.
///
/// A connection that was lost is opened again by the next transaction. Nothing is connected before it is needed.
package final class PostgresStore: Store {
    package let outboxSignal = OutboxSignal()

    private let clock: any WallClock
    private let writer: PostgresPool
    private let readers: PostgresPool

    package var dialect: Dialect { .postgres }

    /// `url` is a URL or libpq's `key=value` form. Tables stand in `schema`, which is made if it is missing, or where
    /// the server's `search_path` says.
    package init(
        url: String, clock: any WallClock = SystemClock(), connections: Int = 6, schema: String? = nil,
        statementTimeout: Duration = .seconds(30)
    ) throws {
        self.clock = clock
        let settings = PostgresSettings(url: url, schema: schema, statementTimeout: statementTimeout)
        try settings.check()
        let pause = ReconnectPause()
        let all = (0..<max(2, connections)).map { PostgresConnection(number: $0, settings: settings, pause: pause) }
        writer = PostgresPool([all[0]])
        readers = PostgresPool(Array(all.dropFirst()))
    }

    package func read<T: Sendable>(_ body: @escaping @Sendable (any Session) throws -> T) async throws -> T {
        try await PersistenceError.surfacing { [clock] in
            try await readers.run { connection in
                try Self.transaction(PostgresSession(connection, .reading, now: clock.now), body)
            }
        }
    }

    @discardableResult
    package func write<T: Sendable>(_ body: @escaping @Sendable (any Session) throws -> T) async throws -> T {
        try await PersistenceError.surfacing { [clock, outboxSignal] in
            try await writer.run { connection in
                let session = PostgresSession(connection, .writing, now: clock.now)
                let value = try Self.transaction(session, body)
                if session.wakesRelay { outboxSignal.raise() }
                return value
            }
        }
    }

    package func close() async throws {
        await writer.close()
        await readers.close()
    }

    private static func transaction<T>(_ session: PostgresSession, _ body: (any Session) throws -> T) throws -> T {
        do {
            let value = try body(session)
            try session.commit()
            return value
        } catch {
            session.rollBack()
            throw error
        }
    }
}
