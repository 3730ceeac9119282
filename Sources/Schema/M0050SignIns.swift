import Persistence

extension Migration {
    /// Sign-ins on their way, what locks them, and how fresh a session's proof is.
    static let m0050SignIns = Migration(number: 50, name: "sign_ins") { _ in
        [
            // Whose account a counter is about: several addresses may each have one.
            "ALTER TABLE sign_in_limits ADD COLUMN email_key TEXT",
            "CREATE INDEX sign_in_limits_by_account ON sign_in_limits (email_key)",
            // From where somebody has come in before: there a lock of the whole account does not hold.
            """
            CREATE TABLE user_addresses (
                user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                address TEXT NOT NULL,
                last_used_at BIGINT NOT NULL,
                PRIMARY KEY (user_id, address)
            )
            """,
            """
            CREATE TABLE sign_ins_in_progress (
                token_hash TEXT PRIMARY KEY,
                user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                state TEXT NOT NULL,
                address TEXT NOT NULL,
                user_agent TEXT NOT NULL,
                created_at BIGINT NOT NULL,
                expires_at BIGINT NOT NULL
            )
            """,
            "CREATE INDEX sign_ins_in_progress_by_user ON sign_ins_in_progress (user_id, created_at)",
            "CREATE INDEX sign_ins_in_progress_by_end ON sign_ins_in_progress (expires_at)",
            "ALTER TABLE user_sessions ADD COLUMN proven_at BIGINT",
            // An administrator's session that is spent as somebody else for a while. When that person is removed, the
            // session goes with the account: it must not turn back by itself.
            "ALTER TABLE user_sessions ADD COLUMN acting_as BIGINT REFERENCES users (id) ON DELETE CASCADE",
            "ALTER TABLE user_sessions ADD COLUMN acting_until BIGINT",
            "CREATE INDEX user_sessions_by_acting ON user_sessions (acting_as)",
        ]
    }
}
