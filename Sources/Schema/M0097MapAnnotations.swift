import Persistence

extension Migration {
    /// Boundaries and free labels that people draw on a map, and the objects that a boundary goes around.
    static let m0097MapAnnotations = Migration(number: 97, name: "map_annotations") { dialect in
        [
            """
            CREATE TABLE map_annotations (
                id \(dialect.serialKey),
                map_id BIGINT NOT NULL REFERENCES maps (id) ON DELETE CASCADE,
                kind TEXT NOT NULL,
                text TEXT NOT NULL,
                colour TEXT NOT NULL,
                grouping TEXT,
                x DOUBLE PRECISION NOT NULL,
                y DOUBLE PRECISION NOT NULL,
                revision BIGINT NOT NULL DEFAULT 1
            )
            """,
            "CREATE INDEX map_annotations_by_map ON map_annotations (map_id)",
            """
            CREATE TABLE map_annotation_members (
                annotation_id BIGINT NOT NULL REFERENCES map_annotations (id) ON DELETE CASCADE,
                object_id BIGINT NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
                PRIMARY KEY (annotation_id, object_id)
            )
            """,
            "CREATE INDEX map_annotation_members_by_object ON map_annotation_members (object_id)",
        ]
    }
}
