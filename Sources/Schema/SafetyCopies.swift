import Foundation
import JSONKit
import Kernel
import Persistence

/// Copies of a SQLite database, made before its schema changes; the newest few are kept.
///
///     Migrator(store, beforeFirst: SafetyCopies(in: folder).beforeChanging(store))
package struct SafetyCopies: Sendable {
    private let folder: String
    private let kept: Int
    private let clock: any WallClock

    package init(in folder: String, kept: Int = 5, clock: any WallClock = SystemClock()) {
        self.folder = folder
        self.kept = max(1, kept)
        self.clock = clock
    }

    /// A server's database is copied by the server's own tools.
    package func beforeChanging(_ store: any Store) -> Migrator.BeforeFirst? {
        guard let store = store as? SQLiteStore else { return nil }
        return { state in try await copy(store, step: state.newest) }
    }

    /// Answers with the path of the copy: `before-migration-20260921T141320123Z-step-12.db`.
    @discardableResult
    package func copy(_ store: SQLiteStore, step: Int) async throws -> String {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let moment = RFC3339.text(clock.now.milliseconds).filter { !"-:.".contains($0) }
        let path = "\(folder)/\(Self.prefix)\(moment)-step-\(step).db"
        try await store.copy(to: path)
        forgetOld()
        return path
    }

    /// Oldest first.
    package var paths: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasPrefix(Self.prefix) && $0.hasSuffix(".db") }.sorted().map { "\(folder)/\($0)" }
    }

    private static let prefix = "before-migration-"

    private func forgetOld() {
        for path in paths.dropLast(kept) {
            // One that cannot be deleted now is tried again next time.
            try? FileManager.default.removeItem(atPath: path)
        }
    }
}
