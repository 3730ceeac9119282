import HTTPKit
import JSONKit
import Kernel
import Persistence

/// Up to where a person has seen each map. The mark is set when the page is left or its news are put away, never by a
/// timer, and never goes back. It is nobody else's business, so it leaves no event and no row in the audit trail.
struct MapLooks: Sendable {
    let store: any Store
    let history: HistoryRoutes

    private struct Mark: Sendable {
        let row: Int64
        let at: Instant
        let hasNews: Bool
    }

    func look(at map: Int64, by caller: Caller) async throws -> MapLook {
        let (mark, event) = try await store.read { tx -> (Mark?, Int64) in
            _ = try MapStore.require(map, in: tx)
            let event = try EventLog.newestID(in: tx)
            guard let user = Self.person(caller),
                let row = try tx.rows(
                    "SELECT row_id, seen_at FROM map_looks WHERE user_id = \(user) AND map_id = \(map)"
                ).first
            else { return (nil, event) }
            let last = try row.integer(0)
            let news = try tx.rows(
                "SELECT 1 FROM audit_log WHERE id > \(last) AND \(HistoryRow.concerns(on: map)) LIMIT 1")
            return (Mark(row: last, at: try row.get(1), hasNews: !news.isEmpty), event)
        }
        guard let mark else { return MapLook(map: map, eventID: event) }
        var look = MapLook(map: map, eventID: event, lookedAt: mark.at, row: mark.row)
        guard mark.hasNews else { return look }
        let (difference, then, _) = try await history.difference(on: map, from: .row(mark.row), to: .now)
        // What one moved oneself just before leaving is saved a moment after.
        look.count = difference.count(for: caller.name)
        // A clock that was set back must not hide what came since; nor does a cut.
        look.from = then.row == mark.row ? max(mark.at, then.at) : then.at
        look.isWhole = then.row == mark.row
        return look
    }

    /// What an event told is seen once the page has drawn it. An event that is forgotten proves nothing: the mark stays.
    func seen(_ draft: MapLookDraft, of map: Int64, by caller: Caller) async throws {
        try await store.write { tx in
            _ = try MapStore.require(map, in: tx)
            // Who acts as somebody else has not looked for them.
            guard let user = Self.person(caller), caller.behind == nil else { return }
            let reach = try HistoryReach(in: tx)
            var (row, at) = (reach.newest, reach.now)
            if let event = draft.eventID {
                guard event > 0 else { return }
                guard let found = try tx.rows("SELECT at FROM outbox WHERE id = \(event)").first else { return }
                at = try found.get(0)
                row = try reach.row(at: at, in: tx)
            }
            try tx.run(
                """
                INSERT INTO map_looks (user_id, map_id, row_id, seen_at) VALUES (\(user), \(map), \(row), \(at))
                ON CONFLICT (user_id, map_id) DO UPDATE SET row_id = excluded.row_id, seen_at = excluded.seen_at
                    WHERE map_looks.row_id <= excluded.row_id
                """)
        }
    }

    private static func person(_ caller: Caller) -> Int64? { caller.kind == .person ? caller.id : nil }
}

struct MapLookDraft: JSONBody, Equatable {
    /// The newest event that the page had drawn. Without it, everything up to now is seen.
    var eventID: Int64?
}

/// A person's last look at a map.
struct MapLook: JSONAnswer, Sendable {
    let map: Int64
    /// The newest event there is.
    let eventID: Int64
    /// Nil before the first.
    var lookedAt: Instant?
    var row: Int64 = 0
    var count = 0
    /// Where the comparison begins.
    var from: Instant?
    var isWhole = true

    static let shape: JSONShape = .object([
        .init(name: "map", shape: .integer, isRequired: true),
        .init(name: "event_id", shape: .integer, isRequired: true, summary: "The newest event there is."),
        .init(
            name: "looked_at", shape: .nullable(.format("date-time")), isRequired: true,
            summary: "Null before the first look, and for who is no person."),
        .init(
            name: "row", shape: .integer, isRequired: true, summary: "The last row of the audit trail that was seen."),
        .init(name: "count", shape: .integer, isRequired: true, summary: "What is different since."),
        .init(
            name: "from", shape: .nullable(.format("date-time")), isRequired: true,
            summary: "Where to begin the comparison with now; null where nothing is different."),
        .init(
            name: "is_whole", shape: .boolean, isRequired: true,
            summary: "False where retention has cut what happened after the look."),
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("map", map)
        writer.member("event_id", eventID)
        writer.member("looked_at", milliseconds: lookedAt?.milliseconds)
        writer.member("row", row)
        writer.member("count", count)
        writer.member("from", milliseconds: count > 0 ? from?.milliseconds : nil)
        writer.member("is_whole", isWhole)
        writer.endObject()
    }
}
