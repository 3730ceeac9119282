import Persistence

extension Migration {
    /// How mail is sent, and what waits to be sent. Password and contents are sealed by the vault.
    static let m0060Mail = Migration(number: 60, name: "mail") { dialect in
        [
            """
            CREATE TABLE mail_settings (
                id BIGINT PRIMARY KEY CHECK (id = 1),
                revision BIGINT NOT NULL,
                changed_at BIGINT NOT NULL,
                is_enabled BIGINT NOT NULL CHECK (is_enabled IN (0, 1)),
                host TEXT NOT NULL,
                port BIGINT NOT NULL CHECK (port BETWEEN 1 AND 65535),
                security TEXT NOT NULL CHECK (security IN ('starttls', 'tls', 'none')),
                allows_plain BIGINT NOT NULL CHECK (allows_plain IN (0, 1)),
                username TEXT,
                password TEXT,
                from_address TEXT NOT NULL,
                from_name TEXT NOT NULL,
                link_base TEXT,
                authorities TEXT
            )
            """,
            """
            CREATE TABLE mail_queue (
                id \(dialect.serialKey),
                message_id TEXT NOT NULL UNIQUE,
                kind TEXT NOT NULL,
                recipient TEXT NOT NULL,
                subject TEXT NOT NULL,
                content TEXT,
                state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),
                attempts BIGINT NOT NULL DEFAULT 0,
                created_at BIGINT NOT NULL,
                due_at BIGINT NOT NULL,
                expires_at BIGINT NOT NULL,
                finished_at BIGINT,
                problem TEXT
            )
            """,
            "CREATE INDEX mail_queue_by_state ON mail_queue (state, due_at, id)",
        ]
    }
}
