import JSONKit
import Persistence

/// The settings after a change.
struct SettingsChanged: Event {
    static let subject = "operations.settings.changed"

    let before: AppSettings
    let after: AppSettings

    var subject: String { Self.subject }

    /// Less sign-in or another profile is what an administrator wants to find among the changes of themes.
    var audit: AuditEntry {
        let isAboutAccess = before.profile != after.profile || before.isReadingOpen != after.isReadingOpen
        return AuditEntry(
            "changed", severity: isAboutAccess ? .warning : .notice, entity: "settings", name: "settings",
            before: before.jsonText, after: after.jsonText)
    }

    func writePayload(to writer: inout JSONWriter) {
        after.write(to: &writer)
    }
}
