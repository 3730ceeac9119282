import BackupFile
import Backups
import DaemonConfig
import Doctor
import Foundation
import Kernel
import Persistence
import SecretVault

/// That this installation could be brought back: a backup is made, read whole and restored in rehearsal, under a key of
/// the moment and below the data directory; nothing of it stays. And whether backups are kept at all.
struct BackupProof: Sendable {
    /// A week, and a day for a machine that was off.
    private static let tooOld = Duration.seconds(8 * 86_400)

    let store: any Store
    let vault: SecretVault
    let configuration: Configuration
    let clock: any WallClock

    func findings() async throws -> [Finding] { [try await kept(), try await rehearsed()] }

    private func kept() async throws -> Finding {
        let folder = "\(configuration.data.directory)/backups"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        var newest: Instant?
        for name in names where !name.hasPrefix(".") && !name.hasPrefix("before-migration-") {
            // Whatever else lies there is no backup of ours.
            guard (try? await BackupCheck.header(of: "\(folder)/\(name)")) != nil,
                let date = try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")[.modificationDate],
                let seconds = (date as? Date)?.timeIntervalSince1970
            else { continue }
            newest = max(newest ?? Instant(milliseconds: 0), Instant(milliseconds: Int64(seconds * 1000)))
        }
        let mend =
            "Make one now: `circuit-breaker backup create --file \(folder)/NAME.cbbackup`; "
            + "and let them be made by schedule."
        guard let newest else {
            return Finding("backup", .bad, "There is no backup in \(folder).", mend: mend)
        }
        let age = clock.now - newest
        let days = age.components.seconds / 86_400
        return age > Self.tooOld
            ? Finding("backup", .warn, "The newest backup in \(folder) is \(days) days old.", mend: mend)
            : Finding("backup", .ok, "The newest backup is \(days == 0 ? "of today" : "\(days) days old").")
    }

    private func rehearsed() async throws -> Finding {
        // A name with a dot: folders without one belong to the state that a backup takes along.
        let scratch = "\(configuration.data.directory)/.go-live-check"
        try? FileManager.default.removeItem(atPath: scratch)
        try FileManager.default.createDirectory(
            atPath: scratch, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        do {
            let key = try BackupKey(deriving: Secret(UUID().uuidString), cost: KeyCost(log2Rounds: 10))
            let places = StatePlaces(
                directory: configuration.data.directory, databaseURL: configuration.data.databaseURL,
                suppliedKey: try SuppliedKey(configuration))
            let made = try await BackupMaker(store: store, places: places, vault: vault, clock: clock)
                .make(at: "\(scratch)/check", key: key)
            _ = try await BackupCheck.verify(made.path, opening: .key(key))
            let report = try await Rehearsal.run(made.path, key: key, scratch: scratch, clock: clock)
            return report.isSound
                ? Finding(
                    "backup.rehearsal", .ok, "A backup was made, checked and restored in rehearsal: \(report.sentence)")
                : Finding(
                    "backup.rehearsal", report.vaultOpens == false ? .bad : .warn,
                    "A backup came back in rehearsal, but not all is well: \(report.sentence)",
                    mend: "Mend what the line about the history or the vault says, then check again.")
        } catch {
            let why = (error as? AppError)?.message ?? "\(error)"
            return Finding(
                "backup.rehearsal", .bad, "A backup could not be made and restored in rehearsal: \(why)",
                mend: "Make room below \(configuration.data.directory), or mend what the line says; `cb logs` has more."
            )
        }
    }
}
