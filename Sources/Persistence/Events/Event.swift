import JSONKit
import Kernel

/// Something that happened. Committed with the change it tells of, then delivered at least once.
package protocol Event: Sendable {
    /// `<context>.<noun>.<past tense>`, such as `inventory.network.created`.
    var subject: String { get }
    /// What the audit trail keeps of it.
    var audit: AuditEntry { get }
    /// The whole new state, its id and its revision; never a difference.
    func writePayload(to writer: inout JSONWriter)
}

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

extension Session {
    /// Stores the event and its audit row in the open transaction. Nothing is sent if the transaction rolls back.
    package func emit(_ event: some Event, by caller: Caller) throws {
        var writer = JSONWriter()
        event.writePayload(to: &writer)
        try run(
            """
            INSERT INTO outbox (at, subject, caller, payload)
            VALUES (\(now.milliseconds), \(event.subject), \(caller.name), \(writer.text))
            """)
        try audit(event.audit, by: caller)
        wakeRelayAfterCommit()
    }

    /// An audit row without an event, such as a sign-in that failed.
    package func audit(_ entry: AuditEntry, by caller: Caller) throws {
        try AuditChain.append(entry, by: caller, in: self)
    }
}

/// An event as it was committed, on its way to the listeners.
package struct StoredEvent: Sendable, Equatable {
    /// Strictly increasing: what a client resumes from.
    package let id: Int64
    package let at: Instant
    package let subject: String
    package let caller: String
    /// JSON text.
    package let payload: String

    package init(id: Int64, at: Instant, subject: String, caller: String, payload: String) {
        self.id = id
        self.at = at
        self.subject = subject
        self.caller = caller
        self.payload = payload
    }
}
