import HTTPKit
import JSONKit
import Kernel
import Persistence

/// Something that is done with backups: one at a time, with progress, and kept as history.
package struct BackupJob: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        case create, verify, rehearse, restore
        /// A rehearsal of the newest backup by schedule, whose report goes into the audit trail.
        case drill
        case prune
    }

    package enum Origin: String, Sendable, CaseIterable {
        case person, schedule
        /// The machine's own timer.
        case timer
    }

    package enum State: String, Sendable, CaseIterable {
        case running, done, failed, cancelled
        /// The daemon ended in the middle of it.
        case interrupted
    }

    package let id: Int64
    package let kind: Kind
    package let origin: Origin
    package var state: State
    package var backupName: String?
    package let startedBy: String
    package let startedAt: Instant
    package var finishedAt: Instant?
    /// Why it failed, as a sentence.
    package var problem: String?
    /// JSON: what was found or done.
    package var report: String?
    /// While it runs.
    package var progress: JobProgress?
}

/// How far a job is.
package struct JobProgress: Sendable, Equatable {
    package enum Phase: String, Sendable, CaseIterable {
        case preparing, writing, checking, storing, fetching, restoring, deleting
    }

    package var phase: Phase
    /// In bytes; `total` is nil while nobody knows.
    package var done: Int64
    package var total: Int64?
    /// Where to, or what, in a few words.
    package var note: String?

    package init(_ phase: Phase, done: Int64 = 0, total: Int64? = nil, note: String? = nil) {
        self.phase = phase
        self.done = done
        self.total = total
        self.note = note
    }
}

extension BackupJob: JSONAnswer {
    package static let shape: JSONShape = .object([
        .init(name: "id", shape: .integer, isRequired: true),
        .init(name: "kind", shape: .choice(Kind.allCases.map(\.rawValue)), isRequired: true),
        .init(name: "origin", shape: .choice(Origin.allCases.map(\.rawValue)), isRequired: true),
        .init(name: "state", shape: .choice(State.allCases.map(\.rawValue)), isRequired: true),
        .init(name: "backup", shape: .nullable(.string), isRequired: true),
        .init(name: "started_by", shape: .string, isRequired: true),
        .init(name: "started_at", shape: .format("date-time"), isRequired: true),
        .init(name: "finished_at", shape: .nullable(.format("date-time")), isRequired: true),
        .init(name: "problem", shape: .nullable(.string), isRequired: true),
        .init(name: "report", shape: .any, isRequired: true, summary: "What was found or done."),
        .init(
            name: "progress",
            shape: .nullable(
                .object([
                    .init(
                        name: "phase", shape: .choice(JobProgress.Phase.allCases.map(\.rawValue)), isRequired: true),
                    .init(name: "done", shape: .integer, isRequired: true, summary: "Bytes."),
                    .init(name: "total", shape: .nullable(.integer), isRequired: true),
                    .init(name: "note", shape: .nullable(.string), isRequired: true),
                ])), isRequired: true),
    ])

    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writeMembers(to: &writer)
        writer.endObject()
    }

    package func writeMembers(to writer: inout JSONWriter) {
        writer.member("id", id)
        writer.member("kind", kind.rawValue)
        writer.member("origin", origin.rawValue)
        writer.member("state", state.rawValue)
        writer.member("backup", backupName)
        writer.member("started_by", startedBy)
        writer.member("started_at", milliseconds: startedAt.milliseconds)
        writer.member("finished_at", milliseconds: finishedAt?.milliseconds)
        writer.member("problem", problem)
        writer.name("report")
        if let report { writer.raw(report) } else { writer.null() }
        writer.name("progress")
        guard let progress else { return writer.null() }
        writer.beginObject()
        writer.member("phase", progress.phase.rawValue)
        writer.member("done", progress.done)
        writer.member("total", progress.total)
        writer.member("note", progress.note)
        writer.endObject()
    }
}

/// A job began or ended.
struct BackupJobEvent: Event {
    let job: BackupJob

    var subject: String { job.state == .running ? "backups.job.started" : "backups.job.finished" }

    var audit: AuditEntry {
        let severity: AuditEntry.Severity =
            switch job.state {
            case .failed, .interrupted: .warning
            case .running: .info
            case .done, .cancelled: job.kind == .restore ? .critical : .notice
            }
        return AuditEntry(
            "\(job.kind.rawValue)_\(job.state == .running ? "started" : job.state.rawValue)", severity: severity,
            entity: "backup", id: job.id, name: job.backupName ?? "", after: record)
    }

    private var record: String {
        var writer = JSONWriter()
        writePayload(to: &writer)
        return writer.text
    }

    func writePayload(to writer: inout JSONWriter) {
        writer.beginObject()
        job.writeMembers(to: &writer)
        writer.endObject()
    }
}

/// The table `backup_jobs`.
enum BackupJobStore {
    /// How many are kept.
    private static let kept: Int64 = 500

    static func insert(
        _ kind: BackupJob.Kind, _ origin: BackupJob.Origin, name: String?, by: String, in tx: any Session
    ) throws -> BackupJob {
        let job = try BackupJob(
            row: tx.one(
                """
                INSERT INTO backup_jobs (kind, origin, state, backup_name, started_by, started_at)
                VALUES (\(kind.rawValue), \(origin.rawValue), 'running', \(name), \(by), \(tx.now)) RETURNING *
                """))
        try tx.run("DELETE FROM backup_jobs WHERE id <= \(job.id - kept)")
        return job
    }

    static func finish(_ job: BackupJob, in tx: any Session) throws {
        try tx.run(
            """
            UPDATE backup_jobs SET state = \(job.state.rawValue), backup_name = \(job.backupName),
                finished_at = \(job.finishedAt), problem = \(job.problem), report = \(job.report)
            WHERE id = \(job.id)
            """)
    }

    static func find(_ id: Int64, in tx: any Session) throws -> BackupJob? {
        try tx.rows("SELECT * FROM backup_jobs WHERE id = \(id)").first.map(BackupJob.init(row:))
    }

    /// Newest first.
    static func list(before id: Int64?, limit: Int, in tx: any Session) throws -> [BackupJob] {
        try tx.rows(
            "SELECT * FROM backup_jobs WHERE id < \(id ?? Int64.max) ORDER BY id DESC LIMIT \(limit)"
        ).map(BackupJob.init(row:))
    }

    /// What the clock needs to know: when the job of that kind was last begun by itself, and how often it failed since.
    static func due(_ kind: BackupJob.Kind, since: Instant, in tx: any Session) throws -> Due {
        let rows = try tx.rows(
            """
            SELECT * FROM backup_jobs WHERE kind = \(kind.rawValue) AND origin <> 'person' ORDER BY id DESC LIMIT 10
            """
        ).map(BackupJob.init(row:))
        let failures = rows.prefix { [.failed, .interrupted].contains($0.state) }.count
        return Due(since: since, lastAttempt: rows.first?.startedAt, failures: failures)
    }

    /// The newest of a kind that ended well.
    static func lastDone(_ kinds: [BackupJob.Kind], in tx: any Session) throws -> BackupJob? {
        let conditions = kinds.map { kind -> SQL in "kind = \(kind.rawValue)" }
        return try tx.rows(
            "SELECT * FROM backup_jobs WHERE state = 'done' AND \(.any(conditions)) ORDER BY id DESC LIMIT 1"
        ).first.map(BackupJob.init(row:))
    }

    static func last(_ kind: BackupJob.Kind, in tx: any Session) throws -> BackupJob? {
        try tx.rows("SELECT * FROM backup_jobs WHERE kind = \(kind.rawValue) ORDER BY id DESC LIMIT 1")
            .first.map(BackupJob.init(row:))
    }

    static func running(in tx: any Session) throws -> [BackupJob] {
        try tx.rows("SELECT * FROM backup_jobs WHERE state = 'running' ORDER BY id").map(BackupJob.init(row:))
    }
}

extension BackupJob {
    fileprivate init(row: Row) throws {
        guard let kind = Kind(rawValue: try row.get("kind")), let origin = Origin(rawValue: try row.get("origin")),
            let state = State(rawValue: try row.get("state"))
        else { throw PersistenceError.badValue(column: "kind", type: "BackupJob") }
        self.init(
            id: try row.get("id"), kind: kind, origin: origin, state: state,
            backupName: try row.optional("backup_name"), startedBy: try row.get("started_by"),
            startedAt: try row.get("started_at"), finishedAt: try row.optional("finished_at"),
            problem: try row.optional("problem"), report: try row.optional("report"))
    }
}
