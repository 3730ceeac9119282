import Persistence

extension Migration {
    /// What is known of the backups at each target. Which are there is the target's word; this is what was found out.
    static let m0075BackupCopies = Migration(number: 75, name: "backup_copies") { dialect in
        [
            """
            CREATE TABLE backup_copies (
                id \(dialect.serialKey),
                target_id BIGINT NOT NULL REFERENCES backup_targets (id) ON DELETE CASCADE,
                name TEXT NOT NULL,
                size BIGINT NOT NULL,
                origin TEXT NOT NULL CHECK (origin IN ('person', 'schedule', 'timer', 'upload', 'replaced')),
                key_id TEXT,
                stored_at BIGINT NOT NULL,
                verified_at BIGINT,
                problem TEXT,
                UNIQUE (target_id, name)
            )
            """
        ]
    }
}
