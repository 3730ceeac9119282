import Kernel
import Persistence

/// A rack, a location or an interface that fails. None of them is a node: with a rack or a location the hardware fails that
/// is in it, which only the inventory knows, and with an interface its cables and what only it joins its holder to.
struct FailedPlace: Sendable, Equatable {
    enum Kind: String, Sendable, CaseIterable {
        case rack
        case location
        case interface
    }

    let kind: Kind
    /// Of an interface, after that of who has it.
    let name: String
    /// Hardware by id, sorted; none of an interface.
    let members: [Int64]

    /// Those of these ids that are such places and not in the trash.
    static func all(of ids: [Int64], in tx: any Session) throws -> [Int64: FailedPlace] {
        let kinds = SQL.joined(Kind.allCases.map { "\($0.rawValue)" })
        let rows = try tx.rows(
            """
            SELECT o.id, o.kind, CASE WHEN h.name IS NULL THEN o.name ELSE h.name || ' ' || o.name END FROM objects o
            LEFT JOIN interfaces i ON i.id = o.id LEFT JOIN objects h ON h.id = i.holder_id
            WHERE o.id \(anyOf: ids) AND o.kind IN (\(kinds)) AND o.deleted_at IS NULL
            """)
        var places: [Int64: FailedPlace] = [:]
        for row in rows {
            let id = try row.integer(0)
            guard let kind = Kind(rawValue: try row.text(1)) else { continue }
            places[id] = FailedPlace(kind: kind, name: try row.text(2), members: try members(of: id, kind, in: tx))
        }
        return places
    }

    private static func members(of id: Int64, _ kind: Kind, in tx: any Session) throws -> [Int64] {
        let found: SQL? =
            switch kind {
            case .interface: nil
            case .rack: "SELECT id FROM hardware WHERE rack_id = \(id) ORDER BY id"
            case .location:
                """
                WITH RECURSIVE inside (id) AS (
                    SELECT id FROM locations WHERE id = \(id)
                    UNION SELECT l.id FROM locations l JOIN inside ON l.parent_id = inside.id
                )
                SELECT h.id FROM hardware h LEFT JOIN racks r ON r.id = h.rack_id
                WHERE COALESCE(h.location_id, r.location_id) IN (SELECT id FROM inside) ORDER BY h.id
                """
            }
        return try found.map { try tx.rows($0).map { try $0.integer(0) } } ?? []
    }
}
