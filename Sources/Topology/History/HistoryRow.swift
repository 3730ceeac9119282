import JSONKit
import Kernel
import Persistence

/// One row of the audit trail about something the map follows: what is read of it to go back behind it.
struct HistoryRow: Sendable {
    enum Verb: String, Sendable {
        case created, changed, deleted, restored, purged
        /// Nodes of a map were moved, or all its places forgotten.
        case placed
        case forgotten = "places_forgotten"
    }

    enum Subject: Sendable, Equatable {
        case object(ObjectKind)
        case environment
        case tag
        case map

        init?(_ entity: String) {
            switch entity {
            case "environment": self = .environment
            case "tag": self = .tag
            case "map": self = .map
            default:
                guard let kind = ObjectKind(rawValue: entity) else { return nil }
                self = .object(kind)
            }
        }
    }

    let verb: Verb
    let subject: Subject
    let id: Int64
    /// Of a tag, an environment, and what was purged.
    let name: String
    /// JSON texts; what came after is read for comparisons only.
    let before: String?
    let after: String?
    /// Of moves: who did them.
    let actor: String

    static func object(_ text: String?) -> JSONObject? {
        text.flatMap { try? JSONParser.parse($0.utf8) }?.objectValue
    }
}

extension HistoryRow {
    /// What the map follows, as the audit trail names it.
    static let entities = ObjectKind.allCases.map(\.rawValue) + ["environment", "tag"]

    /// What happened to objects, and the moves on every map, or on one. Rows are read in the order of numbers or of time.
    /// Without the empty text, SQLite would gather all of the trail by `entity` instead, and sort it, for each question.
    static func concerns(on map: Int64? = nil) -> SQL {
        let moves = SQL.joined([Verb.placed, .forgotten].map { "\($0.rawValue)" })
        let which: SQL = map.map { " AND entity_id = \($0)" } ?? ""
        let kinds = SQL.joined(entities.map { "\($0)" })
        return "((entity || '') IN (\(kinds)) OR ((entity || '') = 'map' AND (action || '') IN (\(moves))\(which)))"
    }

    /// Rows of the trail with these numbers, newest first. A window of numbers, and not so many rows: each look is
    /// bounded, however few of the rows concern the map. Only what is needed is read: what came after only for comparisons.
    static func window(
        after low: Int64, through high: Int64, folding: Bool, in tx: any Session
    ) throws -> [HistoryRow] {
        var rows: [HistoryRow] = []
        let after: SQL = folding ? "CASE WHEN action IN ('changed', 'placed') THEN after_json END" : "NULL"
        try tx.each(
            """
            SELECT action, entity, entity_id, before_json, \(after),
                CASE WHEN action = 'purged' OR entity IN ('tag', 'environment') THEN entity_name END,
                CASE WHEN entity = 'map' THEN actor END
            FROM audit_log WHERE id > \(low) AND id <= \(high) AND \(concerns()) ORDER BY id DESC
            """
        ) { row in
            guard let verb = Verb(rawValue: try row.text(0)), let subject = Subject(try row.text(1)),
                let id = Int64(sqlValue: row[2])
            else { return }
            rows.append(
                HistoryRow(
                    verb: verb, subject: subject, id: id, name: try row.optional(5) ?? "",
                    before: try row.optional(3), after: try row.optional(4), actor: try row.optional(6) ?? ""))
        }
        return rows
    }
}
