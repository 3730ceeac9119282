import JSONKit
import Kernel
import Persistence

struct BackupSettingsChanged: Event {
    let before: BackupSettings
    let after: BackupSettings

    var subject: String { "backups.settings.changed" }
    var audit: AuditEntry {
        AuditEntry(
            before.keySetAt == after.keySetAt ? "changed" : "passphrase_set",
            severity: before.keySetAt == after.keySetAt ? .notice : .warning, entity: "backup_settings",
            name: "backups", before: before.record, after: after.record)
    }
    func writePayload(to writer: inout JSONWriter) { writer.raw(after.record) }
}

struct BackupTargetChanged: Event {
    enum What: String, Sendable {
        case created, changed, deleted
    }

    let what: What
    let before: BackupPlace?
    let after: BackupPlace?

    private var place: BackupPlace? { after ?? before }

    var subject: String { "backups.target.\(what.rawValue)" }
    var audit: AuditEntry {
        AuditEntry(
            what.rawValue, severity: .notice, entity: "backup_target", id: place?.id, name: place?.name ?? "",
            before: before?.record, after: after?.record)
    }
    func writePayload(to writer: inout JSONWriter) { writer.raw(place?.record ?? "{}") }
}
