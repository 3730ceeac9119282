import Persistence

extension Migration {
    /// Named maps and where people put nodes on them. There is always one map, and one that is shown first.
    static let m0030Maps = Migration(number: 30, name: "maps") { dialect in
        [
            """
            CREATE TABLE maps (
                id \(dialect.serialKey),
                name TEXT NOT NULL,
                name_key TEXT \(dialect.byteOrder) NOT NULL UNIQUE,
                is_default BIGINT NOT NULL CHECK (is_default IN (0, 1)),
                revision BIGINT NOT NULL DEFAULT 1
            )
            """,
            "CREATE UNIQUE INDEX maps_default ON maps (is_default) WHERE is_default = 1",
            """
            CREATE TABLE map_positions (
                map_id BIGINT NOT NULL REFERENCES maps (id) ON DELETE CASCADE,
                object_id BIGINT NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
                x DOUBLE PRECISION NOT NULL,
                y DOUBLE PRECISION NOT NULL,
                is_pinned BIGINT NOT NULL CHECK (is_pinned IN (0, 1)),
                PRIMARY KEY (map_id, object_id)
            )
            """,
            "CREATE INDEX map_positions_by_object ON map_positions (object_id)",
            "INSERT INTO maps (name, name_key, is_default) VALUES ('Main', 'main', 1)",
        ]
    }
}
