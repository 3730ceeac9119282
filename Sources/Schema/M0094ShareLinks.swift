import Persistence

extension Migration {
    /// Links by which people without an account see a map. Of the secret only its digest is kept. `maker_id` is no
    /// reference: a link outlives the account in the list, and works no more.
    static let m0094ShareLinks = Migration(number: 94, name: "share_links") { dialect in
        [
            """
            CREATE TABLE share_links (
                id \(dialect.serialKey),
                token_hash TEXT NOT NULL UNIQUE,
                label TEXT NOT NULL,
                map_id BIGINT NOT NULL REFERENCES maps (id) ON DELETE CASCADE,
                filter TEXT NOT NULL,
                hides_addresses BIGINT NOT NULL CHECK (hides_addresses IN (0, 1)),
                hides_names BIGINT NOT NULL CHECK (hides_names IN (0, 1)),
                maker_id BIGINT,
                made_by TEXT NOT NULL,
                created_at BIGINT NOT NULL,
                expires_at BIGINT NOT NULL,
                revoked_at BIGINT,
                last_used_at BIGINT
            )
            """,
            "CREATE INDEX share_links_by_map ON share_links (map_id)",
        ]
    }
}
