import JSONKit
import Kernel
import Persistence

/// Deleting for good.
enum Purge {
    /// Removes an object in the trash, what was deleted with it, and what in the trash cannot be without it.
    static func run(_ id: Int64, by caller: Caller, in tx: any Session) throws {
        let root = try Trash.require(id, in: tx)
        let all = try [root] + dependents(of: root, in: tx)
        let ids = all.map(\.id)
        let records = try all.map { try record(of: $0, in: tx) }
        for (name, group) in Dictionary(grouping: all, by: \.kind) {
            guard let kind = Kind.named(name) else { continue }
            try tx.run("DELETE FROM \(.trusted(kind.table)) WHERE id \(anyOf: group.map(\.id))")
        }
        for (name, group) in Dictionary(grouping: all, by: \.kind).sorted(by: { $0.key < $1.key }) {
            guard let kind = Kind.named(name) else { continue }
            for inbound in kind.inbound { try unlink(inbound, from: group.map(\.id), by: caller, in: tx) }
        }
        try tx.run("DELETE FROM object_tags WHERE object_id \(anyOf: ids) OR tag_id \(anyOf: ids)")
        try tx.run("UPDATE objects SET deleted_with = NULL WHERE deleted_with \(anyOf: ids)")
        try tx.run("DELETE FROM objects WHERE id \(anyOf: ids)")
        for (reference, record) in zip(all, records) { try announce(reference, record, by: caller, in: tx) }
    }

    /// Everything that goes, for the audit trail: from it the lab can be drawn as it was before. `hidden_tags` are links
    /// to tags in the trash; `tagged` is whom a tag was on; `places` is where it stood on maps.
    private static func record(of reference: ObjectReference, in tx: any Session) throws -> JSONObject? {
        guard let kind = Kind.named(reference.kind),
            let row = try ObjectStore.find(kind, id: reference.id, isTrashed: true, in: tx)
        else { return nil }
        let tags = try ObjectStore.tags(of: [reference.id], in: tx)[reference.id] ?? []
        let custom = String(sqlValue: row[Column.custom]) ?? "{}"
        var record = ObjectAudit(kind, values: kind.values(row), tags: tags, custom: custom).all
        let hidden = try ids(
            """
            SELECT l.tag_id FROM object_tags l JOIN objects o ON o.id = l.tag_id
            WHERE l.object_id = \(reference.id) AND o.deleted_at IS NOT NULL ORDER BY l.tag_id
            """, in: tx)
        if !hidden.isEmpty { record["hidden_tags"] = .array(hidden) }
        let places = try places(of: reference.id, in: tx)
        if !places.isEmpty { record["places"] = .array(places) }
        if kind.name == Kind.tag.name {
            let query: SQL = "SELECT object_id FROM object_tags WHERE tag_id = \(reference.id) ORDER BY object_id"
            record["tagged"] = .array(try ids(query, in: tx))
        }
        return record
    }

    /// `[map, x, y, pinned]` for each map it stands on: they go with it.
    private static func places(of id: Int64, in tx: any Session) throws -> [JSONValue] {
        try tx.rows(
            "SELECT map_id, x, y, is_pinned FROM map_positions WHERE object_id = \(id) ORDER BY map_id"
        ).map { row in
            .array([
                .integer(try row.integer(0)), .number(try row.get(1)), .number(try row.get(2)),
                .integer(try row.integer(3)),
            ])
        }
    }

    private static func ids(_ query: SQL, in tx: any Session) throws -> [JSONValue] {
        try tx.rows(query).map { .integer(try $0.integer(0)) }
    }

    /// Everything that went along, and everything trashed earlier that refers to it by a reference it must have.
    private static func dependents(of root: ObjectReference, in tx: any Session) throws -> [ObjectReference] {
        var found: [ObjectReference] = []
        var known: Set<Int64> = [root.id]
        var frontier = try references(
            "SELECT id, kind, name FROM objects WHERE deleted_with = \(root.id) AND deleted_at IS NOT NULL", in: tx
        ).filter { known.insert($0.id).inserted }
        found += frontier
        frontier.append(root)
        while !frontier.isEmpty {
            var next: [ObjectReference] = []
            for (name, group) in Dictionary(grouping: frontier, by: \.kind) {
                for inbound in Kind.named(name)?.inbound ?? [] where inbound.field.isRequired {
                    next += try references(
                        """
                        SELECT o.id, o.kind, o.name FROM \(.trusted(inbound.kind.table)) t
                        JOIN objects o ON o.id = t.id
                        WHERE \(.trusted("t." + inbound.field.name)) \(anyOf: group.map(\.id))
                        """, in: tx
                    ).filter { known.insert($0.id).inserted }
                }
            }
            found += next
            frontier = next
        }
        return found
    }

    private static func references(_ query: SQL, in tx: any Session) throws -> [ObjectReference] {
        try tx.rows("\(query) ORDER BY 1 LIMIT 100000").map { try $0.reference() }
    }

    /// A reference that only read as none becomes none. Living objects have changed by that, and say so; of others only
    /// the audit trail is told.
    private static func unlink(
        _ inbound: InboundReference, from ids: [Int64], by caller: Caller, in tx: any Session
    ) throws {
        let column: SQL = .trusted(inbound.field.name)
        let table: SQL = .trusted(inbound.kind.table)
        let touched = try tx.rows(
            """
            SELECT o.id, t.\(column) AS target, o.name, o.deleted_at FROM \(table) t JOIN objects o ON o.id = t.id
            WHERE t.\(column) \(anyOf: ids) ORDER BY o.id
            """)
        try tx.run("UPDATE \(table) SET \(column) = NULL WHERE \(column) \(anyOf: ids)")
        for row in touched {
            let id: Int64 = try row.get("id")
            let before = JSONObject([(inbound.field.name, .integer(try row.get("target")))])
            if row[3] != .null {
                let after = JSONObject([(inbound.field.name, .null)])
                let entry = AuditEntry(
                    "changed", entity: inbound.kind.name, id: id, name: try row.get("name"),
                    before: JSONValue.object(before).text, after: JSONValue.object(after).text)
                try tx.audit(entry, by: caller)
                continue
            }
            try tx.run(
                "UPDATE objects SET revision = revision + 1, updated_at = \(tx.now.milliseconds) WHERE id = \(id)")
            try ObjectWriter.announce(
                .changed, inbound.kind, id: id, before: before, changed: [inbound.field.name], by: caller, in: tx)
        }
    }

    private static func announce(
        _ reference: ObjectReference, _ record: JSONObject?, by caller: Caller, in tx: any Session
    ) throws {
        guard let kind = Kind.named(reference.kind) else { return }
        var writer = JSONWriter()
        reference.write(to: &writer)
        try tx.emit(
            ObjectEvent(
                .purged, kind, id: reference.id, name: reference.name, payload: writer.bytes, before: record),
            by: caller)
    }
}
