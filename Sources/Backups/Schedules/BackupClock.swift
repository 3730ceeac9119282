import Kernel
import Logging
import Persistence
import ServiceLifecycle

/// Begins what is due: scheduled backups, and rehearsals of the newest. It looks once a minute, when the settings change
/// and when a job has ended; what was missed while the daemon was off is made up after the start.
package struct BackupClock: Service {
    private let tasks: BackupTasks
    private let logger: Logger

    init(_ tasks: BackupTasks, logger: Logger) {
        self.tasks = tasks
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let seen = (self.tasks.targets.changed.count, self.tasks.jobs.ended.count)
                do {
                    try await self.begin()
                } catch is CancellationError {
                    return
                } catch {
                    logger.warning("a scheduled backup could not begin", metadata: ["error": "\(error)"])
                }
                await self.rest(seen)
            }
        }
    }

    private func rest(_ seen: (UInt64, UInt64)) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await tasks.targets.changed.wait(past: seen.0) }
            group.addTask { await tasks.jobs.ended.wait(past: seen.1) }
            // Ends early by cancellation, which the loop sees.
            group.addTask { try? await Task.sleep(for: .seconds(60)) }
            await group.next()
            group.cancelAll()
        }
    }

    /// Begins one job that is due, if one is and nothing runs; the end of it wakes this again.
    package func begin() async throws {
        guard tasks.jobs.current == nil else { return }
        switch try await tasks.due() {
        case .create?: _ = try await tasks.create(.schedule, by: .system)
        case .drill?: _ = try await tasks.drill(by: .system)
        default: return
        }
    }
}

extension BackupTasks {
    /// What the schedules want done now.
    func due() async throws -> BackupJob.Kind? {
        let now = clock.now
        return try await store.read { tx in
            let settings = try BackupSettingsStore.read(in: tx)
            guard settings.key != nil else { return nil }
            let run = try BackupJobStore.due(.create, since: settings.scheduleSince, in: tx)
            if let moment = run.moment(settings.schedule, at: now, in: settings.zone), moment <= now { return .create }
            let drill = try BackupJobStore.due(.drill, since: settings.drillSince, in: tx)
            if let moment = drill.moment(settings.drill, at: now, in: settings.zone), moment <= now { return .drill }
            return nil
        }
    }

    /// Two of the machine's timer lie at least so far apart.
    private static let timerPause = Duration.seconds(600)

    /// What the machine's timer asks for: a backup where the settings leave the time to it, or where one is overdue.
    /// Answers with nil where there is nothing to do, and why.
    func timer() async throws -> (job: BackupJob?, message: String) {
        let (settings, last) = try await store.read { tx in
            (try BackupSettingsStore.read(in: tx), try BackupJobStore.last(.create, in: tx))
        }
        guard settings.key != nil else {
            return (nil, "Scheduled backups are not set up: set a passphrase on the page Settings, Backups.")
        }
        guard settings.schedule.rhythm == .timer else {
            guard try await due() == .create else {
                return (nil, "The daemon keeps its own schedule, and no backup is due.")
            }
            return (try await create(.schedule, by: .system), "A backup that was due has begun.")
        }
        if let last, clock.now - last.startedAt < Self.timerPause, last.state != .failed, clock.now > last.startedAt {
            return (nil, "The last backup is not ten minutes old.")
        }
        return (try await create(.timer, by: .system), "A backup has begun.")
    }
}
