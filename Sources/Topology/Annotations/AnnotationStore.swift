import Kernel
import Persistence

/// The tables `map_annotations` and `map_annotation_members`.
enum AnnotationStore {
    static func list(on map: Int64, in tx: any Session) throws -> [Annotation] {
        var members: [Int64: [Int64]] = [:]
        try tx.each(
            """
            SELECT m.annotation_id, m.object_id FROM map_annotation_members m
            JOIN map_annotations a ON a.id = m.annotation_id
            WHERE a.map_id = \(map) ORDER BY m.annotation_id, m.object_id
            """
        ) { row in members[try row.integer(0), default: []].append(try row.integer(1)) }
        return try tx.rows("SELECT \(columns) FROM map_annotations WHERE map_id = \(map) ORDER BY id").map { row in
            try Annotation(row: row, members: members[try row.integer(0)] ?? [])
        }
    }

    static func require(_ id: Int64, on map: Int64, in tx: any Session) throws -> Annotation {
        let row = try tx.rows("SELECT \(columns) FROM map_annotations WHERE id = \(id) AND map_id = \(map)").first
        guard let row else { throw AppError.notFound("This part of the map") }
        return try Annotation(row: row, members: members(of: id, in: tx))
    }

    static func insert(_ content: AnnotationContent, on map: Int64, in tx: any Session) throws -> Annotation {
        let row = try tx.one(
            """
            INSERT INTO map_annotations (map_id, kind, text, colour, grouping, x, y)
            VALUES (\(map), \(content.kind.rawValue), \(content.text), \(content.colour.rawValue),
                \(content.grouping?.rawValue), \(content.x), \(content.y))
            RETURNING \(columns)
            """)
        let id = try row.integer(0)
        try put(content.members, of: id, in: tx)
        return try Annotation(row: row, members: members(of: id, in: tx))
    }

    static func update(_ id: Int64, _ content: AnnotationContent, in tx: any Session) throws -> Annotation {
        let row = try tx.one(
            """
            UPDATE map_annotations SET text = \(content.text), colour = \(content.colour.rawValue), x = \(content.x),
                y = \(content.y), revision = revision + 1
            WHERE id = \(id) RETURNING \(columns)
            """)
        try tx.run("DELETE FROM map_annotation_members WHERE annotation_id = \(id)")
        try put(content.members, of: id, in: tx)
        return try Annotation(row: row, members: members(of: id, in: tx))
    }

    static func delete(_ id: Int64, in tx: any Session) throws {
        try tx.run("DELETE FROM map_annotation_members WHERE annotation_id = \(id)")
        try tx.run("DELETE FROM map_annotations WHERE id = \(id)")
    }

    /// What is no node, or is gone, is left out.
    private static func put(_ members: [Int64], of id: Int64, in tx: any Session) throws {
        let kinds = SQL.joined(ObjectKind.nodes.map { "\($0.rawValue)" })
        for start in stride(from: 0, to: members.count, by: 400) {
            let listed = SQL.joined(members[start..<min(start + 400, members.count)].map { "\($0)" })
            try tx.run(
                """
                INSERT INTO map_annotation_members (annotation_id, object_id)
                SELECT a.id, o.id FROM objects o, map_annotations a
                WHERE a.id = \(id) AND o.id IN (\(listed)) AND o.kind IN (\(kinds))
                """)
        }
    }

    private static func members(of id: Int64, in tx: any Session) throws -> [Int64] {
        try tx.rows("SELECT object_id FROM map_annotation_members WHERE annotation_id = \(id) ORDER BY object_id")
            .map { try $0.integer(0) }
    }

    private static let columns: SQL = "id, map_id, kind, text, colour, grouping, x, y, revision"
}

extension Annotation {
    init(row: Row, members: [Int64]) throws {
        id = try row.integer(0)
        map = try row.integer(1)
        // A database from a newer version may know others.
        kind = Kind(rawValue: try row.text(2)) ?? .label
        text = try row.text(3)
        colour = Colour(rawValue: try row.text(4)) ?? .grey
        grouping = try row.optional(5, as: String.self).flatMap(Grouping.init)
        x = try row.get(6)
        y = try row.get(7)
        revision = try row.integer(8)
        self.members = members
    }
}
