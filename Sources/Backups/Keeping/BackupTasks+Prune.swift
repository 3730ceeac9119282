import HTTPKit
import JSONKit
import Kernel
import Persistence

/// What the keep rules say of the backups of one target.
package struct PrunePlan: Sendable {
    let place: BackupPlace
    let verdicts: [KeepVerdict]
    let sizes: [String: Int64]
    /// Backups that are left alone because this installation did not make them, and nobody brought them here.
    let strangers: [String]
}

/// The plan for every target.
struct ShownPrunePlan: JSONAnswer {
    let plans: [PrunePlan]
    let troubles: [String]

    static let shape: JSONShape = .object([
        .init(
            name: "targets",
            shape: .array(
                .object([
                    .init(name: "target_id", shape: .integer, isRequired: true),
                    .init(name: "target", shape: .string, isRequired: true),
                    .init(
                        name: "backups",
                        shape: .array(
                            .object([
                                .init(name: "name", shape: .string, isRequired: true),
                                .init(name: "size", shape: .integer, isRequired: true),
                                .init(name: "stays", shape: .boolean, isRequired: true),
                                .init(
                                    name: "reasons",
                                    shape: .array(.choice(KeepVerdict.Reason.allCases.map(\.rawValue))),
                                    isRequired: true),
                            ])), isRequired: true),
                    .init(
                        name: "left_alone", shape: .array(.string), isRequired: true,
                        summary: "Backups that this installation does not know."),
                ])), isRequired: true),
        .init(name: "troubles", shape: .array(.string), isRequired: true),
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.name("targets")
        writer.beginArray()
        for plan in plans {
            writer.beginObject()
            writer.member("target_id", plan.place.id)
            writer.member("target", plan.place.name)
            writer.name("backups")
            writer.beginArray()
            for verdict in plan.verdicts {
                writer.beginObject()
                writer.member("name", verdict.candidate.name)
                writer.member("size", plan.sizes[verdict.candidate.name] ?? 0)
                writer.member("stays", verdict.stays)
                writer.member("reasons", verdict.reasons.map(\.rawValue).sorted())
                writer.endObject()
            }
            writer.endArray()
            writer.member("left_alone", plan.strangers)
            writer.endObject()
        }
        writer.endArray()
        writer.member("troubles", troubles)
        writer.endObject()
    }
}

extension BackupTasks {
    func prunePlan() async throws -> ShownPrunePlan {
        let (plans, troubles) = try await plans()
        return ShownPrunePlan(plans: plans, troubles: troubles)
    }

    func prune(by caller: Caller) async throws -> BackupJob {
        try await jobs.start(.prune, by: caller) { run in try await prune(run).text }
    }

    /// Deletes what no rule wants any more; answers with what went.
    func prune(_ run: BackupRun) async throws -> JobReport {
        let (plans, troubles) = try await plans()
        var gone: [String] = []
        var failures = troubles
        for plan in plans {
            for verdict in plan.verdicts where !verdict.stays {
                try Task.checkCancellation()
                let name = verdict.candidate.name
                run.tell(JobProgress(.deleting, note: name))
                do {
                    try await shelf.remove(name, at: plan.place)
                } catch {
                    failures.append("\(plan.place.name): \(BackupJobs.sentence(error))")
                    break
                }
                gone.append("\(plan.place.name): \(name)")
                try await store.write { tx in
                    try CopyFactsStore.delete(name, of: plan.place.id, in: tx)
                    try tx.emit(BackupDeleted(name: name, target: plan.place.name, isPruned: true), by: .system)
                }
            }
        }
        let report = JobReport().adding("pruned", gone).adding("prune_failures", failures)
        guard failures.isEmpty else {
            throw BackupTrouble(
                sentence: "Old backups could not be deleted everywhere. \(failures.joined(separator: " "))",
                report: report.text)
        }
        return report
    }

    private func plans() async throws -> (plans: [PrunePlan], troubles: [String]) {
        let (settings, facts) = try await store.read { tx in
            (try BackupSettingsStore.read(in: tx), try CopyFactsStore.list(in: tx))
        }
        var plans: [PrunePlan] = []
        var troubles: [String] = []
        for place in try await targets.enabled() {
            switch await shelf.files(of: place) {
            case .success(let files):
                let known = Dictionary(
                    facts.filter { $0.targetID == place.id }.map { ($0.name, $0) }
                ) { first, _ in first }
                plans.append(plan(place, files, known, settings))
            case .failure(let failure): troubles.append("\(place.name): \(failure.sentence)")
            }
        }
        return (plans, troubles)
    }

    /// A place may be shared with another installation: only what this one knows is judged.
    private func plan(
        _ place: BackupPlace, _ files: [StoredFile], _ known: [String: CopyFacts], _ settings: BackupSettings
    ) -> PrunePlan {
        let candidates = files.compactMap { file -> KeepCandidate? in
            guard let facts = known[file.name], let moment = BackupName.moment(of: file.name) else { return nil }
            return KeepCandidate(
                name: file.name, madeAt: moment,
                isVerified: facts.verifiedAt != nil && facts.problem == nil && facts.size == file.size)
        }
        return PrunePlan(
            place: place, verdicts: settings.keep.verdicts(candidates, at: clock.now, in: settings.zone),
            sizes: Dictionary(files.map { ($0.name, $0.size) }) { first, _ in first },
            strangers: files.map(\.name).filter { known[$0] == nil }.sorted())
    }
}
