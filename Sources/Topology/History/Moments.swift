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
        /// Whose moves are told; nil is every map.
        var map: Int64?
        var limit = 50
    }

    struct Moment: Sendable {
        let at: Instant
        /// The last row of it.
        var row: Int64
        let actor: String
        var count = 0
        var examples: [Example] = []
    }

    struct Example: Sendable {
        let verb: String
        let kind: String
        let id: Int64
        let name: String
        /// Of moves: how many.
        let nodes: Int?
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
                try Self.complete(&last, on: query.map, in: tx)
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
        var conditions: [SQL] = [HistoryRow.concerns(on: query.map), "id > \(cut)"]
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
            SELECT id, at, actor, action, entity, entity_id, entity_name, \(head("before_json")), \(head("after_json"))
            FROM audit_log
            WHERE \(.all(conditions)) ORDER BY \(order) LIMIT \(batch)
            """)
    }

    /// Of a row about moves its first bytes: they say how many.
    private static func head(_ column: SQL) -> SQL { "CASE WHEN entity = 'map' THEN substr(\(column), 1, 24) END" }

    private static func take(_ row: Row, into found: inout [Moment]) throws {
        let at: Instant = try row.get(1)
        let id = try row.integer(0)
        if found.last?.at != at { found.append(Moment(at: at, row: id, actor: try row.text(2))) }
        let index = found.count - 1
        found[index].row = max(found[index].row, id)
        found[index].count += 1
        if found[index].examples.count < mostExamples {
            let isMove = try row.text(4) == "map"
            found[index].examples.append(
                Example(
                    verb: try row.text(3), kind: try row.text(4), id: Int64(sqlValue: row[5]) ?? 0,
                    name: try row.text(6), nodes: isMove ? nodes(row) : nil))
        }
    }

    private static func nodes(_ row: Row) -> Int? {
        for column in [7, 8] {
            guard let text = String(sqlValue: row[column]), text.hasPrefix("{\"nodes\":") else { continue }
            return Int(text.dropFirst(9).prefix { $0.isNumber })
        }
        return nil
    }

    private static func complete(_ moment: inout Moment, on map: Int64?, in tx: any Session) throws {
        let row = try tx.one(
            "SELECT count(*), max(id) FROM audit_log WHERE at = \(moment.at) AND \(HistoryRow.concerns(on: map))")
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
                                    .init(
                                        name: "nodes", shape: .integer, isRequired: false,
                                        summary: "How many were moved; for `placed` and `places_forgotten`."),
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
                if let nodes = example.nodes { writer.member("nodes", nodes) }
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
