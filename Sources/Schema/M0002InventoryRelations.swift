import Persistence

extension Migration {
    static func inventoryRelations(_ dialect: Dialect) -> [SQL] {
        [
            connectionsTable(dialect), dependenciesTable(dialect), networkMembershipsTable(dialect),
            networkPeersTable(dialect), clusterMembersTable(dialect),
        ]
    }

    private static func connectionsTable(_ dialect: Dialect) -> SQL {
        """
        CREATE TABLE connections (
            id \(dialect.objectKey),
            from_id BIGINT NOT NULL REFERENCES objects (id),
            from_port TEXT,
            to_id BIGINT NOT NULL REFERENCES objects (id),
            to_port TEXT,
            medium TEXT,
            speed_mbps BIGINT,
            cable_label TEXT,
            cable_color TEXT,
            cable_length_m DOUBLE PRECISION
        )
        """
    }

    private static func dependenciesTable(_ dialect: Dialect) -> SQL {
        """
        CREATE TABLE dependencies (
            id \(dialect.objectKey),
            from_id BIGINT NOT NULL REFERENCES objects (id),
            to_id BIGINT NOT NULL REFERENCES objects (id),
            purpose TEXT,
            strength TEXT
        )
        """
    }

    private static func networkMembershipsTable(_ dialect: Dialect) -> SQL {
        """
        CREATE TABLE network_memberships (
            id \(dialect.objectKey),
            member_id BIGINT NOT NULL REFERENCES objects (id),
            network_id BIGINT NOT NULL REFERENCES objects (id),
            link_type TEXT,
            speed_mbps BIGINT
        )
        """
    }

    private static func networkPeersTable(_ dialect: Dialect) -> SQL {
        """
        CREATE TABLE network_peers (
            id \(dialect.objectKey),
            network_a_id BIGINT NOT NULL REFERENCES objects (id),
            network_b_id BIGINT NOT NULL REFERENCES objects (id),
            relation TEXT
        )
        """
    }

    private static func clusterMembersTable(_ dialect: Dialect) -> SQL {
        """
        CREATE TABLE cluster_members (
            id \(dialect.objectKey),
            cluster_id BIGINT NOT NULL REFERENCES objects (id),
            member_id BIGINT NOT NULL REFERENCES objects (id),
            role TEXT
        )
        """
    }

    static let inventoryRelationsIndexes: [SQL] = [
        "CREATE INDEX connections_by_from_id ON connections (from_id)",
        "CREATE INDEX connections_by_to_id ON connections (to_id)",
        "CREATE INDEX dependencies_by_from_id ON dependencies (from_id)",
        "CREATE INDEX dependencies_by_to_id ON dependencies (to_id)",
        "CREATE INDEX network_memberships_by_member_id ON network_memberships (member_id)",
        "CREATE INDEX network_memberships_by_network_id ON network_memberships (network_id)",
        "CREATE INDEX network_peers_by_network_a_id ON network_peers (network_a_id)",
        "CREATE INDEX network_peers_by_network_b_id ON network_peers (network_b_id)",
        "CREATE INDEX cluster_members_by_cluster_id ON cluster_members (cluster_id)",
        "CREATE INDEX cluster_members_by_member_id ON cluster_members (member_id)",
    ]
}
