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

extension Session {
    /// Stores the event and its audit row in the open transaction. Nothing is sent if the transaction rolls back.
    package func emit(_ event: some Event, by caller: Caller) throws {
        try announce(event, by: caller)
        try audit(event.audit, by: caller)
    }

    /// The same without an audit row, for what a machine noticed: the trail is the history of what people changed.
    package func announce(_ event: some Event, by caller: Caller) throws {
        var writer = JSONWriter()
        event.writePayload(to: &writer)
        try run(
            """
            INSERT INTO outbox (at, subject, caller, payload)
            VALUES (\(now), \(event.subject), \(caller.name), \(writer.text))
            """)
        wakeRelayAfterCommit()
    }

    /// An audit row without an event, such as a sign-in that failed.
    package func audit(_ entry: AuditEntry, by caller: Caller) throws {
        try AuditChain.append(entry, by: caller, in: self)
    }
}

/// An event as it was committed, on its way to the listeners.
package struct StoredEvent: Sendable, Equatable {
    /// Strictly increasing in the order of the commits: what a client resumes from.
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

    static let columns: SQL = "id, at, subject, caller, payload"

    /// Reads the columns above, by position.
    init(row: Row) throws {
        id = try row.integer(0)
        at = try row.get(1)
        subject = try row.text(2)
        caller = try row.text(3)
        payload = try row.text(4)
    }
}
