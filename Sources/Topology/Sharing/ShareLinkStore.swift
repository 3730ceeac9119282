import Kernel
import Persistence

/// The table `share_links`.
enum ShareLinkStore {
    private static let columns: SQL = """
        l.id, l.label, l.map_id, m.name AS map_name, l.filter, l.hides_addresses, l.hides_names, l.maker_id, l.made_by,
        l.created_at, l.expires_at, l.revoked_at, l.last_used_at
        """
    private static let tables: SQL = "share_links l JOIN maps m ON m.id = l.map_id"

    struct NewLink: Sendable {
        let hash: String
        let label: String
        let map: Int64
        let filter: ShareFilter
        let redaction: Redaction
        let makerID: Int64?
        let madeBy: String
        let expiresAt: Instant
    }

    static func insert(_ link: NewLink, in tx: any Session) throws -> ShareLink {
        let id: Int64 = try tx.one(
            """
            INSERT INTO share_links (token_hash, label, map_id, filter, hides_addresses, hides_names, maker_id, made_by,
                created_at, expires_at)
            VALUES (\(link.hash), \(link.label), \(link.map), \(link.filter.text), \(link.redaction.hidesAddresses),
                \(link.redaction.hidesNames), \(link.makerID), \(link.madeBy), \(tx.now), \(link.expiresAt))
            RETURNING id
            """
        ).get("id")
        return try require(id, in: tx)
    }

    static func require(_ id: Int64, in tx: any Session) throws -> ShareLink {
        guard let row = try tx.rows("SELECT \(columns) FROM \(tables) WHERE l.id = \(id)").first else {
            throw missing
        }
        return try read(row)
    }

    static func find(hash: String, in tx: any Session) throws -> ShareLink? {
        try tx.rows("SELECT \(columns) FROM \(tables) WHERE l.token_hash = \(hash)").first.map(read)
    }

    /// Newest first.
    static func list(in tx: any Session) throws -> [ShareLink] {
        try tx.rows("SELECT \(columns) FROM \(tables) ORDER BY l.id DESC").map(read)
    }

    static func list(to map: Int64, in tx: any Session) throws -> [ShareLink] {
        try tx.rows("SELECT \(columns) FROM \(tables) WHERE l.map_id = \(map) ORDER BY l.id").map(read)
    }

    static func revoke(_ id: Int64, in tx: any Session) throws -> ShareLink {
        try tx.run("UPDATE share_links SET revoked_at = \(tx.now) WHERE id = \(id)")
        return try require(id, in: tx)
    }

    static func use(_ id: Int64, at moment: Instant, in tx: any Session) throws {
        try tx.run("UPDATE share_links SET last_used_at = \(moment) WHERE id = \(id)")
    }

    /// What ended a month ago, nobody looks at any more.
    static func deleteOld(in tx: any Session) throws {
        let old = tx.now - .seconds(30 * 86_400)
        try tx.run("DELETE FROM share_links WHERE expires_at < \(old) OR revoked_at < \(old)")
    }

    static var missing: AppError { AppError.notFound("This link") }

    private static func read(_ row: Row) throws -> ShareLink {
        var redaction = Redaction()
        redaction.hidesAddresses = try row.get("hides_addresses")
        redaction.hidesNames = try row.get("hides_names")
        return ShareLink(
            id: try row.get("id"), label: try row.get("label"), mapID: try row.get("map_id"),
            mapName: try row.get("map_name"), filter: try ShareFilter(stored: try row.get("filter")),
            redaction: redaction, makerID: try row.optional("maker_id"), madeBy: try row.get("made_by"),
            createdAt: try row.get("created_at"), expiresAt: try row.get("expires_at"),
            revokedAt: try row.optional("revoked_at"), lastUsedAt: try row.optional("last_used_at"))
    }
}
