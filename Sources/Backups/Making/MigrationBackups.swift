import BackupFile
import JSONKit
import Kernel
import Persistence
import SecretVault

/// Backups of a PostgreSQL database, made before its schema changes; the newest few are kept. Their passphrase is the
/// vault's key: whoever may read them may read it as well. (A SQLite file is copied as it is: `SafetyCopies`.)
package struct MigrationBackups: Sendable {
    private static let prefix = "before-migration-"
    package static let ending = ".cbbackup"

    private let places: StatePlaces
    private let folder: String
    private let kept: Int
    private let clock: any WallClock

    package init(_ places: StatePlaces, in folder: String, kept: Int = 5, clock: any WallClock = SystemClock()) {
        self.places = places
        self.folder = folder
        self.kept = max(1, kept)
        self.clock = clock
    }

    /// Answers with the path: `before-migration-20260921T141320Z-step-12.cbbackup`.
    @discardableResult
    package func make(of store: any Store, step: Int, cost: KeyCost = .standard) async throws -> String {
        try Folder.make(folder)
        let passphrase = Self.passphrase(places)
        let key = try await Blocking.run { _ in try BackupKey(deriving: passphrase, cost: cost) }
        let path = "\(folder)/\(Self.prefix)\(RestorePlan.stamp(clock.now))-step-\(step)\(Self.ending)"
        _ = try await BackupMaker(store: store, places: places, clock: clock).make(at: path, key: key)
        forgetOld()
        return path
    }

    /// What opens them: the vault's key, or a fixed word on an installation that has none yet.
    package static func passphrase(_ places: StatePlaces) -> Secret<String> {
        VaultKeyCopy(supplied: places.suppliedKey, folder: places.directory).first ?? Secret("circuit-breaker")
    }

    private func forgetOld() {
        let names = Folder.entries(of: folder).filter { $0.hasPrefix(Self.prefix) && $0.hasSuffix(Self.ending) }
        for name in names.dropLast(kept) {
            // One that cannot be deleted now is tried again next time.
            try? Folder.remove("\(folder)/\(name)")
        }
    }
}
