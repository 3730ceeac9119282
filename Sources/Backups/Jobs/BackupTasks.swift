import BackupFile
import Kernel
import Logging
import Persistence

/// What is done with backups: each is a job. The files are made and read by `BackupMaker`, `BackupCheck`, `Rehearsal` and
/// `Restorer`; here it is decided which, where to, and what is remembered of it.
package struct BackupTasks: Sendable {
    let store: any Store
    let places: StatePlaces
    let targets: BackupTargets
    let shelf: BackupShelf
    let jobs: BackupJobs
    let clock: any WallClock
    let logger: Logger
    /// Ends the daemon so that it starts again: what takes a prepared restore over.
    let restart: @Sendable () -> Void

    // MARK: - Making

    func create(_ origin: BackupJob.Origin = .person, by caller: Caller) async throws -> BackupJob {
        // Refused here and now, rather than by a job that fails.
        _ = try await targets.key()
        return try await jobs.start(.create, origin, by: caller) { run in
            let made = try await make(CopyFacts.Origin(origin), run)
            guard origin != .person else { return made.text }
            do {
                return made.adding(try await prune(run)).text
            } catch let trouble as BackupTrouble {
                // The backup is there: making another one would not mend this.
                logger.warning("old backups were not deleted", metadata: ["problem": "\(trouble.sentence)"])
                return made.adding("prune_failures", [trouble.sentence]).text
            }
        }
    }

    /// Makes one here, looks into it, and brings it to every target.
    func make(_ origin: CopyFacts.Origin, _ run: BackupRun) async throws -> JobReport {
        let start = ContinuousClock.now
        let settings = try await store.read { try BackupSettingsStore.read(in: $0) }
        let key = try targets.key(of: settings)
        let name = BackupName.make(at: clock.now, mark: BackupName.randomMark())
        run.name(name)
        try Folder.make(shelf.workFolder)
        let path = "\(shelf.workFolder)/\(name)"
        // What cannot be removed now goes with the next start.
        defer { try? Folder.remove(path) }
        let made = try await BackupMaker(store: store, places: places, clock: clock).make(at: path, key: key) {
            run.tell(JobProgress(.writing, done: $0.bytes, total: $0.total, note: $0.subject))
        }
        _ = try await BackupCheck.verify(path, opening: .key(key)) {
            run.tell(JobProgress(.checking, done: $0.bytes, total: $0.total, note: $0.subject))
        }
        let verifiedAt = clock.now
        var stored: [String] = []
        var failures: [String] = []
        for place in try await targets.enabled() {
            do throws(TargetFailure) {
                try await targets.open(place).store(path, as: name) { done in
                    run.tell(JobProgress(.storing, done: done, total: made.size, note: place.name))
                }
            } catch {
                guard error.kind != .cancelled else { throw CancellationError() }
                failures.append("\(place.name): \(error.sentence)")
                continue
            }
            stored.append(place.name)
            let facts = CopyFacts(
                targetID: place.id, name: name, size: made.size, origin: origin, keyID: key.id, storedAt: clock.now,
                verifiedAt: verifiedAt)
            try await store.write { try CopyFactsStore.put(facts, in: $0) }
        }
        let report = JobReport(made.manifest, size: made.size, took: start.duration(to: .now))
            .adding("targets", stored).adding("failures", failures)
        guard failures.isEmpty else {
            let kept = stored.isEmpty ? "It is kept nowhere." : "It is kept at \(stored.joined(separator: ", "))."
            throw BackupTrouble(
                sentence: "The backup could not be brought everywhere. \(failures.joined(separator: " ")) \(kept)",
                report: report.text)
        }
        return report
    }

    // MARK: - Looking into one

    func verify(
        _ name: String, at targetID: Int64?, _ passphrase: Secret<String>?, by caller: Caller
    ) async throws -> BackupJob {
        let place = try await shelf.holder(of: name, at: targetID)
        return try await jobs.start(.verify, of: name, by: caller) { run in
            try await examined(name, place, passphrase, run) { path, opener in
                let start = ContinuousClock.now
                let found = try await BackupCheck.verify(path, opening: opener) {
                    run.tell(JobProgress(.checking, done: $0.bytes, total: $0.total, note: $0.subject))
                }
                return JobReport(found.manifest, size: found.size, took: start.duration(to: .now))
            }.adding("target", [place.name]).text
        }
    }

    func rehearse(
        _ name: String, at targetID: Int64?, _ passphrase: Secret<String>?, by caller: Caller
    ) async throws -> BackupJob {
        let place = try await shelf.holder(of: name, at: targetID)
        return try await jobs.start(.rehearse, of: name, by: caller) { run in
            try await rehearsed(name, place, passphrase, run).text
        }
    }

    /// The newest backup there is, back into a scratch directory and compared: proves that a restore would work.
    func drill(_ origin: BackupJob.Origin = .schedule, by caller: Caller) async throws -> BackupJob {
        try await jobs.start(.drill, origin, by: caller) { run in
            let listing = try await shelf.list()
            guard let newest = listing.items.first, let copy = newest.copies.first else {
                let why = listing.troubles.first.map { " \($0.failure.sentence)" } ?? ""
                throw AppError(.conflict, "There is no backup to rehearse. Make one first.\(why)")
            }
            run.name(newest.name)
            let place = try await store.read { try BackupTargets.require(copy.targetID, in: $0) }
            return try await rehearsed(newest.name, place, nil, run).text
        }
    }

    private func rehearsed(
        _ name: String, _ place: BackupPlace, _ passphrase: Secret<String>?, _ run: BackupRun
    ) async throws -> JobReport {
        try await examined(name, place, passphrase, run) { path, opener in
            let key = try await BackupCheck.key(of: path, opening: opener)
            try Folder.make(shelf.workFolder)
            let found = try await Rehearsal.run(path, key: key, scratch: shelf.workFolder, clock: clock) {
                run.tell(JobProgress(.restoring, done: $0.bytes, total: $0.total, note: $0.subject))
            }
            let report = JobReport(found.manifest, size: nil, took: found.duration)
                .adding("target", [place.name]).adding("found", [found.sentence])
            guard found.isSound else { throw BackupTrouble(sentence: found.sentence, report: report.text) }
            return report
        }
    }

    /// Has a look at the copy, and remembers what came of it.
    private func examined(
        _ name: String, _ place: BackupPlace, _ passphrase: Secret<String>?, _ run: BackupRun,
        _ look: (String, BackupOpener) async throws -> JobReport
    ) async throws -> JobReport {
        try await shelf.withFile(name, of: place, progress: run.tell) { path in
            let size = try await FilePieces.open(path).size
            var keyID: String?
            do {
                keyID = try await BackupCheck.header(of: path).keyID
                let report = try await look(path, try await opener(passphrase))
                try await remember(name, place, size: size, keyID: keyID, problem: nil)
                return report
            } catch let error where Self.isFlaw(error) {
                try await remember(name, place, size: size, keyID: keyID, problem: BackupJobs.sentence(error))
                throw error
            }
        }
    }

    /// Whether the file itself is to blame: a wrong passphrase or a full disk says nothing about it.
    private static func isFlaw(_ error: any Error) -> Bool {
        let cause = (error as? AppError)?.cause ?? error
        return switch cause as? BackupFileError {
        case .wrongPassphrase?, .wrongKey?, .newerFormat?, nil: false
        default: true
        }
    }

    private func remember(
        _ name: String, _ place: BackupPlace, size: Int64, keyID: String?, problem: String?
    ) async throws {
        let now = clock.now
        try await store.write { tx in
            try CopyFactsStore.looked(
                at: name, of: place.id, size: size, keyID: keyID, verifiedAt: problem == nil ? now : nil,
                problem: problem, in: tx)
        }
    }

    func opener(_ passphrase: Secret<String>?) async throws -> BackupOpener {
        if let passphrase, !passphrase.reveal().isEmpty { return .passphrase(passphrase) }
        return .key(try await targets.key())
    }

    // MARK: - Restoring

    /// What a restore would do.
    func plan(_ name: String, at targetID: Int64?, _ passphrase: Secret<String>?) async throws -> RestorePlan {
        let place = try await shelf.holder(of: name, at: targetID)
        return try await shelf.withFile(name, of: place, progress: { _ in }) { path in
            let key = try await BackupCheck.key(of: path, opening: try await opener(passphrase))
            return try await Restorer(places, clock: clock).plan(path, key: key)
        }
    }

    /// Keeps what is there now as a backup, builds the restored state beside it, and starts the daemon anew with it.
    func restore(
        _ name: String, at targetID: Int64?, _ passphrase: Secret<String>?, by caller: Caller
    ) async throws -> BackupJob {
        let place = try await shelf.holder(of: name, at: targetID)
        return try await jobs.start(.restore, of: name, by: caller) { run in
            var kept: String?
            if try await store.read({ try BackupSettingsStore.read(in: $0).key }) != nil {
                kept = try await keepPresent(run)
                run.name(name)
            }
            let report = try await shelf.withFile(name, of: place, progress: run.tell) { path in
                let key = try await BackupCheck.key(of: path, opening: try await opener(passphrase))
                let prepared = try await Restorer(places, clock: clock).prepare(path, key: key, by: caller) {
                    run.tell(JobProgress(.restoring, done: $0.bytes, total: $0.total, note: $0.subject))
                }
                try Task.checkCancellation()
                try prepared.decide()
                return JobReport(prepared.manifest, size: nil, took: .zero).adding("replaced", [prepared.replaced])
            }
            run.afterwards(restart)
            return report.adding("kept_as", kept.map { [$0] } ?? []).text
        }
    }

    /// The state that is about to be replaced, as a backup of this machine.
    private func keepPresent(_ run: BackupRun) async throws -> String {
        let key = try await targets.key()
        let name = BackupName.make(at: clock.now, mark: BackupName.randomMark())
        try Folder.make(targets.localFolder)
        let path = "\(targets.localFolder)/\(name)"
        _ = try await BackupMaker(store: store, places: places, clock: clock).make(at: path, key: key) {
            run.tell(JobProgress(.writing, done: $0.bytes, total: $0.total, note: $0.subject))
        }
        return name
    }
}

extension CopyFacts.Origin {
    init(_ origin: BackupJob.Origin) {
        self =
            switch origin {
            case .person: .person
            case .schedule: .schedule
            case .timer: .timer
            }
    }
}
