import Kernel
import Logging
import Persistence
import ServiceLifecycle
import Synchronization

/// Runs jobs, one at a time: whoever wants another meanwhile is told what runs. The work belongs to this service and not
/// to the request that asked for it, so a page that is closed stops nothing.
package final class BackupJobs: Service {
    /// Answers with the report, as JSON. What it throws is the job's problem.
    typealias Work = @Sendable (BackupRun) async throws -> String

    private struct State {
        var current: BackupJob?
        var work: Work?
        var isCancelled = false
        var toldAt: ContinuousClock.Instant?
        var afterwards: (@Sendable () -> Void)?
        var observers: [@Sendable (BackupJob) -> Void] = []
    }

    private let store: any Store
    private let clock: any WallClock
    private let logger: Logger
    private let state = Mutex(State())
    /// Raised when a job was handed in, or is to be stopped.
    private let wake = OutboxSignal()
    /// Raised when a job has ended.
    let ended = OutboxSignal()

    init(store: any Store, clock: any WallClock, logger: Logger) {
        self.store = store
        self.clock = clock
        self.logger = logger
    }

    /// Told of each step of a job, several times a second at most.
    package func observe(_ observer: @escaping @Sendable (BackupJob) -> Void) {
        state.withLock { $0.observers.append(observer) }
    }

    package var current: BackupJob? { state.withLock { $0.current } }

    /// Begins a job; throws `.conflict` while another runs.
    func start(
        _ kind: BackupJob.Kind, _ origin: BackupJob.Origin = .person, of name: String? = nil, by caller: Caller,
        _ work: @escaping Work
    ) async throws -> BackupJob {
        // Its place is taken before the first wait, so that of two at once one is refused.
        let reserved = BackupJob(
            id: 0, kind: kind, origin: origin, state: .running, backupName: name, startedBy: caller.name,
            startedAt: clock.now)
        let holder = state.withLock { state -> BackupJob? in
            guard state.current == nil else { return state.current }
            state.current = reserved
            state.isCancelled = false
            state.work = nil
            return nil
        }
        if let holder { throw Self.isBusy(holder) }
        do {
            let job = try await store.write { tx in
                let job = try BackupJobStore.insert(kind, origin, name: name, by: caller.name, in: tx)
                try tx.emit(BackupJobEvent(job: job), by: caller)
                return job
            }
            state.withLock { state in
                state.current = job
                state.work = work
                state.toldAt = nil
            }
            wake.raise()
            return job
        } catch {
            state.withLock { $0.current = nil }
            throw error
        }
    }

    private static func isBusy(_ job: BackupJob) -> AppError {
        AppError(
            .conflict, "Another job with backups runs (\(job.kind.rawValue)). Wait until it is done, or stop it.",
            retryAfter: .seconds(5))
    }

    func cancel(_ id: Int64, by caller: Caller) async throws -> BackupJob {
        let job = try await find(id)
        let isOurs = state.withLock { state in
            guard state.current?.id == id else { return false }
            state.isCancelled = true
            return true
        }
        guard isOurs, job.state == .running else {
            throw AppError(.conflict, "This job does not run any more.")
        }
        try await store.write { tx in
            try tx.audit(
                AuditEntry("cancelled", entity: "backup", id: id, name: job.backupName ?? job.kind.rawValue), by: caller
            )
        }
        wake.raise()
        return try await find(id)
    }

    func find(_ id: Int64) async throws -> BackupJob {
        guard let job = try await store.read({ try BackupJobStore.find(id, in: $0) }) else {
            throw AppError.notFound("This job")
        }
        return fresh(job)
    }

    func list(before id: Int64?, limit: Int) async throws -> [BackupJob] {
        try await store.read { try BackupJobStore.list(before: id, limit: limit, in: $0) }.map(fresh)
    }

    private func fresh(_ job: BackupJob) -> BackupJob {
        var job = job
        if let current, current.id == job.id { job.progress = current.progress }
        return job
    }

    // MARK: - Running

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let seen = self.wake.count
                if let (job, work) = self.next() {
                    await self.run(job, work)
                } else {
                    await self.wake.wait(past: seen)
                }
            }
        }
    }

    private func next() -> (BackupJob, Work)? {
        state.withLock { state in
            guard let job = state.current, let work = state.work else { return nil }
            state.work = nil
            return (job, work)
        }
    }

    private enum Outcome: Sendable {
        case done(String)
        case failed(any Error)
        case cancelled
    }

    private func run(_ job: BackupJob, _ work: @escaping Work) async {
        let run = BackupRun(jobID: job.id, jobs: self)
        let outcome = await withTaskGroup(of: Outcome?.self) { group in
            group.addTask {
                do { return .done(try await work(run)) } catch { return .failed(error) }
            }
            group.addTask {
                await self.waitForCancellation()
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            // What was stopped is waited for: it takes back what it had begun.
            if let first { return first }
            if case .done(let report)?? = await group.next() { return .done(report) }
            return .cancelled
        }
        await finish(job, outcome)
    }

    private func waitForCancellation() async {
        while !Task.isCancelled {
            let seen = wake.count
            if state.withLock({ $0.isCancelled }) { return }
            await wake.wait(past: seen)
        }
    }

    private func finish(_ job: BackupJob, _ outcome: Outcome) async {
        var job = current ?? job
        job.progress = nil
        job.finishedAt = clock.now
        switch outcome {
        case .done(let report):
            job.state = .done
            job.report = report
        case .cancelled:
            job.state = Task.isCancelled ? .interrupted : .cancelled
            if Task.isCancelled { job.problem = Self.daemonEnded }
        case .failed(let error):
            job.state = Task.isCancelled ? .interrupted : .failed
            job.problem = Self.sentence(error)
            job.report = (error as? BackupTrouble)?.report
            logger.warning(
                "a job with backups failed", metadata: ["kind": "\(job.kind.rawValue)", "error": "\(error)"])
        }
        let ended = job
        do {
            try await store.write { tx in
                try BackupJobStore.finish(ended, in: tx)
                try tx.emit(BackupJobEvent(job: ended), by: .system)
            }
        } catch {
            // The next start finds it running and calls it interrupted.
            logger.error("the end of a job with backups was not written down", metadata: ["error": "\(error)"])
        }
        let (observers, afterwards) = state.withLock { state in
            state.current = nil
            defer { state.afterwards = nil }
            return (state.observers, state.afterwards)
        }
        for observer in observers { observer(ended) }
        self.ended.raise()
        if ended.state == .done { afterwards?() }
    }

    private static let daemonEnded = "The daemon ended in the middle of it."

    static func sentence(_ error: any Error) -> String {
        switch error {
        case let error as AppError:
            // Such as a full disk: a job is read later, so its cure stands beside the reason.
            if case .unavailable(let trouble, _)? = error.cause as? PersistenceError {
                "\(error.message) \(trouble.cure)"
            } else {
                error.message
            }
        case let error as TargetFailure: error.sentence
        case let error as BackupTrouble: error.sentence
        case is CancellationError: "It was stopped."
        default: "Something nobody expected went wrong: the journal has the reason."
        }
    }

    // MARK: - For the work

    fileprivate func tell(_ progress: JobProgress, of id: Int64) {
        let told = state.withLock { state -> (BackupJob, [@Sendable (BackupJob) -> Void])? in
            guard state.current?.id == id else { return nil }
            let isNewPhase = state.current?.progress?.phase != progress.phase
            state.current?.progress = progress
            let now = ContinuousClock.now
            if !isNewPhase, let toldAt = state.toldAt, toldAt.duration(to: now) < .milliseconds(250) { return nil }
            state.toldAt = now
            return state.current.map { ($0, state.observers) }
        }
        guard let (job, observers) = told else { return }
        for observer in observers { observer(job) }
    }

    fileprivate func afterwards(_ work: @escaping @Sendable () -> Void) {
        state.withLock { $0.afterwards = work }
    }

    fileprivate func name(_ name: String, of id: Int64) {
        state.withLock { state in
            guard state.current?.id == id else { return }
            state.current?.backupName = name
        }
    }

    /// At the start: what ran when the daemon ended is not running any more.
    func settle() async throws {
        let now = clock.now
        try await store.write { tx in
            for var job in try BackupJobStore.running(in: tx) {
                job.state = .interrupted
                job.finishedAt = now
                job.problem = Self.daemonEnded
                try BackupJobStore.finish(job, in: tx)
                try tx.emit(BackupJobEvent(job: job), by: .system)
            }
        }
    }
}

/// A running job, for the work that it is.
struct BackupRun: Sendable {
    let jobID: Int64
    private let jobs: BackupJobs

    fileprivate init(jobID: Int64, jobs: BackupJobs) {
        self.jobID = jobID
        self.jobs = jobs
    }

    func tell(_ progress: JobProgress) { jobs.tell(progress, of: jobID) }

    /// When the job has ended well, and that was written down.
    func afterwards(_ work: @escaping @Sendable () -> Void) { jobs.afterwards(work) }

    /// The name of the backup, once there is one.
    func name(_ name: String) { jobs.name(name, of: jobID) }
}

/// A job that did part of what it should, with the report of it.
struct BackupTrouble: Error {
    let sentence: String
    let report: String?
}
