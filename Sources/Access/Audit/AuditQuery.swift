import HTTPKit
import JSONKit
import Kernel
import Persistence

/// What is asked of the audit trail, read from the query of the address.
struct AuditQuery: Sendable, Equatable {
    var filter = AuditFilter()
    var limit = 50
    var before: Int64?
    var wantsCount = false

    static let filters = [
        QueryField("entity", .string, "The kind of thing, such as hardware, user or settings."),
        QueryField("entity_id", .integer, "Its id."),
        QueryField("action", .string, "What happened, such as created or sign_in_failed."),
        QueryField("without", .string, "What is left out, such as placed: the moves of nodes on maps."),
        QueryField(
            "severity", .choice(AuditEntry.Severity.allCases.map(\.rawValue) + [graver]),
            "How weighty; error is another word for critical."),
        QueryField("actor", .string, "A part of who did it."),
        QueryField("from", .format("date-time"), "Not before this moment."),
        QueryField("to", .format("date-time"), "Not after this moment."),
    ]

    static let fields =
        filters + IDCursor.fields + [QueryField("count", .boolean, "Also say how many there are in all.")]

    /// What the pages call the highest severity.
    private static let graver = "error"
    private static let longestText = 200

    init() {}

    init(_ call: Call<Nothing>) throws {
        var problems: [String: String] = [:]
        filter.entity = Self.text(call, "entity", &problems)
        filter.action = Self.text(call, "action", &problems)?.lowercased().replacing(" ", with: "_")
        filter.without = Self.text(call, "without", &problems)?.lowercased().replacing(" ", with: "_")
        filter.actor = Self.text(call, "actor", &problems)
        filter.from = Self.moment(call, "from", &problems)
        filter.to = Self.moment(call, "to", &problems)
        if let severity = Self.text(call, "severity", &problems) {
            filter.severity = severity == Self.graver ? AuditEntry.Severity.critical.rawValue : severity
            if AuditEntry.Severity(rawValue: filter.severity ?? "") == nil {
                let known = AuditEntry.Severity.allCases.map(\.rawValue).joined(separator: ", ")
                problems["severity"] = "Use one of \(known)."
            }
        }
        filter.entityID = Self.number(call, "entity_id", &problems)
        guard problems.isEmpty else { throw AppError(.invalid, "The filter has errors.", fields: problems) }
        let (cursor, limit) = try IDCursor.read(call)
        before = cursor > 0 ? cursor : nil
        self.limit = limit
        wantsCount = try call.queryFlag("count")
    }

    private static func text(_ call: Call<Nothing>, _ name: String, _ problems: inout [String: String]) -> String? {
        guard let text = call.query(name)?.trimmed, !text.isEmpty else { return nil }
        guard text.utf8.count <= longestText, !text.hasControl else {
            problems[name] = "Use at most \(longestText) characters of plain text."
            return nil
        }
        return text
    }

    private static func number(_ call: Call<Nothing>, _ name: String, _ problems: inout [String: String]) -> Int64? {
        guard let text = text(call, name, &problems) else { return nil }
        guard let number = Int64(text), number > 0 else {
            problems[name] = "“\(text)” is not the id of an object. Give its number, such as 526."
            return nil
        }
        return number
    }

    private static func moment(_ call: Call<Nothing>, _ name: String, _ problems: inout [String: String]) -> Instant? {
        guard let text = call.query(name)?.trimmed, !text.isEmpty else { return nil }
        guard let milliseconds = RFC3339.milliseconds(text) else {
            problems[name] = "Use a moment such as 2026-11-24T08:00:00Z."
            return nil
        }
        return Instant(milliseconds: milliseconds)
    }
}
