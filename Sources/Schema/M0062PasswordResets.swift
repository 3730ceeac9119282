import Persistence

extension Migration {
    /// Passwords that are forgotten: what was asked for, and the links that were sent. Of a link only its digest is kept.
    static let m0062PasswordResets = Migration(number: 62, name: "password_resets") { dialect in
        [
            """
            CREATE TABLE password_reset_requests (
                id \(dialect.serialKey),
                email_key TEXT NOT NULL,
                address TEXT NOT NULL,
                request_id TEXT NOT NULL,
                created_at BIGINT NOT NULL
            )
            """,
            """
            CREATE TABLE password_resets (
                id \(dialect.serialKey),
                user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                token_hash TEXT NOT NULL UNIQUE,
                message_id TEXT NOT NULL,
                created_at BIGINT NOT NULL,
                expires_at BIGINT NOT NULL
            )
            """,
            "CREATE INDEX password_resets_by_user ON password_resets (user_id)",
        ]
    }
}
