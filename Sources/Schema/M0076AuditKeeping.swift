import Persistence

extension Migration {
    /// What the daemon signs about its history: the keys, where retention has cut, where the chain stood; and the rule.
    static let m0076AuditKeeping = Migration(number: 76, name: "audit_keeping") { dialect in
        [
            """
            CREATE TABLE audit_keys (
                id \(dialect.serialKey),
                made_at BIGINT NOT NULL,
                public_key TEXT NOT NULL UNIQUE,
                seed_sealed TEXT NOT NULL
            )
            """,
            """
            CREATE TABLE audit_checkpoints (
                last_id \(dialect.rowKey),
                hash TEXT NOT NULL,
                removed BIGINT NOT NULL,
                at BIGINT NOT NULL,
                public_key TEXT NOT NULL,
                signature TEXT NOT NULL
            )
            """,
            """
            CREATE TABLE audit_anchors (
                last_id \(dialect.rowKey),
                hash TEXT NOT NULL,
                removed BIGINT NOT NULL,
                at BIGINT NOT NULL,
                public_key TEXT NOT NULL,
                signature TEXT NOT NULL
            )
            """,
            """
            CREATE TABLE audit_retention (
                id BIGINT PRIMARY KEY CHECK (id = 1),
                revision BIGINT NOT NULL,
                changed_at BIGINT NOT NULL,
                keep_days BIGINT CHECK (keep_days > 0),
                at_hour BIGINT NOT NULL CHECK (at_hour BETWEEN 0 AND 23),
                ran_at BIGINT,
                outcome TEXT
            )
            """,
        ]
    }
}
