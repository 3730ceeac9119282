import Persistence

extension Migration {
    /// How a map shows an object: its alias, colour and icon there. Null is as everywhere; a row that says nothing is
    /// kept, so that its revision counts on.
    static let m0098MapAppearances = Migration(number: 98, name: "map_appearances") { _ in
        [
            """
            CREATE TABLE map_appearances (
                map_id BIGINT NOT NULL REFERENCES maps (id) ON DELETE CASCADE,
                object_id BIGINT NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
                alias TEXT,
                colour TEXT,
                icon TEXT,
                revision BIGINT NOT NULL DEFAULT 1,
                PRIMARY KEY (map_id, object_id)
            )
            """,
            "CREATE INDEX map_appearances_by_object ON map_appearances (object_id)",
            "CREATE INDEX map_appearances_by_icon ON map_appearances (icon)",
        ]
    }
}
