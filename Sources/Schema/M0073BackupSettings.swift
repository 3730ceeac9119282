import Persistence

extension Migration {
    /// How backups are made, and where they are kept. The key and the secrets of stores are sealed by the vault; schedules
    /// and keep rules are JSON. The folder `backups` of the data directory is a target from the start.
    static let m0073BackupSettings = Migration(number: 73, name: "backup_settings") { dialect in
        [
            """
            CREATE TABLE backup_settings (
                id BIGINT PRIMARY KEY CHECK (id = 1),
                revision BIGINT NOT NULL,
                changed_at BIGINT NOT NULL,
                backup_key TEXT,
                key_id TEXT,
                key_set_at BIGINT,
                timezone TEXT NOT NULL,
                schedule TEXT NOT NULL,
                schedule_since BIGINT NOT NULL,
                keep TEXT NOT NULL,
                drill TEXT NOT NULL,
                drill_since BIGINT NOT NULL
            )
            """,
            """
            CREATE TABLE backup_targets (
                id \(dialect.serialKey),
                name TEXT NOT NULL UNIQUE,
                kind TEXT NOT NULL CHECK (kind IN ('local', 'directory', 's3')),
                is_enabled BIGINT NOT NULL CHECK (is_enabled IN (0, 1)),
                path TEXT,
                endpoint TEXT,
                region TEXT,
                bucket TEXT,
                folder TEXT,
                key_id TEXT,
                secret TEXT,
                authorities TEXT,
                changed_at BIGINT NOT NULL,
                revision BIGINT NOT NULL DEFAULT 1
            )
            """,
            """
            INSERT INTO backup_targets (name, kind, is_enabled, changed_at) VALUES ('This machine', 'local', 1, 0)
            """,
        ]
    }
}
