import Persistence

extension Migration {
    /// Views of lists that people saved: filter, order and columns under a name, gone with the account.
    static let m0099ListViews = Migration(number: 99, name: "list_views") { dialect in
        [
            """
            CREATE TABLE list_views (
                id \(dialect.serialKey),
                user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                kind TEXT NOT NULL,
                name TEXT NOT NULL,
                name_key TEXT NOT NULL,
                is_shared BIGINT NOT NULL DEFAULT 0 CHECK (is_shared IN (0, 1)),
                content TEXT NOT NULL,
                revision BIGINT NOT NULL DEFAULT 1,
                created_at BIGINT NOT NULL,
                updated_at BIGINT NOT NULL,
                UNIQUE (user_id, kind, name_key)
            )
            """,
            "CREATE INDEX list_views_shared ON list_views (kind) WHERE is_shared = 1",
        ]
    }
}
