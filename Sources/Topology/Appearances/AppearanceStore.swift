import Persistence

/// The table `map_appearances`.
enum AppearanceStore {
    /// What a map says of those that are nodes and still there, plain where it says nothing; by id.
    static func nodes(_ ids: [Int64], on map: Int64, in tx: any Session) throws -> [DressedNode] {
        let kinds = SQL.joined(ObjectKind.nodes.map { "\($0.rawValue)" })
        return try tx.rows(
            """
            SELECT o.id, o.name, a.alias, a.colour, a.icon, a.revision FROM objects o
            LEFT JOIN map_appearances a ON a.object_id = o.id AND a.map_id = \(map)
            WHERE o.id \(anyOf: ids) AND o.kind IN (\(kinds)) ORDER BY o.id
            """
        ).map { row in
            DressedNode(
                id: try row.integer(0), name: try row.optional(1), appearance: try Appearance(row: row, from: 2))
        }
    }

    /// The revision is the next one.
    static func put(_ appearance: Appearance, of id: Int64, on map: Int64, in tx: any Session) throws -> Appearance {
        let row = try tx.one(
            """
            INSERT INTO map_appearances (map_id, object_id, alias, colour, icon)
            VALUES (\(map), \(id), \(appearance.alias), \(appearance.colour?.rawValue), \(appearance.icon))
            ON CONFLICT (map_id, object_id) DO UPDATE SET alias = excluded.alias, colour = excluded.colour,
                icon = excluded.icon, revision = map_appearances.revision + 1
            RETURNING alias, colour, icon, revision
            """)
        return try Appearance(row: row, from: 0)
    }

    /// Everything that maps say, put on the places.
    static func read(into maps: inout SavedPlaces, in tx: any Session) throws {
        try tx.each("SELECT map_id, object_id, alias, colour, icon, revision FROM map_appearances") { row in
            maps.dress(try row.integer(1), try Appearance(row: row, from: 2), on: try row.integer(0))
        }
    }
}

extension Appearance {
    init(row: Row, from start: Int) throws {
        alias = try row.optional(start)
        // A database from a newer version may know others.
        colour = try row.optional(start + 1, as: String.self).flatMap(Annotation.Colour.init)
        icon = try row.optional(start + 2)
        revision = try row.optional(start + 3) ?? 0
    }
}
