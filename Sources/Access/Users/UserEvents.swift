import JSONKit
import Kernel
import Persistence

struct UserCreated: Event {
    let user: User

    var subject: String { "access.user.created" }
    var audit: AuditEntry {
        AuditEntry("created", severity: .notice, entity: "user", id: user.id, name: user.email, after: user.record)
    }
    func writePayload(to writer: inout JSONWriter) { user.writeRecord(to: &writer) }
}

struct UserChanged: Event {
    let before: User
    let user: User
    /// `changed`, `password_changed`, `password_set`, `password_reset` or `unlocked`.
    var action = "changed"
    /// How weighty it is, where the change itself does not show.
    var severity: AuditEntry.Severity?

    var subject: String { "access.user.changed" }
    var audit: AuditEntry {
        let isWeighty = action != "changed" || before.role != user.role || before.isActive != user.isActive
        return AuditEntry(
            action, severity: severity ?? (isWeighty ? .notice : .info), entity: "user", id: user.id, name: user.email,
            before: before.record, after: user.record)
    }
    func writePayload(to writer: inout JSONWriter) { user.writeRecord(to: &writer) }
}

struct UserDeleted: Event {
    let user: User

    var subject: String { "access.user.deleted" }
    var audit: AuditEntry {
        AuditEntry("deleted", severity: .warning, entity: "user", id: user.id, name: user.email, before: user.record)
    }
    func writePayload(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", user.id)
        writer.endObject()
    }
}
