/// One line of the audit trail, before it is chained.
package struct AuditEntry: Sendable {
    package enum Severity: String, Sendable, CaseIterable, Codable {
        case info, notice, warning, critical
    }

    /// A past-tense verb or a short name: `created`, `changed`, `deleted`, `restored`, `signed_in`, `sign_in_failed`.
    package let action: String
    package let severity: Severity
    /// The kind of thing it is about (`hardware`, `user`, `session`, `settings` …), its id and its name at that time.
    package let entity: String
    package let entityID: Int64?
    package let entityName: String
    /// JSON texts with secrets masked; nil where there is no before or after.
    package let before: String?
    package let after: String?

    package init(
        _ action: String, severity: Severity = .info, entity: String, id: Int64? = nil, name: String = "",
        before: String? = nil, after: String? = nil
    ) {
        self.action = action
        self.severity = severity
        self.entity = entity
        self.entityID = id
        self.entityName = name
        self.before = before
        self.after = after
    }
}
