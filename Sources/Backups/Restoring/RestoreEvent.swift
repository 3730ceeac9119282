import JSONKit
import Kernel
import Persistence

/// The first thing that happens in a restored database.
struct BackupRestored: Event {
    let file: String
    let contents: BackupContents
    let keyID: String

    var subject: String { "backups.backup.restored" }

    var audit: AuditEntry {
        AuditEntry(
            "restored", severity: .warning, entity: "backup", name: file, after: jsonText)
    }

    private var jsonText: String {
        var writer = JSONWriter()
        writePayload(to: &writer)
        return writer.text
    }

    func writePayload(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("file", file)
        writer.member("created_at", milliseconds: contents.createdAt.milliseconds)
        writer.member("product_version", contents.productVersion)
        writer.member("engine", contents.engine)
        writer.member("schema_version", contents.schemaVersion)
        writer.member("key_id", keyID)
        writer.endObject()
    }
}
