import AuditProof
import BackupFile
import Kernel
import Persistence
import Schema
import SecretVault

/// A restore that is thrown away: proves that a backup would come back, without touching anything that is live. Every
/// backup is rehearsed into a SQLite file, on any machine.
package enum Rehearsal {
    /// Restores the backup below `scratch`, which is made and removed again, compares every table, brings it to this
    /// version and walks its audit trail. Answers with what was found; throws where the backup would not come back.
    package static func run(
        _ path: String, key: BackupKey, scratch: String, clock: any WallClock = SystemClock(),
        progress: @escaping BackupProgress.Listener = { _ in }
    ) async throws -> RehearsalReport {
        let start = ContinuousClock.now
        let folder = "\(scratch)/rehearsal-\(UInt64.random(in: 0...UInt64.max))"
        try Folder.make(folder)
        do {
            let database = FreshDatabase(place: .file("\(folder)/app.db"), clock: clock)
            let manifest = try await database.fill(from: path, key: key, files: folder, progress: progress)
            progress(BackupProgress(.migrating))
            let (verdict, opened) = try await examine(database, manifest, folder)
            try Folder.remove(folder)
            return RehearsalReport(
                file: path, manifest: manifest, audit: verdict, vaultOpens: opened,
                duration: ContinuousClock.now - start)
        } catch {
            // The first reason is the one to tell.
            try? Folder.remove(folder)
            throw error
        }
    }

    private static func examine(
        _ database: FreshDatabase, _ manifest: BackupManifest, _ folder: String
    ) async throws -> (AuditVerdict, Bool?) {
        let store = try database.open()
        do {
            try await Migrator(store).migrate()
            let verdict = try await AuditTrail(store).verify()
            let opened =
                manifest.contents.vaultKeys.isEmpty
                ? nil : try await VaultKeyCopy(supplied: nil, folder: folder).opensVault(of: store)
            try await store.close()
            return (verdict, opened)
        } catch {
            // The first reason is the one to tell.
            try? await store.close()
            throw error
        }
    }
}

/// What a rehearsed restore found.
package struct RehearsalReport: Sendable {
    package let file: String
    package let manifest: BackupManifest
    /// The audit trail as it would be after a restore.
    package let audit: AuditVerdict
    /// Whether the keys inside open the vault inside; nil where there are none.
    package let vaultOpens: Bool?
    package let duration: Duration

    /// Whether everything a restore needs is there: a trail that was broken before the backup is not, and is told.
    package var isSound: Bool { audit.isSound && vaultOpens != false }

    /// For a person, and for the audit trail.
    package var sentence: String {
        var parts = ["\(manifest.rows) rows in \(manifest.tables.count) tables came back as they were"]
        parts.append(
            audit.isSound ? "the audit trail holds" : "the audit trail is broken at row \(audit.firstBroken?.id ?? 0)")
        switch vaultOpens {
        case true?: parts.append("the vault opens")
        case false?: parts.append("the keys inside do not open the vault")
        case nil: parts.append("there is no vault key inside")
        }
        return parts.joined(separator: ", ") + "."
    }
}
