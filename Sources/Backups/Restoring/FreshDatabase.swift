import BackupFile
import Kernel
import Persistence
import Schema

/// A database made from a backup, beside any other: built, compared, and brought to the newest schema.
struct FreshDatabase: Sendable {
    enum Place: Sendable {
        case file(String)
        /// A schema of its own, which is dropped first when it is there.
        case server(Secret<String>, schema: String)
    }

    let place: Place
    let clock: any WallClock

    /// Fills it from the backup and compares it; files of the backup go below `folder`. It has the schema of the backup
    /// then. What fails leaves it to be cleared away.
    func fill(
        from path: String, key: BackupKey, files folder: String, progress: @escaping BackupProgress.Listener
    ) async throws -> BackupManifest {
        let contents = try await BackupCheck.contents(of: path, opening: .key(key))
        let steps = try SchemaSteps.known(for: contents)
        let store = try building()
        do {
            let manifest = try await BackupCheck.translated {
                try await Migrator(store, steps: steps).migrate()
                return try await Blocking.stoppable { mark in
                    try await store.write { tx in
                        try Self.load(path, key, tx, folder, mark, progress)
                    }
                }
            }
            try await store.close()
            return manifest
        } catch {
            // The first reason is the one to tell.
            try? await store.close()
            throw error
        }
    }

    private static func load(
        _ path: String, _ key: BackupKey, _ tx: any Session, _ folder: String, _ mark: StopMark,
        _ progress: @escaping BackupProgress.Listener
    ) throws -> BackupManifest {
        let source = try MeteredSource(path)
        let tables = try TableLoader(tx)
        let reader = try BackupReader(source, opening: .key(key))
        var walk = BackupWalk(reader, mark: mark) { subject in
            progress(BackupProgress(.loading, subject: subject, bytes: source.taken, total: source.size))
        }
        var loader = StateLoader(into: tables, folder: folder)
        let manifest = try walk.run(&loader)
        try tables.finish(manifest) { table in
            try mark.check()
            progress(BackupProgress(.comparing, subject: table, bytes: source.taken, total: source.size))
        }
        return manifest
    }

    /// Opens it for use, with everything the engine watches over.
    func open() throws -> any Store {
        switch place {
        case .file(let path): try SQLiteStore(path: path, clock: clock)
        case .server(let url, let schema): try PostgresStore(url: url.reveal(), clock: clock, schema: schema)
        }
    }

    /// Removes what is there.
    func clear() async throws {
        switch place {
        case .file(let path): for end in ["", "-wal", "-shm", "-journal"] { try Folder.remove(path + end) }
        case .server(let url, let schema):
            let store = try PostgresStore(url: url.reveal(), clock: clock)
            try await Self.drop(schema, from: store)
        }
    }

    private static func drop(_ schema: String, from store: PostgresStore) async throws {
        do {
            try await store.write { tx in
                try tx.run("SET LOCAL statement_timeout = 0")
                try tx.run("DROP SCHEMA IF EXISTS \(identifier: schema) CASCADE")
            }
            try await store.close()
        } catch {
            // The first reason is the one to tell.
            try? await store.close()
            throw error
        }
    }

    private func building() throws -> any Store {
        switch place {
        case .file(let path): try SQLiteStore(building: path, clock: clock)
        case .server(let url, let schema):
            try PostgresStore(url: url.reveal(), clock: clock, connections: 2, schema: schema)
        }
    }
}

/// The steps of the schema that a backup has.
enum SchemaSteps {
    /// Those steps of this program, or the reason why they are not enough.
    static func known(for contents: BackupContents) throws -> [Migration] {
        let ours = Dictionary(uniqueKeysWithValues: Migration.all.map { ($0.number, $0) })
        let dialect = Dialect(rawValue: contents.engine)
        return try contents.steps.map { step in
            guard let known = ours[step.number] else {
                throw AppError(
                    .invalid,
                    "The backup was made by a newer version (\(contents.productVersion), with step \(step.number), "
                        + "\(step.name), of the schema). Restore it with that version or a later one.")
            }
            guard let dialect, known.checksum(for: dialect) == step.checksum else {
                throw AppError(
                    .invalid,
                    "Step \(step.number) (\(step.name)) of the backup's schema is not the one this version knows: it "
                        + "comes from another build. Restore it with the build that made it.")
            }
            return known
        }
    }

    /// Steps that a restore takes to come to the present.
    static func missing(in contents: BackupContents) -> [Migration] {
        let numbers = Set(contents.steps.map(\.number))
        return Migration.all.filter { !numbers.contains($0.number) }
    }
}
