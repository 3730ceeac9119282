import Backups
import DaemonConfig
import Kernel
import Logging
import Persistence
import Schema

/// The database of a configuration: the file in the data directory, or a PostgreSQL server's.
struct OpenedStore: Sendable {
    let store: any Store
    private let places: Configuration.Places
    private let copies: SafetyCopies
    private let backups: MigrationBackups

    /// `data` must have been prepared. Nothing is changed yet.
    init(_ configuration: Configuration, in data: DataDirectory, clock: any WallClock) throws {
        places = configuration.data
        backups = MigrationBackups(try StatePlaces(configuration), in: data.backups, clock: clock)
        copies = SafetyCopies(in: data.backups, clock: clock)
        do {
            store =
                if let url = places.databaseURL {
                    try PostgresStore(url: url.reveal(), clock: clock)
                } else {
                    try SQLiteStore(path: data.database, clock: clock)
                }
        } catch PersistenceError.unavailable(let trouble, let message) {
            throw AppError(.unavailable, message, cause: PersistenceError.unavailable(trouble, message))
        }
    }

    /// Brings it to the newest schema, and keeps what was there before an upgrade: a SQLite file as a copy, a server's
    /// database as a backup that the vault's key opens. `onStep` is called before
    /// work that may take long.
    func migrate(logger: Logger, onStep: @escaping @Sendable () -> Void = {}) async throws {
        let copy: Migrator.BeforeFirst? =
            places.backupBeforeMigration
            ? copies.beforeChanging(store) ?? { state in try await backups.make(of: store, step: state.newest) } : nil
        do {
            let steps = try await Migrator(
                store,
                beforeFirst: { state in
                    onStep()
                    logger.notice(
                        "upgrading the database",
                        metadata: ["from": "\(state.newest)", "steps": "\(state.missing.count)"])
                    try await copy?(state)
                }
            ).migrate()
            guard let last = steps.last else { return }
            logger.notice("database upgraded", metadata: ["step": "\(last.number)", "name": "\(last.name)"])
        } catch let error as MigrationError {
            throw AppError(
                .unavailable, "The database \(name) cannot be upgraded: \(error).", cause: error)
        }
    }

    /// Without the password of a URL.
    private var name: String { places.databaseURL == nil ? "app.db in \(places.directory)" : "named by CB_DB_URL" }
}
