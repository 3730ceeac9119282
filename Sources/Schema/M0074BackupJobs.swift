import Persistence

extension Migration {
    /// What was done with backups, and how it went.
    static let m0074BackupJobs = Migration(number: 74, name: "backup_jobs") { dialect in
        [
            """
            CREATE TABLE backup_jobs (
                id \(dialect.serialKey),
                kind TEXT NOT NULL CHECK (kind IN ('create', 'verify', 'rehearse', 'restore', 'drill', 'prune')),
                origin TEXT NOT NULL CHECK (origin IN ('person', 'schedule', 'timer')),
                state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed', 'cancelled', 'interrupted')),
                backup_name TEXT,
                started_by TEXT NOT NULL,
                started_at BIGINT NOT NULL,
                finished_at BIGINT,
                problem TEXT,
                report TEXT
            )
            """,
            "CREATE INDEX backup_jobs_by_kind ON backup_jobs (kind, origin, id)",
        ]
    }
}
