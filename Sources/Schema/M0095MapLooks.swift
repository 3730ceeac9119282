import Persistence

extension Migration {
    /// When each person last looked at each map: the row of the audit trail up to which its changes were seen.
    static let m0095MapLooks = Migration(number: 95, name: "map_looks") { _ in
        [
            """
            CREATE TABLE map_looks (
                user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                map_id BIGINT NOT NULL REFERENCES maps (id) ON DELETE CASCADE,
                row_id BIGINT NOT NULL,
                seen_at BIGINT NOT NULL,
                PRIMARY KEY (user_id, map_id)
            )
            """,
            "CREATE INDEX map_looks_by_map ON map_looks (map_id)",
        ]
    }
}
