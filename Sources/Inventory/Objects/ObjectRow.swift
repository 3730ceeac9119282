import JSONKit
import Kernel
import Persistence

/// Where each column of `Kind.select` stands.
enum Column {
    static let id = 0
    static let revision = 1
    static let name = 2
    static let status = 3
    static let owner = 4
    static let icon = 5
    static let notes = 6
    static let source = 7
    static let sources = 8
    static let custom = 9
    static let createdAt = 10
    static let updatedAt = 11
    static let deletedAt = 12
    static let deletedBy = 13
    static let deletedWith = 14
    /// Own fields follow, then a name and a kind for each reference.
    static let ownFields = 15

    static let head = """
        o.id, o.revision, o.name, o.status, o.owner, o.icon, o.notes, o.source, o.sources, o.custom, o.created_at, \
        o.updated_at, o.deleted_at, o.deleted_by, o.deleted_with
        """
}

extension Kind {
    /// Everything an answer about an object says, in one row. A reference to something in the trash reads as none.
    static func select(table: String, fields: [Field], references: [Field]) -> (head: SQL, from: SQL) {
        var columns = fields.map { "t.\($0.name)" }
        var joins = ""
        for (index, reference) in references.enumerated() {
            columns += ["r\(index).name", "r\(index).kind"]
            joins +=
                " LEFT JOIN objects r\(index) ON r\(index).id = t.\(reference.name) AND r\(index).deleted_at IS NULL"
        }
        return (
            .trusted("SELECT \(([Column.head] + columns).joined(separator: ", "))"),
            .trusted("FROM objects o JOIN \(table) t ON t.id = o.id" + joins)
        )
    }

    /// Writes a row of `select` as JSON without building anything in between.
    func write(_ row: Row, tags: [String], to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", Int64(sqlValue: row[Column.id]))
        writer.name("kind")
        writer.string(name)
        writer.member("name", String(sqlValue: row[Column.name]))
        writer.member("revision", Int64(sqlValue: row[Column.revision]))
        writer.member("status", String(sqlValue: row[Column.status]))
        writer.member("owner", String(sqlValue: row[Column.owner]))
        writer.member("icon", String(sqlValue: row[Column.icon]))
        writer.member("notes", String(sqlValue: row[Column.notes]))
        writer.member("source", String(sqlValue: row[Column.source]))
        writer.name("sources")
        writer.raw(String(sqlValue: row[Column.sources]) ?? "{}")
        writer.member("tags", tags)
        writer.name("custom")
        writer.raw(String(sqlValue: row[Column.custom]) ?? "{}")
        writer.member("created_at", milliseconds: Int64(sqlValue: row[Column.createdAt]))
        writer.member("updated_at", milliseconds: Int64(sqlValue: row[Column.updatedAt]))
        if row[Column.deletedAt] != .null {
            writer.member("deleted_at", milliseconds: Int64(sqlValue: row[Column.deletedAt]))
            writer.member("deleted_by", String(sqlValue: row[Column.deletedBy]))
            writer.member("deleted_with", Int64(sqlValue: row[Column.deletedWith]))
        }
        writeOwnFields(row, to: &writer)
        writer.endObject()
    }

    private func writeOwnFields(_ row: Row, to writer: inout JSONWriter) {
        var target = Column.ownFields + writers.count
        for index in writers.indices {
            writers[index].write(row, at: Column.ownFields + index, target: &target, to: &writer)
        }
    }

    /// The stored value of each field, for comparing and checking.
    func values(_ row: Row) -> [String: SQLValue] {
        var values: [String: SQLValue] = [
            "name": row[Column.name], "status": row[Column.status], "owner": row[Column.owner],
            "icon": row[Column.icon], "notes": row[Column.notes],
        ]
        for (index, field) in fields.enumerated() {
            values[field.name] = field.canonical(row[Column.ownFields + index])
        }
        return values
    }
}

extension Row {
    /// Of a row with the columns `id`, `kind` and `name`.
    func reference() throws -> ObjectReference {
        ObjectReference(kind: try get("kind"), id: try get("id"), name: try get("name"))
    }

    func head(_ kind: Kind) -> ObjectReference {
        ObjectReference(
            kind: kind.name, id: Int64(sqlValue: self[Column.id]) ?? 0, name: String(sqlValue: self[Column.name]) ?? "")
    }
}
