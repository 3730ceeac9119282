import JSONKit
import Kernel

/// What a job found or did, for the history, the page and the audit trail: numbers and names, no contents.
struct JobReport: Sendable {
    private var members: [(name: String, value: JSONValue)]

    init(_ members: [(name: String, value: JSONValue)] = []) {
        self.members = members
    }

    init(_ manifest: BackupManifest, size: Int64?, took: Duration) {
        members = [
            ("created_at", .string(RFC3339.text(manifest.contents.createdAt.milliseconds))),
            ("product_version", .string(manifest.contents.productVersion)),
            ("schema_version", .integer(Int64(manifest.contents.schemaVersion))),
            ("engine", .string(manifest.contents.engine)),
            ("tables", .integer(Int64(manifest.tables.count))),
            ("rows", .integer(manifest.rows)),
            ("files", .integer(Int64(manifest.files.count))),
            ("left_out", .array(manifest.leftOut.map { .string($0) })),
            ("audit_row", .integer(manifest.auditRow)),
            ("audit_hash", .string(manifest.auditHash)),
            ("milliseconds", .integer(took.milliseconds)),
        ]
        if let size { members.insert((name: "size", value: .integer(size)), at: 0) }
    }

    func adding(_ name: String, _ texts: [String]) -> JobReport {
        guard !texts.isEmpty else { return self }
        return adding(JobReport([(name: name, value: .array(texts.map { .string($0) }))]))
    }

    func adding(_ other: JobReport) -> JobReport { JobReport(members + other.members) }

    var text: String { JSONValue.object(JSONObject(members)).text }
}
