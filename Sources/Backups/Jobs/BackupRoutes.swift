import HTTPKit
import HTTPTypes
import JSONKit
import Kernel
import NIOCore

/// Which copy, and what opens it where that is not the key at hand.
struct LookBody: JSONBody {
    var targetId: Int64?
    var passphrase: Secret<String>?
}

struct RestoreBody: JSONBody {
    var targetId: Int64?
    var passphrase: Secret<String>?
    /// The name of the backup once more: a restore replaces everything.
    var confirm: String
}

struct UploadBody: JSONBody {
    var size: Int64
}

/// What the machine's timer is told.
struct TimerAnswer: JSONAnswer {
    let job: BackupJob?
    let message: String

    static let shape: JSONShape = .object([
        .init(name: "job", shape: .nullable(.named("BackupJob")), isRequired: true),
        .init(name: "message", shape: .string, isRequired: true),
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.name("job")
        if let job { job.write(to: &writer) } else { writer.null() }
        writer.member("message", message)
        writer.endObject()
    }
}

struct BackupRoutes: Sendable {
    let tasks: BackupTasks
    let shelf: BackupShelf
    let uploads: BackupUploads

    func register(in api: inout API) {
        registerList(in: &api)
        registerJobs(in: &api)
        registerFiles(in: &api)
        registerUploads(in: &api)
    }

    private let job = EndpointDetails(answer: .json(.named("BackupJob")), status: .accepted, bodyLimit: 16 << 10)

    private func registerList(in api: inout API) {
        api.get(
            "backups", "The backups at every target, newest first", needs: .may(.manageBackups),
            .init(answer: .json(BackupListing.shape))
        ) { _ in try await shelf.list() }
        api.post("backups", "Make a backup", needs: .may(.manageBackups), job) { (call: Call<Nothing>) in
            try await tasks.create(by: call.caller)
        }
        api.post("backups/drill", "Rehearse the newest backup", needs: .may(.manageBackups), job) {
            (call: Call<Nothing>) in try await tasks.drill(.person, by: call.caller)
        }
        api.get("backups/prune", "What the keep rules would delete", needs: .may(.manageBackups)) { _ in
            try await tasks.prunePlan()
        }
        api.post("backups/prune", "Delete what no keep rule wants", needs: .may(.manageBackups), job) {
            (call: Call<Nothing>) in try await tasks.prune(by: call.caller)
        }
        api.post(
            "backups/scheduled", "Make a backup if one is due; for the timer of this machine, over the local socket",
            needs: .nothing, .init(answer: .json(TimerAnswer.shape), status: .ok)
        ) { (call: Call<Nothing>) in
            guard call.facts.origin.isLocalSocket || call.caller.may(.manageBackups) else {
                throw AppError(.conflict, "This is for the timer of the machine, over the local socket.")
            }
            let answer = try await tasks.timer()
            return TimerAnswer(job: answer.job, message: answer.message)
        }
    }

    private func registerJobs(in api: inout API) {
        api.get(
            "backups/jobs", "What was done with backups, newest first", needs: .may(.manageBackups),
            .init(
                query: [
                    QueryField("limit", .range(minimum: 1, maximum: 200), "How many at most."),
                    QueryField("cursor", .string, "Where the page before ended: its “next”."),
                ], answer: .json(.page(of: .named("BackupJob"))))
        ) { call in
            let limit = try call.queryNumber("limit", in: 1...200) ?? 20
            var items = try await tasks.jobs.list(before: call.queryID("cursor"), limit: limit + 1)
            let hasMore = items.count > limit
            if hasMore { items.removeLast() }
            return Listing(items: items, next: hasMore ? items.last.map { String($0.id) } : nil)
        }
        api.get(
            "backups/jobs/:id", "One job, with its progress while it runs", needs: .may(.manageBackups),
            .init(answer: .json(.named("BackupJob")))
        ) { call in try await tasks.jobs.find(call.path("id")) }
        api.post(
            "backups/jobs/:id/cancel", "Stop a job", needs: .may(.manageBackups),
            .init(answer: .json(.named("BackupJob")), status: .accepted)
        ) { (call: Call<Nothing>) in try await tasks.jobs.cancel(call.path("id"), by: call.caller) }
    }

    private func registerFiles(in api: inout API) {
        let target = QueryField("target", .integer, "The id of a target; otherwise any that holds it.")
        api.post("backups/files/:name/verify", "Read a backup whole", needs: .may(.manageBackups), job) {
            (call: Call<LookBody>) in
            try await tasks.verify(
                call.path("name"), at: call.body.targetId, call.body.passphrase, by: call.caller)
        }
        api.post(
            "backups/files/:name/rehearse", "Restore a backup into a scratch directory and compare",
            needs: .may(.manageBackups), job
        ) { (call: Call<LookBody>) in
            try await tasks.rehearse(
                call.path("name"), at: call.body.targetId, call.body.passphrase, by: call.caller)
        }
        api.post(
            "backups/files/:name/plan", "What restoring a backup would do", needs: .may(.manageBackups),
            .init(answer: .json(ShownRestorePlan.shape), status: .ok, bodyLimit: 16 << 10)
        ) { (call: Call<LookBody>) in
            ShownRestorePlan(
                plan: try await tasks.plan(call.path("name"), at: call.body.targetId, call.body.passphrase))
        }
        api.post(
            "backups/files/:name/restore", "Replace everything by what is in a backup, and start anew",
            needs: .may(.manageBackups), stepUp: .recent, job
        ) { (call: Call<RestoreBody>) in
            let name: String = try call.path("name")
            guard call.body.confirm == name else {
                throw AppError(
                    .invalid, "Nothing was restored.", fields: ["confirm": "Repeat the name of the backup: \(name)"])
            }
            return try await tasks.restore(name, at: call.body.targetId, call.body.passphrase, by: call.caller)
        }
        api.delete(
            "backups/files/:name", "Delete a backup at a target, or everywhere", needs: .may(.manageBackups),
            stepUp: .recent, .init(query: [target])
        ) { call in try await shelf.delete(call.path("name"), at: call.queryID("target"), by: call.caller) }
        api.get(
            "backups/files/:name", "Download a backup, or a range of it", needs: .may(.manageBackups),
            .init(query: [target], answer: .bytes("application/octet-stream"), alsoAnswers: [.partialContent])
        ) { call in
            try await BackupDownload(shelf: shelf).reply(
                call.path("name"), at: call.queryID("target"), range: call.facts.headers[.range],
                isHead: call.facts.method == .head, by: call.caller)
        }
    }

    private func registerUploads(in api: inout API) {
        let upload = EndpointDetails(answer: .json(BackupUpload.shape), bodyLimit: 4096)
        api.post(
            "backups/uploads", "Begin to bring a backup here, in parts", needs: .may(.manageBackups), stepUp: .recent,
            upload
        ) { (call: Call<UploadBody>) in try uploads.begin(size: call.body.size) }
        api.put(
            "backups/uploads/:id", "The next part of it", needs: .may(.manageBackups),
            .init(
                query: [QueryField("offset", .integer, "Where the part begins.")], answer: .json(BackupUpload.shape),
                bodyLimit: BackupUploads.partSize)
        ) { (call: Call<RawBody>) in
            guard let offset = call.query("offset").flatMap({ Int64($0) }), offset >= 0 else {
                throw AppError(.invalid, "“offset” is missing.", fields: ["offset": "Say where the part begins."])
            }
            return try await uploads.take(call.path("id"), at: offset, call.body.bytes)
        }
        api.post(
            "backups/uploads/:id/finish", "The last part is here", needs: .may(.manageBackups),
            .init(answer: .json(.named("Backup")), status: .created)
        ) { (call: Call<Nothing>) in try await uploads.finish(call.path("id"), by: call.caller) }
        api.delete("backups/uploads/:id", "Give an upload up", needs: .may(.manageBackups)) { call in
            try uploads.abandon(call.path("id"))
        }
    }
}

struct ShownRestorePlan: JSONAnswer {
    let plan: RestorePlan

    static let shape: JSONShape = .object([
        .init(name: "file", shape: .string, isRequired: true),
        .init(name: "created_at", shape: .format("date-time"), isRequired: true),
        .init(name: "product_version", shape: .string, isRequired: true),
        .init(name: "schema_version", shape: .integer, isRequired: true),
        .init(name: "from_engine", shape: .string, isRequired: true),
        .init(name: "to_engine", shape: .string, isRequired: true),
        .init(name: "key_id", shape: .string, isRequired: true),
        .init(name: "vault_keys", shape: .array(.string), isRequired: true),
        .init(name: "migrations", shape: .array(.string), isRequired: true),
        .init(name: "replaced", shape: .nullable(.string), isRequired: true),
        .init(name: "lines", shape: .array(.string), isRequired: true, summary: "What it does, in order."),
        .init(name: "warnings", shape: .array(.string), isRequired: true),
    ])

    func write(to writer: inout JSONWriter) { plan.write(to: &writer) }
}
