import Persistence

extension Migration {
    /// What of the things a machine saw was taken over, and as what; and a sum of the last difference told, so that a
    /// restart tells nothing twice. A link goes with its object when that is purged.
    static let m0040DiscoveryLinks = Migration(number: 40, name: "discovery_links") { _ in
        [
            """
            CREATE TABLE discovery_links (
                link_key TEXT PRIMARY KEY,
                object_id BIGINT NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
                accepted_at BIGINT NOT NULL,
                accepted_by TEXT NOT NULL
            )
            """,
            "CREATE INDEX discovery_links_by_object ON discovery_links (object_id)",
            """
            CREATE TABLE discovery_told (
                id BIGINT PRIMARY KEY CHECK (id = 1),
                digest TEXT NOT NULL
            )
            """,
        ]
    }
}
