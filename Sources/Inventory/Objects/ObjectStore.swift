import JSONKit
import Kernel
import Persistence

/// Rows of objects. Synchronous, in a transaction somebody else opened.
enum ObjectStore {
    static func find(_ kind: Kind, id: Int64, isTrashed: Bool = false, in tx: any Session) throws -> Row? {
        let state: SQL = isTrashed ? "IS NOT NULL" : "IS NULL"
        return try tx.rows(
            "\(kind.select) WHERE o.id = \(id) AND o.kind = \(kind.name) AND o.deleted_at \(state)"
        ).first
    }

    static func require(_ kind: Kind, id: Int64, in tx: any Session) throws -> Row {
        if let row = try find(kind, id: id, in: tx) { return row }
        if let gone = try find(kind, id: id, isTrashed: true, in: tx) {
            throw AppError(
                .notFound, "\(gone.head(kind).name) is in the trash.", holders: [gone.head(kind)])
        }
        throw AppError.notFound("This \(kind.label.lowercased())")
    }

    /// The kind of a living object, or nil.
    static func kind(of id: Int64, in tx: any Session) throws -> Kind? {
        try tx.rows("SELECT kind FROM objects WHERE id = \(id) AND deleted_at IS NULL").first
            .flatMap { Kind.named(try $0.get("kind")) }
    }

    /// The tags of each of those objects, in order of their names.
    static func tags(of ids: [Int64], in tx: any Session) throws -> [Int64: [String]] {
        guard !ids.isEmpty else { return [:] }
        var tags: [Int64: [String]] = [:]
        let query: SQL =
            """
            SELECT l.object_id, g.name FROM object_tags l JOIN objects g ON g.id = l.tag_id AND g.deleted_at IS NULL
            WHERE l.object_id \(anyOf: ids) ORDER BY l.object_id, g.name_key
            """
        for row in try tx.rows(query) {
            guard let id = Int64(sqlValue: row[0]), let name = String(sqlValue: row[1]) else { continue }
            tags[id, default: []].append(name)
        }
        return tags
    }

    static func insert(
        _ kind: Kind, values: [String: SQLValue], source: String, sources: String, custom: String, in tx: any Session
    ) throws -> Int64 {
        let name = String(sqlValue: values["name"] ?? .null) ?? ""
        let id: Int64 = try tx.one(
            """
            INSERT INTO objects (kind, name, name_key, status, owner, icon, notes, source, sources, custom,
                created_at, updated_at)
            VALUES (\(kind.name), \(name), \(NameKey.of(name)), \(values["status"]), \(values["owner"]),
                \(values["icon"]), \(values["notes"]), \(source), \(sources), \(custom),
                \(tx.now.milliseconds), \(tx.now.milliseconds))
            RETURNING id
            """
        ).get("id")
        let bound: [SQL] = ["\(id)"] + kind.columns(values).map { "\($0.1)" }
        try tx.run("INSERT INTO \(.trusted(kind.table)) (\(kind.columnNames)) VALUES (\(.joined(bound)))")
        return id
    }

    static func update(
        _ kind: Kind, id: Int64, values: [String: SQLValue], changed: Set<String>, sources: String, custom: String,
        in tx: any Session
    ) throws {
        let name = String(sqlValue: values["name"] ?? .null) ?? ""
        try tx.run(
            """
            UPDATE objects SET name = \(name), name_key = \(NameKey.of(name)), status = \(values["status"]),
                owner = \(values["owner"]), icon = \(values["icon"]), notes = \(values["notes"]),
                sources = \(sources), custom = \(custom), revision = revision + 1,
                updated_at = \(tx.now.milliseconds)
            WHERE id = \(id)
            """)
        let own = kind.fields.filter { changed.contains($0.name) }
        guard !own.isEmpty else { return }
        let assignments = SQL.joined(kind.columns(values, of: own).map { "\(.trusted($0.0)) = \($0.1)" })
        try tx.run("UPDATE \(.trusted(kind.table)) SET \(assignments) WHERE id = \(id)")
    }
}

extension Kind {
    /// Columns of the kind's own table with their values, sort keys included.
    func columns(_ values: [String: SQLValue], of some: [Field]? = nil) -> [(String, SQLValue)] {
        (some ?? fields).flatMap { field -> [(String, SQLValue)] in
            let value = values[field.name] ?? .null
            return [(field.name, value)] + zip(field.keyColumns, field.keys(of: value)).map { ($0, $1) }
        }
    }
}
