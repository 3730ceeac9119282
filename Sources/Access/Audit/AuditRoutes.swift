import AuditProof
import HTTPKit
import HTTPTypes
import Kernel
import Persistence

struct AuditRoutes: Sendable {
    let trail: AuditTrail
    let keeping: AuditKeeping

    func register(in api: inout API) {
        api.component("AuditRecord", ShownAuditRecord.shape)
        api.component("AuditStatement", ChainStatement.shape)
        api.get(
            "admin/audit-log", "Who changed what and when, newest first", needs: .may(.viewAudit),
            .init(query: AuditQuery.fields)
        ) { call in
            let query = try AuditQuery(call)
            let page = try await trail.page(query.filter, limit: query.limit, before: query.before)
            let total = query.wantsCount ? try await trail.count(query.filter) : nil
            return AuditPage(records: page.records.map { ShownAuditRecord(record: $0) }, next: page.next, total: total)
        }
        api.get(
            "admin/audit-log/verify-chain", "Check that no row was changed, removed or added", needs: .may(.viewAudit)
        ) { _ in
            ShownVerdict(verdict: try await keeping.verify())
        }
        let formats = AuditExport.Format.allCases.map(\.rawValue)
        api.get(
            "admin/audit-log/export", "The audit trail as a file, oldest row first", needs: .may(.viewAudit),
            .init(
                query: AuditQuery.filters + [QueryField("format", .choice(formats), "csv, json or jsonl.")],
                answer: .oneOf([
                    .bytes("text/csv"), .json(.array(.named("AuditRecord"))), .bytes("application/x-ndjson"),
                ]))
        ) { call in
            let query = try AuditQuery(call)
            guard let format = AuditExport.Format(rawValue: call.query("format") ?? "csv") else {
                let reason = "Use one of \(formats.joined(separator: ", "))."
                throw AppError(.invalid, "There is no such format.", fields: ["format": reason])
            }
            return keeping.export(query.filter, format)
        }
        registerRetention(in: &api)
    }

    private func registerRetention(in api: inout API) {
        api.get(
            "admin/audit-log/retention", "How long the history is kept, and what proves it", needs: .may(.viewAudit)
        ) { _ in
            try await keeping.state()
        }
        api.put(
            "admin/audit-log/retention", "Change how long the history is kept", needs: .may(.manageAudit),
            stepUp: .recent
        ) { (call: Call<RetentionDraft>) in
            _ = try await keeping.retention.change(
                call.body, from: try call.expectedRevision().map(Int64.init), by: call.caller)
            return try await keeping.state()
        }
        api.post(
            "admin/audit-log/retention/run", "Remove what is older, and sign a checkpoint for it",
            needs: .may(.manageAudit), stepUp: .recent, .init(status: .ok)
        ) { (call: Call<CutOrder>) in
            let cut =
                if let moment = call.body.olderThan {
                    try await keeping.retention.cut(before: moment, by: call.caller)
                } else {
                    try await keeping.retention.run(by: call.caller)
                }
            return ShownCut(cut: cut)
        }
    }
}
