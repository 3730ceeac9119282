import HTTPKit
import JSONKit
import Kernel
import Persistence

/// The moments at which something of the map changed: what one person or machine did in one go.
struct Moments: Sendable {
    struct Query: Sendable {
        var isOldestFirst = false
        var from: Instant?
        var to: Instant?
        var limit = 50
    }

    struct Moment: Sendable {
        let at: Instant
        /// The last row of it.
        var row: Int64
        let actor: String
        var count = 0
        var examples: [(verb: String, kind: String, id: Int64, name: String)] = []
    }

    static let most = 200
    static let mostExamples = 5
    private static let batch = 500

    let store: any Store

    func list(_ query: Query) async throws -> (moments: [Moment], hasMore: Bool, reach: HistoryReach) {
        try await store.read { tx in
            let reach = try HistoryReach(in: tx)
            var found: [Moment] = []
            var edge = query.isOldestFirst ? query.from : query.to
            var isFirst = true
            while found.count <= query.limit {
                let rows = try Self.rows(query, edge, isFirst: isFirst, after: reach.cut, in: tx)
                isFirst = false
                for row in rows { try Self.take(row, into: &found) }
                guard rows.count == Self.batch, var last = found.popLast() else { break }
                // Where a batch ends, its last moment may go on: it is counted, and the next batch begins behind it.
                try Self.complete(&last, in: tx)
                found.append(last)
                edge = last.at
            }
            return (Array(found.prefix(query.limit)), found.count > query.limit, reach)
        }
    }

    /// The edge of the first batch is part of it where the list is newest first: `to` means "not later".
    private static func rows(
        _ query: Query, _ edge: Instant?, isFirst: Bool, after cut: Int64, in tx: any Session
    ) throws -> [Row] {
        var conditions: [SQL] = [HistoryRow.concerns, "id > \(cut)"]
        if query.isOldestFirst {
            if let edge { conditions.append("at > \(edge)") }
            if let to = query.to { conditions.append("at <= \(to)") }
        } else {
            if let edge { conditions.append(isFirst ? "at <= \(edge)" : "at < \(edge)") }
            if let from = query.from { conditions.append("at > \(from)") }
        }
        let order: SQL = query.isOldestFirst ? "at, id" : "at DESC, id DESC"
        return try tx.rows(
            """
            SELECT id, at, actor, action, entity, entity_id, entity_name FROM audit_log
            WHERE \(.all(conditions)) ORDER BY \(order) LIMIT \(batch)
            """)
    }

    private static func take(_ row: Row, into found: inout [Moment]) throws {
        let at: Instant = try row.get(1)
        let id = try row.integer(0)
        if found.last?.at != at { found.append(Moment(at: at, row: id, actor: try row.text(2))) }
        let index = found.count - 1
        found[index].row = max(found[index].row, id)
        found[index].count += 1
        if found[index].examples.count < mostExamples {
            found[index].examples.append(
                (try row.text(3), try row.text(4), Int64(sqlValue: row[5]) ?? 0, try row.text(6)))
        }
    }

    private static func complete(_ moment: inout Moment, in tx: any Session) throws {
        let row = try tx.one(
            "SELECT count(*), max(id) FROM audit_log WHERE at = \(moment.at) AND \(HistoryRow.concerns)")
        moment.count = Int(try row.integer(0))
        moment.row = try row.integer(1)
    }
}

extension Moments {
    static let shape: JSONShape = .object(
        [
            .init(name: "now", shape: .format("date-time"), isRequired: true)
        ] + HistoryReach.members + [
            .init(name: "has_more", shape: .boolean, isRequired: true),
            .init(
                name: "items",
                shape: .array(
                    .object([
                        .init(name: "at", shape: .format("date-time"), isRequired: true),
                        .init(name: "row", shape: .integer, isRequired: true),
                        .init(
                            name: "actor", shape: .string, isRequired: false, summary: "For who may read the audit log."
                        ),
                        .init(name: "count", shape: .integer, isRequired: true),
                        .init(
                            name: "examples",
                            shape: .array(
                                .object([
                                    .init(name: "change", shape: .string, isRequired: true),
                                    .init(name: "kind", shape: .string, isRequired: true),
                                    .init(name: "id", shape: .integer, isRequired: true),
                                    .init(name: "name", shape: .string, isRequired: true),
                                ])), isRequired: true),
                    ])), isRequired: true),
        ])

    static func answer(_ moments: [Moment], hasMore: Bool, _ reach: HistoryReach, showsActor: Bool) -> JSONWriter {
        var writer = JSONWriter(capacity: 4_096)
        writer.beginObject()
        writer.member("now", milliseconds: reach.now.milliseconds)
        reach.writeMembers(to: &writer)
        writer.member("has_more", hasMore)
        writer.name("items")
        writer.beginArray()
        for moment in moments {
            writer.beginObject()
            writer.member("at", milliseconds: moment.at.milliseconds)
            writer.member("row", moment.row)
            if showsActor { writer.member("actor", moment.actor) }
            writer.member("count", moment.count)
            writer.name("examples")
            writer.beginArray()
            for example in moment.examples {
                writer.beginObject()
                writer.member("change", example.verb)
                writer.member("kind", example.kind)
                writer.member("id", example.id)
                writer.member("name", example.name)
                writer.endObject()
            }
            writer.endArray()
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer
    }
}
