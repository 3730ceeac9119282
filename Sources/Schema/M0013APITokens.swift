import Persistence

extension Migration {
    /// Tokens of programs. The token itself is not here, only its digest.
    static let m0013APITokens = Migration(number: 13, name: "api_tokens") { dialect in
        [
            """
            CREATE TABLE api_tokens (
                id \(dialect.serialKey),
                name TEXT NOT NULL,
                name_key TEXT NOT NULL UNIQUE,
                token_hash TEXT NOT NULL UNIQUE,
                scopes TEXT NOT NULL,
                owner_id BIGINT REFERENCES users (id) ON DELETE CASCADE,
                created_by TEXT NOT NULL,
                created_at BIGINT NOT NULL,
                expires_at BIGINT,
                last_used_at BIGINT,
                last_used_from TEXT
            )
            """,
            "CREATE INDEX api_tokens_by_owner ON api_tokens (owner_id)",
        ]
    }
}
