import DaemonConfig
import Kernel
import Logging
import Persistence
import Schema

/// The database of a configuration, opened and brought to the newest schema.
struct OpenedStore: Sendable {
    let store: any Store

    /// `data` must have been prepared.
    static func open(
        _ places: Configuration.Places, in data: DataDirectory, clock: any WallClock, logger: Logger
    ) async throws -> OpenedStore {
        if let url = places.databaseURL {
            let store = try PostgresStore(url: url.reveal(), clock: clock)
            try await Migrator(store).migrate()
            return OpenedStore(store: store)
        }
        let store = try SQLiteStore(path: data.database, clock: clock)
        try await Migrator(store).migrate()
        return OpenedStore(store: store)
    }
}
