import AuditProof
import Kernel

extension AuditRecord {
    init(_ entry: AuditEntry, by caller: Caller, at moment: Instant, after end: ChainLink) {
        self.init(
            id: end.id + 1, at: moment, actor: caller.name, actorKind: caller.kind.rawValue, actorID: caller.id,
            address: caller.address, requestID: caller.requestID, action: entry.action,
            severity: entry.severity.rawValue, entity: entry.entity, entityID: entry.entityID,
            entityName: entry.entityName, before: entry.before, after: entry.after, previousHash: end.hash)
        hash = expectedHash
    }

    static let columns: SQL = """
        id, at, actor, actor_kind, actor_id, address, request_id, action, severity, entity, entity_id, entity_name, \
        before_json, after_json, previous_hash, hash
        """

    /// Reads the columns above, by position. SQLite stores a text where a number belongs if somebody writes one there
    /// behind the daemon's back: such a value is read as one that no row has, and the row is named by its hash.
    init(row: Row) throws {
        self.init(
            id: try row.integer(0), at: Instant(milliseconds: Self.number(row[1]) ?? .min), actor: try row.text(2),
            actorKind: try row.text(3), actorID: row[4] == .null ? nil : Self.number(row[4]) ?? .min,
            address: try row.text(5), requestID: try row.text(6), action: try row.text(7),
            severity: try row.text(8), entity: try row.text(9),
            entityID: row[10] == .null ? nil : Self.number(row[10]) ?? .min, entityName: try row.text(11),
            before: try row.optional(12), after: try row.optional(13), previousHash: try row.text(14),
            hash: try row.text(15))
    }

    private static func number(_ value: SQLValue) -> Int64? {
        if case .integer(let number) = value { number } else { nil }
    }
}
