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

    /// Answers with what is different now, and where it stood before: an id that is no node, or is gone meanwhile, is left
    /// out, and so is a node that stands there already. `others` are for nodes without a place.
    static func put(
        _ places: [Int64: Place], others: [Int64: Place], on map: Int64, in tx: any Session
    ) throws -> (before: [Int64: Place?], stored: [Int64: Place]) {
        var stored: [Int64: Place] = [:]
        var before: [Int64: Place?] = [:]
        let ids = Set(places.keys).union(others.keys).sorted()
        for start in stride(from: 0, to: ids.count, by: 400) {
            let part = ids[start..<min(start + 400, ids.count)]
            let known = try standing(part, on: map, in: tx)
            var rows: [SQL] = []
            for (id, old) in known {
                guard let place = places[id] ?? (old == nil ? others[id] : nil), place != old else { continue }
                stored[id] = place
                before[id] = .some(old)
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
        return (before, stored)
    }

    /// Which of these are nodes, and where they stand.
    private static func standing(
        _ ids: ArraySlice<Int64>, on map: Int64, in tx: any Session
    ) throws -> [(id: Int64, place: Place?)] {
        let listed = SQL.joined(ids.map { "\($0)" })
        let kinds = SQL.joined(ObjectKind.nodes.map { "\($0.rawValue)" })
        return try tx.rows(
            """
            SELECT o.id, p.x, p.y, p.is_pinned FROM objects o
            LEFT JOIN map_positions p ON p.object_id = o.id AND p.map_id = \(map)
            WHERE o.id IN (\(listed)) AND o.kind IN (\(kinds)) ORDER BY o.id
            """
        ).map { (try $0.integer(0), $0[1] == .null ? nil : try place($0, at: 1)) }
    }

    private static func place(_ row: Row, at index: Int) throws -> Place {
        Place(x: try row.get(index), y: try row.get(index + 1), isPinned: try row.get(index + 2))
    }

    /// Answers with what was forgotten.
    static func forgetPlaces(on map: Int64, in tx: any Session) throws -> [Int64: Place?] {
        var before: [Int64: Place?] = [:]
        try tx.each("SELECT object_id, x, y, is_pinned FROM map_positions WHERE map_id = \(map)") { row in
            before[try row.integer(0)] = .some(try place(row, at: 1))
        }
        try tx.run("DELETE FROM map_positions WHERE map_id = \(map)")
        return before
    }

    /// Every place on every map.
    static func places(in tx: any Session) throws -> SavedPlaces {
        var places = SavedPlaces()
        for map in try list(in: tx) { places.add(map.id, isDefault: map.isDefault) }
        try tx.each("SELECT map_id, object_id, x, y, is_pinned FROM map_positions") { row in
            places.set(try row.integer(1), try place(row, at: 2), on: try row.integer(0))
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
