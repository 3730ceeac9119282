import Persistence

/// A store that counts how long its transactions take, from asking for a connection to its return.
package struct MeteredStore: Store {
    private let store: any Store
    private let metrics: Metrics

    package init(_ store: any Store, metrics: Metrics) {
        self.store = store
        self.metrics = metrics
    }

    package var dialect: Dialect { store.dialect }
    package var outboxSignal: OutboxSignal { store.outboxSignal }

    package func read<T: Sendable>(_ body: @escaping @Sendable (any Session) throws -> T) async throws -> T {
        let begin = ContinuousClock.now
        defer { metrics.databaseReads.observe(begin.duration(to: .now)) }
        return try await store.read(body)
    }

    @discardableResult
    package func write<T: Sendable>(_ body: @escaping @Sendable (any Session) throws -> T) async throws -> T {
        let begin = ContinuousClock.now
        defer { metrics.databaseWrites.observe(begin.duration(to: .now)) }
        return try await store.write(body)
    }

    package func close() async throws {
        try await store.close()
    }
}
