import BackupFile
import Kernel
import Persistence
import Schema
import SecretVault

/// Restores a backup: says what it would do, prepares the new state beside the live one, and decides. The move itself is
/// `Takeover`'s, at the next start.
///
///     let restorer = Restorer(places)
///     let plan = try await restorer.plan(file, key: key)         // for a person to agree to
///     let prepared = try await restorer.prepare(file, key: key, by: caller)
///     try prepared.decide()                                       // from here on each start finishes it
package struct Restorer: Sendable {
    private let places: StatePlaces
    private let clock: any WallClock

    package init(_ places: StatePlaces, clock: any WallClock = SystemClock()) {
        self.places = places
        self.clock = clock
    }

    /// What a restore would do. Reads the beginning of the file only.
    package func plan(_ path: String, key: BackupKey) async throws -> RestorePlan {
        let header = try await BackupCheck.header(of: path)
        let contents = try await BackupCheck.contents(of: path, opening: .key(key))
        _ = try SchemaSteps.known(for: contents)
        return RestorePlan(file: path, header: header, contents: contents, places: places, now: clock.now)
    }

    /// Builds the whole new state beside the live one and checks it. The live state is not touched, whatever happens; what
    /// an earlier attempt left is cleared away. Needs room for both.
    package func prepare(
        _ path: String, key: BackupKey, by caller: Caller, progress: @escaping BackupProgress.Listener = { _ in }
    ) async throws -> PreparedRestore {
        guard try TakeoverNote.read(places) == nil else {
            throw AppError(.conflict, "A restore was prepared already. Restart the daemon to take it over first.")
        }
        let database = fresh
        try await clear(database)
        do {
            try Folder.make(places.staging)
            let manifest = try await database.fill(
                from: path, key: key, files: places.staging, progress: progress)
            progress(BackupProgress(.migrating))
            try await finish(
                database, BackupRestored(file: Self.name(of: path), contents: manifest.contents, keyID: key.id), caller)
            progress(BackupProgress(.finishing))
            if case .file(let path) = database.place { for end in ["-wal", "-shm"] { try Folder.remove(path + end) } }
            try Folder.giveAway(places.staging, like: places.directory)
            try Folder.synchroniseAll(places.staging)
            try Folder.synchronise(places.directory)
            return PreparedRestore(places: places, manifest: manifest, stamp: RestorePlan.stamp(clock.now))
        } catch {
            // The first reason is the one to tell; what is left over is cleared by the next attempt.
            try? await clear(database)
            throw Self.explained(error)
        }
    }

    /// Throws away what was prepared and not decided on.
    package func discard() async throws {
        guard try TakeoverNote.read(places) == nil else {
            throw AppError(.conflict, "The restore is decided. Restart the daemon to take it over.")
        }
        try await clear(fresh)
    }

    private var fresh: FreshDatabase {
        let place: FreshDatabase.Place =
            if let url = places.databaseURL {
                .server(url, schema: places.stagingSchema)
            } else {
                .file("\(places.staging)/app.db")
            }
        return FreshDatabase(place: place, clock: clock)
    }

    private func clear(_ database: FreshDatabase) async throws {
        try await database.clear()
        try Folder.remove(places.staging)
    }

    /// Brings it to the present, and lets its history begin with the restore.
    private func finish(_ database: FreshDatabase, _ event: BackupRestored, _ caller: Caller) async throws {
        let store = try database.open()
        do {
            try await Migrator(store).migrate()
            try await store.write { try $0.emit(event, by: caller) }
            try await store.close()
        } catch {
            // The first reason is the one to tell.
            try? await store.close()
            throw error
        }
    }

    private static func explained(_ error: any Error) -> any Error {
        switch error {
        case let error as MigrationError:
            AppError(
                .unavailable, "The restored database could not be upgraded: \(error). Nothing was replaced.",
                cause: error)
        case PersistenceError.driver(let detail) where detail.contains("permission denied for database"):
            AppError(
                .unavailable,
                "The database's user may not make a schema on the server, where a restore is prepared. Let it: "
                    + "`GRANT CREATE ON DATABASE … TO …`.", cause: error)
        default: error
        }
    }

    static func name(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }
}

/// A whole new state beside the live one, checked and not yet decided on.
package struct PreparedRestore: Sendable {
    let places: StatePlaces
    package let manifest: BackupManifest
    let stamp: String

    /// Where the live state will be kept.
    package var replaced: String { "\(places.replaced)/\(stamp)" }

    /// The moment of decision: from here on the next start takes it over, whatever happens in between. `cancel` undoes it
    /// until then.
    package func decide() throws {
        try TakeoverNote(prepared: self).write(places)
    }

    /// Takes the decision back, while no start has begun with it.
    package func cancel() throws {
        try Folder.remove(places.marker)
        try Folder.synchronise(places.directory)
    }
}
