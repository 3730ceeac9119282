import Kernel
import Persistence

extension BackupTasks {
    /// How backups stand, with the cure.
    package func health() async throws -> HealthItem {
        let now = clock.now
        let facts = try await store.read { tx in
            let settings = try BackupSettingsStore.read(in: tx)
            return BackupStanding(
                settings: settings, hasKey: settings.key != nil,
                lastMade: try BackupJobStore.lastDone([.create], in: tx),
                lastTry: try BackupJobStore.last(.create, in: tx),
                lastDrill: try BackupJobStore.lastDone([.drill, .rehearse], in: tx),
                lastDrillTry: try BackupJobStore.last(.drill, in: tx))
        }
        return facts.item(at: now)
    }
}

/// What is known of the last backups. Pure.
struct BackupStanding: Sendable {
    var settings: BackupSettings
    var hasKey: Bool
    /// That ended well.
    var lastMade: BackupJob?
    var lastTry: BackupJob?
    /// A rehearsal that ended well.
    var lastDrill: BackupJob?
    var lastDrillTry: BackupJob?

    private static let id = "backups"

    func item(at now: Instant) -> HealthItem {
        guard hasKey else {
            return HealthItem(
                id: Self.id, severity: .notice,
                message: "No backups are made. Set a passphrase for them: Settings, Backups.")
        }
        if let lastTry, lastTry.state == .failed || lastTry.state == .interrupted {
            return HealthItem(
                id: Self.id, severity: .warning,
                message: "The last backup failed: \(lastTry.problem ?? "it ended early.") \(made(now))")
        }
        guard let lastMade, let ended = lastMade.finishedAt else {
            return HealthItem(
                id: Self.id, severity: settings.schedule.rhythm == .off ? .warning : .notice,
                message: "No backup was made yet. Make one now: Settings, Backups.")
        }
        if now - ended > patience {
            return HealthItem(
                id: Self.id, severity: .warning,
                message: "\(made(now)) That is longer than the schedule allows. Make one now: Settings, Backups.")
        }
        if let lastDrillTry, lastDrillTry.state == .failed {
            return HealthItem(
                id: Self.id, severity: .warning,
                message:
                    "The newest backup could not be rehearsed: \(lastDrillTry.problem ?? "it ended early.") Make and "
                    + "rehearse another one: Settings, Backups.")
        }
        return HealthItem(id: Self.id, severity: .ok, message: "\(made(now)) \(drilled(now))")
    }

    /// Twice the longest distance between two runs; a week where nothing is scheduled.
    private var patience: Duration {
        switch settings.schedule.rhythm {
        case .off: .seconds(7 * 86_400)
        case .hours: .seconds(2 * Int64(settings.schedule.everyHours) * 3600 + 3600)
        case .daily, .timer: .seconds(2 * 86_400)
        case .weekly: .seconds(8 * 86_400)
        case .monthly: .seconds(33 * 86_400)
        }
    }

    private func made(_ now: Instant) -> String {
        guard let ended = lastMade?.finishedAt else { return "None was made before." }
        return "The last good backup is \(Self.age(now - ended)) old."
    }

    private func drilled(_ now: Instant) -> String {
        guard let ended = lastDrill?.finishedAt else { return "None was rehearsed yet." }
        return "The last rehearsal is \(Self.age(now - ended)) ago."
    }

    static func age(_ length: Duration) -> String {
        let minutes = max(0, length.milliseconds / 60_000)
        func counted(_ number: Int64, _ what: String) -> String { "\(number) \(what)\(number == 1 ? "" : "s")" }
        if minutes < 60 { return counted(minutes, "minute") }
        if minutes < 48 * 60 { return counted(minutes / 60, "hour") }
        return counted(minutes / 1440, "day")
    }
}
