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
        for reference in all { try announce(reference, by: caller, in: tx) }
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

    /// A reference that only read as none becomes none. Living objects have changed by that, and say so.
    private static func unlink(
        _ inbound: InboundReference, from ids: [Int64], by caller: Caller, in tx: any Session
    ) throws {
        let column: SQL = .trusted(inbound.field.name)
        let table: SQL = .trusted(inbound.kind.table)
        let living = try tx.rows(
            """
            SELECT o.id, t.\(column) AS target FROM \(table) t JOIN objects o ON o.id = t.id
            WHERE t.\(column) \(anyOf: ids) AND o.deleted_at IS NULL
            """)
        try tx.run("UPDATE \(table) SET \(column) = NULL WHERE \(column) \(anyOf: ids)")
        for row in living {
            let id: Int64 = try row.get("id")
            let before = JSONObject([(inbound.field.name, .integer(try row.get("target")))])
            try tx.run(
                "UPDATE objects SET revision = revision + 1, updated_at = \(tx.now.milliseconds) WHERE id = \(id)")
            try ObjectWriter.announce(
                .changed, inbound.kind, id: id, before: before, changed: [inbound.field.name], by: caller, in: tx)
        }
    }

    private static func announce(_ reference: ObjectReference, by caller: Caller, in tx: any Session) throws {
        guard let kind = Kind.named(reference.kind) else { return }
        var writer = JSONWriter()
        reference.write(to: &writer)
        try tx.emit(
            ObjectEvent(.purged, kind, id: reference.id, name: reference.name, payload: writer.bytes), by: caller)
    }
}
