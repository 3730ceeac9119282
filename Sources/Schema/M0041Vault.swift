import Persistence

extension Migration {
    /// The vault's keys by name, never a key itself; which one is in use; and how far rotations came.
    static let m0041Vault = Migration(number: 41, name: "vault") { dialect in
        [
            """
            CREATE TABLE vault_keys (
                id TEXT PRIMARY KEY,
                version BIGINT NOT NULL UNIQUE CHECK (version > 0),
                fingerprint TEXT NOT NULL,
                source TEXT NOT NULL CHECK (source IN ('credential', 'environment', 'data_file')),
                created_at BIGINT NOT NULL,
                confirmed_at BIGINT,
                retired_at BIGINT
            )
            """,
            """
            CREATE TABLE vault (
                id BIGINT PRIMARY KEY CHECK (id = 1),
                current_key TEXT NOT NULL REFERENCES vault_keys (id),
                check_value TEXT NOT NULL
            )
            """,
            """
            CREATE TABLE vault_rotations (
                id \(dialect.serialKey),
                from_key TEXT,
                to_key TEXT NOT NULL REFERENCES vault_keys (id),
                started_at BIGINT NOT NULL,
                finished_at BIGINT,
                total BIGINT NOT NULL,
                done BIGINT NOT NULL
            )
            """,
        ]
    }
}
