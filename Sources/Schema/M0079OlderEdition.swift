import Persistence

extension Migration {
    /// What came from the older edition, so that a second import changes nothing; and secrets that have no place yet.
    static let m0079OlderEdition = Migration(number: 79, name: "older_edition") { dialect in
        [
            """
            CREATE TABLE older_rows (
                source TEXT NOT NULL,
                old_table TEXT NOT NULL,
                old_id TEXT NOT NULL,
                kind TEXT NOT NULL,
                new_id BIGINT NOT NULL,
                PRIMARY KEY (source, old_table, old_id)
            )
            """,
            """
            CREATE TABLE older_runs (
                id \(dialect.serialKey),
                source TEXT NOT NULL,
                at BIGINT NOT NULL,
                report TEXT NOT NULL
            )
            """,
            """
            CREATE TABLE kept_secrets (
                id \(dialect.serialKey),
                source TEXT NOT NULL,
                label TEXT NOT NULL,
                secret TEXT NOT NULL,
                created_at BIGINT NOT NULL,
                UNIQUE (source, label)
            )
            """,
        ]
    }
}
