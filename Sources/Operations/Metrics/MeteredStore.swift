import Persistence

/// A store that counts how long its transactions take, from asking for a connection to its return, and tells the watch
/// how they ended.
package struct MeteredStore: Store {
    private let store: any Store
    private let metrics: Metrics
    private let watch: DatabaseWatch?

    package init(_ store: any Store, metrics: Metrics, watch: DatabaseWatch? = nil) {
        self.watch = watch
        self.store = store
        self.metrics = metrics
    }

    package var dialect: Dialect { store.dialect }
    package var outboxSignal: OutboxSignal { store.outboxSignal }

    package func read<T: Sendable>(_ body: @escaping @Sendable (any Session) throws -> T) async throws -> T {
        let begin = ContinuousClock.now
        defer { metrics.databaseReads.observe(begin.duration(to: .now)) }
        return try await telling(isWrite: false) { try await store.read(body) }
    }

    @discardableResult
    package func write<T: Sendable>(_ body: @escaping @Sendable (any Session) throws -> T) async throws -> T {
        let begin = ContinuousClock.now
        defer { metrics.databaseWrites.observe(begin.duration(to: .now)) }
        return try await telling(isWrite: true) { try await store.write(body) }
    }

    private func telling<T>(isWrite: Bool, _ work: () async throws -> T) async throws -> T {
        do {
            let value = try await work()
            watch?.succeeded(isWrite: isWrite)
            return value
        } catch {
            watch?.failed(error, isWrite: isWrite)
            throw error
        }
    }

    package func close() async throws {
        try await store.close()
    }
}
