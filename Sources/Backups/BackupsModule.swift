import HTTPKit
import Kernel
import Logging
import Persistence
import SecretVault
import ServiceLifecycle

/// Everything of this context in one piece: made once by `DaemonApp`, which mounts its routes and runs its services.
package struct BackupsModule: Sendable {
    package let jobs: BackupJobs
    package let clock: BackupClock
    let targets: BackupTargets
    let shelf: BackupShelf
    let uploads: BackupUploads
    let tasks: BackupTasks

    /// `restart` ends the daemon so that it starts again.
    package init(
        store: any Store, vault: SecretVault, places: StatePlaces, clock: any WallClock = SystemClock(), logger: Logger,
        restart: @escaping @Sendable () -> Void
    ) {
        let folder = "\(places.directory)/backups"
        targets = BackupTargets(store: store, vault: vault, localFolder: folder, clock: clock)
        shelf = BackupShelf(store: store, targets: targets, workFolder: "\(folder)/.work")
        jobs = BackupJobs(store: store, clock: clock, logger: logger)
        uploads = BackupUploads(shelf: shelf, store: store, clock: clock)
        tasks = BackupTasks(
            store: store, places: places, targets: targets, shelf: shelf, jobs: jobs, clock: clock, logger: logger,
            restart: restart)
        self.clock = BackupClock(tasks, logger: logger)
    }

    package func register(in api: inout API) {
        api.component("Backup", ListedBackup.shape)
        api.component("BackupJob", BackupJob.shape)
        api.component("BackupSettings", ShownBackupSettings.shape)
        api.component("BackupTarget", ShownBackupPlace.shape)
        BackupSettingsRoutes(targets: targets).register(in: &api)
        BackupRoutes(tasks: tasks, shelf: shelf, uploads: uploads).register(in: &api)
    }

    package var services: [any Service] { [jobs, clock] }

    /// Before the first request: clears away what the last run left half-done.
    package func begin() async throws {
        // What cannot be removed is in nobody's way.
        try? Folder.remove(shelf.workFolder)
        // Made by the daemon's own user, so that a backup made beside it by root does not make it. Where it cannot be,
        // the first backup says why.
        try? Folder.make(targets.localFolder)
        try await jobs.settle()
    }

    package func health() async throws -> HealthItem { try await tasks.health() }
}
