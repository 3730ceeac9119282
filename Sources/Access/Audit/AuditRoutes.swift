import HTTPKit
import HTTPTypes
import Kernel
import Persistence

struct AuditRoutes: Sendable {
    let trail: AuditTrail

    func register(in api: inout API) {
        api.component("AuditRecord", ShownAuditRecord.shape)
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
            ShownVerdict(verdict: try await trail.verify())
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
            return AuditExport(trail: trail).run(query.filter, format)
        }
    }
}
