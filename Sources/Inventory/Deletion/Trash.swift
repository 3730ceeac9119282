import JSONKit
import Kernel
import Persistence

/// Deleting in two steps: into the trash, from where an object comes back with everything that went with it, and for
/// good. Nothing is unlinked before the second step: a reference to something in the trash only reads as none.
enum Trash {
    static func delete(
        _ kind: Kind, id: Int64, cascade: Bool, expected: Int? = nil, by caller: Caller, in tx: any Session
    ) throws {
        let row = try ObjectStore.require(kind, id: id, in: tx)
        let root = row.head(kind)
        let revision = Int(sqlValue: row[Column.revision]) ?? 0
        if let expected, expected != revision {
            throw AppError(
                .stale, "\(root.name) was changed by somebody else in the meantime (revision \(revision)).")
        }
        let consequences = try Consequences(of: root, in: tx)
        if let first = consequences.blocks.first {
            throw AppError(
                .conflict, "\(root.name) is needed by \(first.name)\(more(consequences.blocks)).",
                holders: Array(consequences.blocks.prefix(20)))
        }
        if let first = consequences.deletes.first, !cascade {
            throw AppError(
                .conflict,
                "\(first.name)\(more(consequences.deletes)) would be deleted with \(root.name). Say so with cascade=true.",
                holders: Array(consequences.deletes.prefix(20)))
        }
        for reference in consequences.deletes { try mark(reference, with: root.id, by: caller, in: tx) }
        try mark(root, with: nil, by: caller, in: tx)
    }

    private static func more(_ all: [ObjectReference]) -> String {
        all.count > 1 ? " and \(all.count - 1) more" : ""
    }

    private static func mark(
        _ reference: ObjectReference, with root: Int64?, by caller: Caller, in tx: any Session
    ) throws {
        let revision: Int64 = try tx.one(
            """
            UPDATE objects SET deleted_at = \(tx.now.milliseconds), deleted_by = \(caller.name), deleted_with = \(root),
                revision = revision + 1
            WHERE id = \(reference.id) RETURNING revision
            """
        ).get("revision")
        try SearchIndex.remove([reference.id], in: tx)
        guard let kind = Kind.named(reference.kind) else { return }
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("id", reference.id)
        writer.member("kind", reference.kind)
        writer.member("name", reference.name)
        writer.member("revision", revision)
        writer.member("deleted_at", milliseconds: tx.now.milliseconds)
        writer.member("deleted_by", caller.name)
        writer.member("deleted_with", root)
        writer.endObject()
        try tx.emit(
            ObjectEvent(.deleted, kind, id: reference.id, name: reference.name, payload: writer.bytes), by: caller)
    }

    /// Brings an object back, and what was deleted with it. What belongs to something else that still lies in the trash
    /// waits there for that one.
    static func restore(_ id: Int64, by caller: Caller, in tx: any Session) throws -> ObjectReference {
        let root = try require(id, in: tx)
        let together = try tx.rows(
            """
            SELECT id, kind, name FROM objects WHERE deleted_with = \(id) AND deleted_at IS NOT NULL ORDER BY id
            LIMIT \(Consequences.most + 1)
            """
        ).map { try $0.reference() }
        let waiting = try Waiting(among: together, with: root, in: tx)
        for (reference, other) in waiting.others.sorted(by: { $0.key < $1.key }) {
            try tx.run("UPDATE objects SET deleted_with = \(other) WHERE id = \(reference)")
        }
        let all = [root] + together.filter { waiting.others[$0.id] == nil }
        try tx.run(
            """
            UPDATE objects SET deleted_at = NULL, deleted_by = NULL, deleted_with = NULL, revision = revision + 1,
                updated_at = \(tx.now.milliseconds)
            WHERE id \(anyOf: all.map(\.id))
            """)
        for reference in all {
            guard let kind = Kind.named(reference.kind) else { continue }
            try check(reference, kind, in: tx)
        }
        for reference in all {
            guard let kind = Kind.named(reference.kind) else { continue }
            try ObjectWriter.announce(.restored, kind, id: reference.id, before: nil, by: caller, in: tx)
        }
        return root
    }

    static func require(_ id: Int64, in tx: any Session) throws -> ObjectReference {
        guard
            let row = try tx.rows("SELECT id, kind, name FROM objects WHERE id = \(id) AND deleted_at IS NOT NULL")
                .first
        else { throw AppError.notFound("This object in the trash") }
        return try row.reference()
    }

    /// In the meantime its place may have been taken, or what it belongs to may have gone.
    private static func check(_ reference: ObjectReference, _ kind: Kind, in tx: any Session) throws {
        let row = try ObjectStore.require(kind, id: reference.id, in: tx)
        var checkup = Checkup(kind, id: reference.id, values: kind.values(row), before: [:], problems: [:], in: tx)
        for field in kind.references where field.isRequired {
            let target = checkup.integer(field.name) ?? 0
            guard try ObjectStore.kind(of: target, in: tx) == nil else { continue }
            let gone = try tx.rows("SELECT kind, name FROM objects WHERE id = \(target)").first
            let holder = try gone.map {
                ObjectReference(kind: try $0.get("kind"), id: target, name: try $0.get("name"))
            }
            throw AppError(
                .conflict,
                "\(reference.name) belongs to \(holder?.name ?? "something"), which is in the trash as well.",
                fields: [field.name: "Restore this first."], holders: holder.map { [$0] } ?? [])
        }
        // References that read as none while their object is in the trash are not checked as if they held.
        for field in kind.references where !field.isRequired {
            if let id = checkup.integer(field.name), try ObjectStore.kind(of: id, in: tx) == nil {
                checkup.set(field.name, .null)
            }
        }
        try kind.rules.check?(&checkup)
        if let problem = checkup.problems.min(by: { $0.key < $1.key }) {
            throw AppError(
                .conflict, "\(reference.name) no longer fits: \(problem.value)", fields: checkup.problems)
        }
        try Uniqueness.check(checkup)
        try Conflicts.check(checkup)
    }
}
