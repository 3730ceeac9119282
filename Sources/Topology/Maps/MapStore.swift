import GraphLayout
import Kernel
import Persistence

/// The tables `maps` and `map_positions`.
enum MapStore {
    static func list(in tx: any Session) throws -> [SavedMap] {
        try tx.rows("SELECT \(columns) FROM maps ORDER BY is_default DESC, name_key, id").map(SavedMap.init)
    }

    static func require(_ id: Int64, in tx: any Session) throws -> SavedMap {
        guard let row = try tx.rows("SELECT \(columns) FROM maps WHERE id = \(id)").first else {
            throw AppError.notFound("This map")
        }
        return try SavedMap(row: row)
    }

    static func insert(_ name: String, in tx: any Session) throws -> SavedMap {
        try SavedMap(
            row: tx.one(
                """
                INSERT INTO maps (name, name_key, is_default) VALUES (\(name), \(name.mapKey), 0) RETURNING \(columns)
                """))
    }

    static func update(
        _ id: Int64, name: String, isDefault: Bool, layout: LayoutKind, in tx: any Session
    ) throws -> SavedMap {
        if isDefault { try tx.run("UPDATE maps SET is_default = 0 WHERE id <> \(id) AND is_default = 1") }
        return try SavedMap(
            row: tx.one(
                """
                UPDATE maps SET name = \(name), name_key = \(name.mapKey), is_default = \(isDefault),
                    layout = \(layout.rawValue), revision = revision + 1
                WHERE id = \(id) RETURNING \(columns)
                """))
    }

    static func delete(_ id: Int64, in tx: any Session) throws {
        try tx.run("DELETE FROM map_positions WHERE map_id = \(id)")
        try tx.run("DELETE FROM maps WHERE id = \(id)")
    }

    /// Answers with what was stored: an id that is no node, or is gone meanwhile, is left out.
    static func put(_ places: [Int64: Place], on map: Int64, in tx: any Session) throws -> [Int64: Place] {
        var stored: [Int64: Place] = [:]
        let ids = places.keys.sorted()
        for start in stride(from: 0, to: ids.count, by: 400) {
            let part = ids[start..<min(start + 400, ids.count)]
            let listed = SQL.joined(part.map { "\($0)" })
            let kinds = SQL.joined(ObjectKind.nodes.map { "\($0.rawValue)" })
            let known = try tx.rows("SELECT id FROM objects WHERE id IN (\(listed)) AND kind IN (\(kinds))")
            var rows: [SQL] = []
            for row in known {
                let id = try row.integer(0)
                guard let place = places[id] else { continue }
                stored[id] = place
                rows.append("(\(map), \(id), \(place.x), \(place.y), \(place.isPinned))")
            }
            guard !rows.isEmpty else { continue }
            try tx.run(
                """
                INSERT INTO map_positions (map_id, object_id, x, y, is_pinned) VALUES \(SQL.joined(rows))
                ON CONFLICT (map_id, object_id) DO UPDATE
                    SET x = excluded.x, y = excluded.y, is_pinned = excluded.is_pinned
                """)
        }
        return stored
    }

    /// Answers with how many there were.
    static func forgetPlaces(on map: Int64, in tx: any Session) throws -> Int {
        try tx.run("DELETE FROM map_positions WHERE map_id = \(map)")
    }

    /// Every place on every map.
    static func places(in tx: any Session) throws -> SavedPlaces {
        var places = SavedPlaces()
        for map in try list(in: tx) { places.add(map.id, isDefault: map.isDefault) }
        try tx.each("SELECT map_id, object_id, x, y, is_pinned FROM map_positions") { row in
            let place = Place(x: try row.get(2), y: try row.get(3), isPinned: try row.get(4))
            places.set(try row.integer(1), place, on: try row.integer(0))
        }
        return places
    }

    private static let columns: SQL = "id, name, is_default, revision, layout"
}

extension SavedMap {
    init(row: Row) throws {
        id = try row.integer(0)
        name = try row.text(1)
        isDefault = try row.get(2)
        revision = try row.integer(3)
        // A database from a newer version may know others.
        layout = try row.optional(4, as: String.self).flatMap(LayoutKind.init) ?? .force
    }
}
