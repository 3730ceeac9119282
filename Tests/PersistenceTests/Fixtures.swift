import Persistence
import TestSupport

extension Engine {
    /// A store on a file or in a schema, for what one connection in memory cannot show.
    func freshPlaceStore() throws -> any Store { try PlacedStore(freshPlace()) }
}

/// Holds the place as long as the store.
final class PlacedStore: Store {
    private let place: TestPlace
    private let store: any Store

    init(_ place: TestPlace) throws {
        self.place = place
        store = try place.open()
    }

    var dialect: Dialect { store.dialect }
    var outboxSignal: OutboxSignal { store.outboxSignal }

    func read<T: Sendable>(_ body: @escaping @Sendable (any Session) throws -> T) async throws -> T {
        try await store.read(body)
    }

    @discardableResult
    func write<T: Sendable>(_ body: @escaping @Sendable (any Session) throws -> T) async throws -> T {
        try await store.write(body)
    }

    func close() async throws { try await store.close() }
}
