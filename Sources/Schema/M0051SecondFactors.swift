import Persistence

extension Migration {
    /// What people prove themselves with besides a password.
    static let m0051SecondFactors = Migration(number: 51, name: "second_factors") { dialect in
        [
            // The seed is sealed by the vault. `last_step` is the newest time step whose code was taken.
            """
            CREATE TABLE user_totp (
                user_id BIGINT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
                seed_sealed TEXT NOT NULL,
                created_at BIGINT NOT NULL,
                confirmed_at BIGINT,
                last_step BIGINT NOT NULL DEFAULT 0
            )
            """,
            """
            CREATE TABLE user_recovery_codes (
                id \(dialect.serialKey),
                user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                code_hash TEXT NOT NULL,
                created_at BIGINT NOT NULL,
                used_at BIGINT,
                UNIQUE (user_id, code_hash)
            )
            """,
            // `site` is the name of this daemon as the browser saw it, which the key is bound to.
            """
            CREATE TABLE user_passkeys (
                id \(dialect.serialKey),
                user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                name TEXT NOT NULL,
                site TEXT NOT NULL,
                credential_id TEXT NOT NULL UNIQUE,
                public_key TEXT NOT NULL,
                sign_count BIGINT NOT NULL,
                transports TEXT NOT NULL,
                is_synced BIGINT NOT NULL CHECK (is_synced IN (0, 1)),
                created_at BIGINT NOT NULL,
                last_used_at BIGINT
            )
            """,
            "CREATE INDEX user_passkeys_by_user ON user_passkeys (user_id, id)",
            // What authenticators know a person by: random, so that it tells nothing.
            """
            CREATE TABLE user_handles (
                user_id BIGINT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
                handle TEXT NOT NULL UNIQUE
            )
            """,
            """
            CREATE TABLE passkey_challenges (
                challenge_hash TEXT PRIMARY KEY,
                purpose TEXT NOT NULL,
                user_id BIGINT REFERENCES users (id) ON DELETE CASCADE,
                expires_at BIGINT NOT NULL
            )
            """,
            "CREATE INDEX passkey_challenges_by_end ON passkey_challenges (expires_at)",
        ]
    }
}
