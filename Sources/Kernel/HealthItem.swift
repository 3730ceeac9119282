/// A standing condition a person should know of: not an error of one request, but a state that lasts.
/// `/api/v1/health/ready`, the banner of the pages and the journal read one list of these.
package struct HealthItem: Sendable, Equatable, Codable {
    package enum Severity: String, Sendable, Codable, CaseIterable, Comparable {
        case ok, notice, warning, failing

        package static func < (left: Severity, right: Severity) -> Bool {
            allCases.firstIndex(of: left) ?? 0 < allCases.firstIndex(of: right) ?? 0
        }
    }

    /// Stable and short, such as `certificate` or `database`.
    package let id: String
    package let severity: Severity
    /// What is the matter, and how to mend it.
    package let message: String

    package init(id: String, severity: Severity, message: String) {
        self.id = id
        self.severity = severity
        self.message = message
    }
}
