import Kernel
import Persistence
import SecretVault

/// Where the state of one installation lies: what a backup takes, and what a restore replaces.
package struct StatePlaces: Sendable {
    /// The data directory.
    package var directory: String
    /// A PostgreSQL server; nil means SQLite in the data directory.
    package var databaseURL: Secret<String>?
    /// The schema on the server; nil means where its `search_path` says.
    package var schema: String?
    /// The vault key that the configuration gives, if it gives one.
    package var suppliedKey: SuppliedKey?
    /// Files that a backup takes along, such as `/etc/circuit-breaker/config.yaml`. Those that are missing are skipped.
    package var configurationFiles: [String]
    package var certificateDirectory: String?

    package init(
        directory: String, databaseURL: Secret<String>? = nil, schema: String? = nil, suppliedKey: SuppliedKey? = nil,
        configurationFiles: [String] = [], certificateDirectory: String? = nil
    ) {
        self.directory = directory
        self.databaseURL = databaseURL
        self.schema = schema
        self.suppliedKey = suppliedKey
        self.configurationFiles = configurationFiles
        self.certificateDirectory = certificateDirectory
    }

    package var engine: Dialect { databaseURL == nil ? .sqlite : .postgres }

    var database: String { "\(directory)/app.db" }
    /// Where a restore is prepared.
    var staging: String { "\(directory)/restore" }
    /// Written when a prepared restore is to be taken over.
    var marker: String { "\(directory)/restore.pending" }
    /// What restores have replaced, by their times.
    var replaced: String { "\(directory)/replaced" }
    var lock: String { "\(directory)/.lock" }

    /// The server's schema in which a restore is prepared.
    var stagingSchema: String { "cb_restore" + (schema.map { "_\($0)" } ?? "") }

    /// Folders of the data directory that are no part of the state.
    static let ownFolders: Set = ["backups", "restore", "replaced", "lost+found"]

    /// Files of the data directory with a meaning of their own: no upload of a backup may take their place.
    static let ownFiles: Set = [
        "app.db", "app.db-wal", "app.db-shm", "app.db-journal", "restore.pending", "setup-code",
    ]

    /// The database where it is, without changing anything.
    package func open(clock: any WallClock = SystemClock()) throws -> any Store {
        if let databaseURL { return try PostgresStore(url: databaseURL.reveal(), clock: clock, schema: schema) }
        return try SQLiteStore(path: database, clock: clock)
    }

    /// The same, where there has to be one.
    package func openExisting(clock: any WallClock = SystemClock()) throws -> any Store {
        guard databaseURL != nil || Folder.exists(database) else {
            throw AppError(
                .notFound, "There is no database in \(directory). Say where it is with --data-dir or --config.")
        }
        return try open(clock: clock)
    }

    /// Folders with uploads and whatever else belongs to the state, by name.
    func stateFolders() -> [String] {
        Folder.entries(of: directory).filter { name in
            !name.hasPrefix(".") && !Self.ownFolders.contains(name) && Folder.isFolder("\(directory)/\(name)")
        }.sorted()
    }
}
