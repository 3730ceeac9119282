import Persistence

extension Migration {
    /// Notes and runbooks. Their text is in `objects.notes`, as every object's is.
    static let m0101Notes = Migration(number: 101, name: "notes") { dialect in
        [
            """
            CREATE TABLE notes (
                id \(dialect.objectKey),
                type TEXT NOT NULL,
                folder TEXT,
                is_pinned BIGINT CHECK (is_pinned IN (0, 1))
            )
            """,
            "CREATE INDEX notes_by_folder ON notes (folder)",
        ]
    }
}
