import Kernel
import Persistence

/// The table `backup_targets`.
enum BackupPlaceStore {
    static func list(in tx: any Session) throws -> [BackupPlace] {
        try tx.rows("SELECT * FROM backup_targets ORDER BY id").map(BackupPlace.init(row:))
    }

    static func find(_ id: Int64, in tx: any Session) throws -> BackupPlace? {
        try tx.rows("SELECT * FROM backup_targets WHERE id = \(id)").first.map(BackupPlace.init(row:))
    }

    static func insert(_ place: BackupPlace, in tx: any Session) throws -> BackupPlace {
        try BackupPlace(
            row: tx.one(
                """
                INSERT INTO backup_targets (name, kind, is_enabled, path, endpoint, region, bucket, folder, key_id, secret,
                    authorities, changed_at)
                VALUES (\(place.name), \(place.kind.rawValue), \(place.isEnabled), \(place.path), \(place.endpoint),
                    \(place.region), \(place.bucket), \(place.folder), \(place.keyID), \(place.secret),
                    \(place.authorities), \(tx.now))
                RETURNING *
                """))
    }

    static func update(_ place: BackupPlace, in tx: any Session) throws -> BackupPlace {
        try BackupPlace(
            row: tx.one(
                """
                UPDATE backup_targets SET name = \(place.name), is_enabled = \(place.isEnabled), path = \(place.path),
                    endpoint = \(place.endpoint), region = \(place.region), bucket = \(place.bucket),
                    folder = \(place.folder), key_id = \(place.keyID), secret = \(place.secret),
                    authorities = \(place.authorities), changed_at = \(tx.now), revision = revision + 1
                WHERE id = \(place.id) RETURNING *
                """))
    }

    static func delete(_ id: Int64, in tx: any Session) throws {
        try tx.run("DELETE FROM backup_targets WHERE id = \(id)")
    }
}

extension BackupPlace {
    fileprivate init(row: Row) throws {
        guard let kind = Kind(rawValue: try row.get("kind")) else {
            throw PersistenceError.badValue(column: "kind", type: "BackupPlace.Kind")
        }
        self.init(
            id: try row.get("id"), name: try row.get("name"), kind: kind, isEnabled: try row.get("is_enabled"),
            path: try row.optional("path"), endpoint: try row.optional("endpoint"),
            region: try row.optional("region"), bucket: try row.optional("bucket"),
            folder: try row.optional("folder"), keyID: try row.optional("key_id"),
            secret: try row.optional("secret"), authorities: try row.optional("authorities"),
            revision: try row.get("revision"))
    }
}
