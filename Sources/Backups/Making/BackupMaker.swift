import BackupFile
import Kernel
import Persistence
import SecretVault

/// A finished backup: the file, and what is in it.
package struct FinishedBackup: Sendable {
    package let path: String
    package let size: Int64
    package let header: BackupHeader
    package let manifest: BackupManifest
}

/// Makes backups of a running or a resting installation: one snapshot of the database, and the files around it.
///
///     let backup = try await BackupMaker(store: store, places: places).make(at: path, key: key)
package struct BackupMaker: Sendable {
    package struct Options: Sendable {
        /// The certificates and the authority's key as well.
        package var takesCertificates: Bool
        /// For tests, which want many chunks.
        var chunkSize = BackupHeader.standardChunk

        package init(takesCertificates: Bool = false) {
            self.takesCertificates = takesCertificates
        }
    }

    private let store: any Store
    private let places: StatePlaces
    private let vault: SecretVault?
    private let clock: any WallClock

    /// `vault` is the one that runs, in the daemon; without it the keys are looked for where they lie.
    package init(
        store: any Store, places: StatePlaces, vault: SecretVault? = nil, clock: any WallClock = SystemClock()
    ) {
        self.store = store
        self.places = places
        self.vault = vault
        self.clock = clock
    }

    /// The file gets its name when it is whole and on the disk; what fails or is cancelled leaves nothing. Others read
    /// and write meanwhile. Memory stays flat; the whole work happens on a thread of the database.
    package func make(
        at path: String, key: BackupKey, options: Options = Options(),
        progress: @escaping BackupProgress.Listener = { _ in }
    ) async throws -> FinishedBackup {
        let (places, now) = (places, clock.now)
        let keysNow: @Sendable () -> VaultKeyCopy = { [vault] in
            vault.map { VaultKeyCopy(of: $0) }
                ?? VaultKeyCopy(supplied: places.suppliedKey, folder: places.directory)
        }
        let before = keysNow()
        return try await Blocking.stoppable { mark in
            try await store.read { tx in
                let sink = try FileSink(path: path)
                defer { sink.abandon() }
                if tx.dialect == .postgres { try tx.run("SET LOCAL statement_timeout = 0") }
                let known = try BackupContents(of: tx, at: now, vaultKeys: [])
                // The snapshot stands from that statement on: what it needs is among the keys before, or those now.
                let keys = try before.joined(with: keysNow(), currentIn: tx)
                let contents = BackupContents(
                    productVersion: known.productVersion, createdAt: now, engine: known.engine, steps: known.steps,
                    vaultKeys: keys.names)
                let facts = BackupFacts(
                    productVersion: Version.current, schemaVersion: contents.schemaVersion, createdAt: now,
                    engine: contents.engine)
                let writer = try BackupWriter(to: sink, facts, key: key, chunkSize: options.chunkSize)
                var making = Making(
                    writer: RecordWriter(writer), mark: mark,
                    told: { progress(BackupProgress($0, subject: $1, bytes: sink.size)) })
                try making.begin(contents)
                try making.take(keys)
                for table in try Catalogue.tables(in: tx) { try making.take(table, in: tx) }
                try making.takeFiles(places, certificates: options.takesCertificates)
                let manifest = try making.finish(contents, in: tx)
                try writer.finish()
                try mark.check()
                try sink.finish()
                return FinishedBackup(path: path, size: sink.size, header: writer.header, manifest: manifest)
            }
        }
    }
}
