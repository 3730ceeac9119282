import Kernel

/// The events that are kept after their delivery, so that a reader who was away can go on where it stopped.
package struct EventLog: Sendable {
    package enum Replay: Sendable, Equatable {
        /// What came after, in order; the log was read up to `through`.
        case events([StoredEvent], through: Int64)
        /// Too much was missed, or the id is none of ours: fetch anew, then go on after this id.
        case reset(eventID: Int64)
    }

    private let store: any Store

    package init(_ store: any Store) {
        self.store = store
    }

    /// The newest event there is; 0 before the first.
    package func newestID() async throws -> Int64 {
        try await store.read { try Self.newestID(in: $0) }
    }

    /// The same within a transaction: what it reads is the state after this event.
    package static func newestID(in tx: any Session) throws -> Int64 {
        try tx.one("SELECT COALESCE(max(id), 0) FROM outbox").integer(0)
    }

    /// How long the oldest event after that id has been there; nil where there is none.
    package func age(ofOldestAfter id: Int64) async throws -> Duration? {
        try await store.read { tx in
            let rows = try tx.rows("SELECT at FROM outbox WHERE id > \(id) ORDER BY id LIMIT 1")
            return try rows.first.map { tx.now - Instant(milliseconds: try $0.integer(0)) }
        }
    }

    package func replay(after id: Int64, _ filter: SubjectFilter = .all, limit: Int = 1_000) async throws -> Replay {
        try await store.read { tx in
            let newest = try Self.newestID(in: tx)
            let forgotten = try OutboxState(in: tx).forgotten
            guard id >= forgotten, id <= newest else { return .reset(eventID: newest) }
            var events: [StoredEvent] = []
            var last = id
            // In steps, so that a filter that matches little does not hold all of the rest.
            while last < newest {
                let rows = try tx.rows(
                    "SELECT \(StoredEvent.columns) FROM outbox WHERE id > \(last) ORDER BY id LIMIT 500")
                guard let end = rows.last else { break }
                last = try end.integer(0)
                for row in rows where filter.matches(try row.text(2)) { events.append(try StoredEvent(row: row)) }
                if events.count > limit { return .reset(eventID: newest) }
            }
            return .events(events, through: newest)
        }
    }
}

/// How far the outbox was delivered and forgotten: one row.
struct OutboxState: Equatable {
    /// Every event up to this one was handed to the bus.
    var delivered: Int64
    /// Every event up to this one was deleted.
    var forgotten: Int64

    init(in tx: any Session) throws {
        let row = try tx.one("SELECT delivered_id, forgotten_id FROM outbox_state WHERE id = 1")
        delivered = try row.integer(0)
        forgotten = try row.integer(1)
    }

    func store(in tx: any Session) throws {
        try tx.run(
            "UPDATE outbox_state SET delivered_id = \(delivered), forgotten_id = \(forgotten) WHERE id = 1")
    }
}
