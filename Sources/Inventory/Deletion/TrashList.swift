import HTTPKit
import JSONKit
import Kernel
import Persistence

struct TrashItem: Sendable {
    let reference: ObjectReference
    let status: String?
    let icon: String?
    let deletedAt: Int64
    let deletedBy: String?
    /// What it was deleted with.
    let root: ObjectReference?
}

/// A page of the trash, the newest first.
struct TrashList: Sendable {
    private let kind: String?
    private let limit: Int
    private let cursor: ListCursor?
    private let isCounted: Bool

    init(_ items: [(name: String, value: String)]) throws {
        var reader = QueryReader(items)
        limit = reader.number("limit", in: 1...ListQuery.longestPage) ?? 50
        isCounted = reader.flag("count")
        kind = reader.single("kind")
        if let kind, Kind.named(kind) == nil { reader.refuse("kind", "There is no such kind.") }
        let text = reader.single("cursor")
        for (name, _) in reader.rest(except: ["limit", "count", "kind", "cursor"]) {
            reader.refuse(name, "There is no such filter.")
        }
        try reader.finish("The trash could not be read.")
        cursor = try text.map { try ListCursor(parsing: $0, sort: "trash") }
    }

    func page(of store: any Store) async throws -> Reply {
        var conditions: [SQL] = ["o.deleted_at IS NOT NULL"]
        if let kind { conditions.append("o.kind = \(kind)") }
        let count: SQL? = isCounted ? "SELECT COUNT(*) AS total FROM objects o WHERE \(.all(conditions))" : nil
        if let cursor {
            guard case .integer(let moment) = cursor.value else {
                throw AppError(.malformed, "The cursor is not one of this list; read the list from its beginning.")
            }
            conditions.append("(o.deleted_at, o.id) < (\(moment), \(cursor.id))")
        }
        let query: SQL =
            """
            SELECT o.id, o.kind, o.name, o.status, o.icon, o.deleted_at, o.deleted_by,
                w.id AS root_id, w.kind AS root_kind, w.name AS root_name
            FROM objects o LEFT JOIN objects w ON w.id = o.deleted_with
            WHERE \(.all(conditions)) ORDER BY o.deleted_at DESC, o.id DESC LIMIT \(limit + 1)
            """
        let limit = limit
        return try await store.read { tx in
            let items = try tx.rows(query).map(TrashItem.init)
            var writer = JSONWriter(capacity: 8_192)
            writer.beginObject()
            writer.name("items")
            Array(items.prefix(limit)).write(to: &writer)
            var next: String?
            if items.count > limit {
                let last = items[limit - 1]
                next = ListCursor(sort: "trash", value: .integer(last.deletedAt), id: last.reference.id).text
            }
            writer.member("next", next)
            if let count { writer.member("total", try tx.one(count).get("total", as: Int64.self)) }
            writer.endObject()
            return Reply(json: writer)
        }
    }
}

extension TrashItem {
    init(_ row: Row) throws {
        reference = try row.reference()
        status = try row.optional("status")
        icon = try row.optional("icon")
        deletedAt = try row.get("deleted_at")
        deletedBy = try row.optional("deleted_by")
        root = try row.optional("root_id", as: Int64.self).map {
            ObjectReference(kind: try row.get("root_kind"), id: $0, name: try row.get("root_name"))
        }
    }
}

extension TrashItem: JSONAnswer {
    static let shape: JSONShape = .object([
        .init(name: "kind", shape: .string, isRequired: true),
        .init(name: "id", shape: .integer, isRequired: true),
        .init(name: "name", shape: .string, isRequired: true),
        .init(name: "status", shape: .nullable(.string), isRequired: true),
        .init(name: "icon", shape: .nullable(.string), isRequired: true),
        .init(name: "deleted_at", shape: .format("date-time"), isRequired: true),
        .init(name: "deleted_by", shape: .nullable(.string), isRequired: true),
        .init(name: "deleted_with", shape: .nullable(ObjectReference.shape), isRequired: true),
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("kind", reference.kind)
        writer.member("id", reference.id)
        writer.member("name", reference.name)
        writer.member("status", status)
        writer.member("icon", icon)
        writer.member("deleted_at", milliseconds: deletedAt)
        writer.member("deleted_by", deletedBy)
        writer.name("deleted_with")
        if let root { root.write(to: &writer) } else { writer.null() }
        writer.endObject()
    }
}
