import Persistence

extension Migration {
    /// Accounts of people, and their sessions.
    static let m0010People = Migration(number: 10, name: "people") { dialect in
        [
            """
            CREATE TABLE users (
                id \(dialect.serialKey),
                email TEXT NOT NULL,
                email_key TEXT NOT NULL UNIQUE,
                display_name TEXT NOT NULL,
                role TEXT NOT NULL CHECK (role IN ('viewer', 'editor', 'admin')),
                is_active BIGINT NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
                password_hash TEXT NOT NULL,
                password_changed_at BIGINT NOT NULL,
                force_password_change BIGINT NOT NULL DEFAULT 0 CHECK (force_password_change IN (0, 1)),
                photo TEXT,
                theme TEXT,
                font TEXT,
                language TEXT,
                timezone TEXT,
                last_sign_in_at BIGINT,
                created_at BIGINT NOT NULL,
                updated_at BIGINT NOT NULL,
                revision BIGINT NOT NULL DEFAULT 1
            )
            """,
            """
            CREATE TABLE user_sessions (
                id \(dialect.serialKey),
                user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                token_hash TEXT NOT NULL UNIQUE,
                address TEXT NOT NULL,
                user_agent TEXT NOT NULL,
                created_at BIGINT NOT NULL,
                last_seen_at BIGINT NOT NULL
            )
            """,
            "CREATE INDEX user_sessions_by_user ON user_sessions (user_id, id)",
            "CREATE INDEX user_sessions_by_age ON user_sessions (created_at)",
        ]
    }
}
