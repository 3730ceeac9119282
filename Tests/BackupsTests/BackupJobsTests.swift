import Kernel
import Logging
import Persistence
import ServiceLifecycle
import TestSupport
import Testing

@testable import Backups

@Suite("Jobs with backups")
struct BackupJobsTests {
    private static let caller = Caller(name: "ada@example.org", permissions: [.manageBackups])

    /// Runs the service beside `body`.
    private func running(
        _ engine: Engine, _ body: @escaping @Sendable (BackupJobs, any Store) async throws -> Void
    ) async throws {
        let store = try await engine.freshStore()
        let jobs = BackupJobs(
            store: store, clock: SystemClock(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await jobs.run() }
            try await body(jobs, store)
            group.cancelAll()
        }
        try await store.close()
    }

    private func ended(_ job: BackupJob, _ jobs: BackupJobs) async throws -> BackupJob {
        while true {
            let seen = jobs.ended.count
            let now = try await jobs.find(job.id)
            if now.state != .running { return now }
            await jobs.ended.wait(past: seen)
        }
    }

    @Test("a job is a row, two audit rows and its report", arguments: Engine.available)
    func done(on engine: Engine) async throws {
        try await running(engine) { jobs, store in
            let job = try await jobs.start(.create, by: Self.caller) { run in
                run.name("one")
                run.tell(JobProgress(.writing, done: 5, total: 10))
                return #"{"rows":3}"#
            }
            let ended = try await ended(job, jobs)

            #expect(ended.state == .done && ended.backupName == "one" && ended.report == #"{"rows":3}"#)
            let trail = try await store.read { tx in
                try tx.rows("SELECT action FROM audit_log WHERE entity = 'backup' ORDER BY id").map { try $0.text(0) }
            }
            #expect(trail == ["create_started", "create_done"])
        }
    }

    @Test("one at a time: another is told what runs", arguments: Engine.available)
    func busy(on engine: Engine) async throws {
        try await running(engine) { jobs, _ in
            let gate = OutboxSignal()
            let first = try await jobs.start(.create, by: Self.caller) { _ in
                await gate.wait(past: 0)
                return "{}"
            }

            let refusal = await #expect(throws: AppError.self) {
                try await jobs.start(.verify, by: Self.caller) { _ in "{}" }
            }
            gate.raise()

            #expect(refusal?.kind == .conflict && refusal?.message.contains("create") == true)
            #expect(try await ended(first, jobs).state == .done)
            let second = try await jobs.start(.verify, by: Self.caller) { _ in "{}" }
            #expect(try await ended(second, jobs).state == .done)
        }
    }

    @Test("a job that is stopped is waited for, and says so")
    func cancelled() async throws {
        try await running(.sqlite) { jobs, _ in
            let begun = OutboxSignal()
            let tidied = OutboxSignal()
            let job = try await jobs.start(.create, by: Self.caller) { _ in
                begun.raise()
                defer { tidied.raise() }
                try await Task.sleep(for: .seconds(600))
                return "{}"
            }
            await begun.wait(past: 0)
            _ = try await jobs.cancel(job.id, by: Self.caller)

            #expect(try await ended(job, jobs).state == .cancelled)
            #expect(tidied.count == 1)
            await #expect(throws: AppError.self) { try await jobs.cancel(job.id, by: Self.caller) }
        }
    }

    @Test("a failure keeps its sentence and what was done so far; nothing of an unknown error is shown")
    func failed() async throws {
        struct Odd: Error {}
        try await running(.sqlite) { jobs, _ in
            let told = try await jobs.start(.create, by: Self.caller) { _ in
                throw BackupTrouble(sentence: "The store is gone.", report: #"{"targets":["here"]}"#)
            }
            let first = try await ended(told, jobs)
            let odd = try await jobs.start(.create, by: Self.caller) { _ in throw Odd() }
            let second = try await ended(odd, jobs)

            #expect(first.state == .failed && first.problem == "The store is gone." && first.report != nil)
            #expect(second.state == .failed && second.problem?.contains("Odd") == false)
        }
    }

    @Test("what ran when the daemon ended counts as cut short, and as a failure of the schedule")
    func settled() async throws {
        let store = try await Engine.sqlite.freshStore()
        _ = try await store.write { tx in try BackupJobStore.insert(.create, .schedule, name: nil, by: "system", in: tx)
        }
        let jobs = BackupJobs(store: store, clock: SystemClock(), logger: Logger(label: "test"))

        try await jobs.settle()

        let (job, due) = try await store.read { tx in
            (try BackupJobStore.last(.create, in: tx), try BackupJobStore.due(.create, since: tx.now, in: tx))
        }
        #expect(job?.state == .interrupted && job?.problem != nil)
        #expect(due.failures == 1 && due.lastAttempt != nil)
        try await store.close()
    }
}
