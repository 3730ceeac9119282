import Persistence

extension Migration {
    /// Invitations of people. The link's secret is not here, only its digest.
    static let m0061Invitations = Migration(number: 61, name: "invitations") { dialect in
        [
            """
            CREATE TABLE invitations (
                id \(dialect.serialKey),
                email TEXT NOT NULL,
                email_key TEXT NOT NULL,
                role TEXT NOT NULL CHECK (role IN ('viewer', 'editor', 'admin')),
                token_hash TEXT NOT NULL UNIQUE,
                message_id TEXT,
                invited_by TEXT NOT NULL,
                sends BIGINT NOT NULL DEFAULT 1,
                created_at BIGINT NOT NULL,
                expires_at BIGINT NOT NULL,
                accepted_at BIGINT,
                user_id BIGINT REFERENCES users (id) ON DELETE SET NULL,
                revoked_at BIGINT
            )
            """,
            "CREATE INDEX invitations_by_email ON invitations (email_key)",
            "CREATE INDEX invitations_by_user ON invitations (user_id)",
        ]
    }
}
