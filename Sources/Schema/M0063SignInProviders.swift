import Persistence

extension Migration {
    /// Whom people may sign in with besides a password, which account there is which person here, and sign-ins that
    /// have gone to a provider and not come back yet. Client secrets are sealed by the vault.
    static let m0063SignInProviders = Migration(number: 63, name: "sign_in_providers") { dialect in
        [
            """
            CREATE TABLE sign_in_providers (
                id \(dialect.serialKey),
                slug TEXT NOT NULL UNIQUE,
                name TEXT NOT NULL,
                kind TEXT NOT NULL CHECK (kind IN ('github', 'google', 'oidc')),
                issuer TEXT NOT NULL,
                client_id TEXT NOT NULL,
                client_secret TEXT,
                scopes TEXT NOT NULL,
                is_enabled BIGINT NOT NULL CHECK (is_enabled IN (0, 1)),
                allowed_domains TEXT NOT NULL,
                opens_registration BIGINT NOT NULL CHECK (opens_registration IN (0, 1)),
                default_role TEXT NOT NULL CHECK (default_role IN ('viewer', 'editor', 'admin')),
                groups_claim TEXT NOT NULL,
                group_roles TEXT NOT NULL,
                syncs_roles BIGINT NOT NULL CHECK (syncs_roles IN (0, 1)),
                created_at BIGINT NOT NULL,
                updated_at BIGINT NOT NULL,
                revision BIGINT NOT NULL DEFAULT 1
            )
            """,
            """
            CREATE TABLE provider_identities (
                id \(dialect.serialKey),
                provider_id BIGINT NOT NULL REFERENCES sign_in_providers (id) ON DELETE CASCADE,
                subject TEXT NOT NULL,
                user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                email TEXT NOT NULL,
                linked_at BIGINT NOT NULL,
                last_used_at BIGINT,
                UNIQUE (provider_id, subject)
            )
            """,
            "CREATE INDEX provider_identities_by_user ON provider_identities (user_id)",
            """
            CREATE TABLE provider_attempts (
                state_hash TEXT PRIMARY KEY,
                browser_hash TEXT NOT NULL,
                provider_id BIGINT NOT NULL REFERENCES sign_in_providers (id) ON DELETE CASCADE,
                user_id BIGINT REFERENCES users (id) ON DELETE CASCADE,
                session_id BIGINT,
                return_to TEXT NOT NULL,
                redirect_uri TEXT NOT NULL,
                created_at BIGINT NOT NULL,
                expires_at BIGINT NOT NULL
            )
            """,
            "CREATE INDEX provider_attempts_by_provider ON provider_attempts (provider_id)",
            "CREATE INDEX provider_attempts_by_user ON provider_attempts (user_id)",
            "CREATE INDEX provider_attempts_by_age ON provider_attempts (expires_at)",
        ]
    }
}
