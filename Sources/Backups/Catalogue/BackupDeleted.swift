import JSONKit
import Kernel
import Persistence

struct BackupDeleted: Event {
    let name: String
    let target: String
    /// By the keep rules, and not by a person.
    let isPruned: Bool

    var subject: String { "backups.file.deleted" }
    var audit: AuditEntry {
        AuditEntry(isPruned ? "pruned" : "deleted", severity: .warning, entity: "backup", name: name, after: record)
    }

    private var record: String {
        var writer = JSONWriter()
        writePayload(to: &writer)
        return writer.text
    }

    func writePayload(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("name", name)
        writer.member("target", target)
        writer.member("pruned", isPruned)
        writer.endObject()
    }
}

/// A backup was brought here.
struct BackupUploaded: Event {
    let name: String
    let size: Int64
    let keyID: String

    var subject: String { "backups.file.uploaded" }
    var audit: AuditEntry {
        AuditEntry("uploaded", severity: .notice, entity: "backup", name: name, after: record)
    }

    private var record: String {
        var writer = JSONWriter()
        writePayload(to: &writer)
        return writer.text
    }

    func writePayload(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("name", name)
        writer.member("size", size)
        writer.member("key_id", keyID)
        writer.endObject()
    }
}
