import Persistence

extension Migration {
    static func inventoryNetworks(_ dialect: Dialect) -> [SQL] {
        [
            networksTable(dialect), interfacesTable(dialect), addressesTable(dialect), ipRangesTable(dialect),
            vlansTable(dialect),
        ]
    }

    private static func networksTable(_ dialect: Dialect) -> SQL {
        """
        CREATE TABLE networks (
            id \(dialect.objectKey),
            cidr TEXT,
            cidr_lower TEXT,
            cidr_upper TEXT,
            vlan_id BIGINT REFERENCES objects (id),
            type TEXT,
            gateway TEXT,
            gateway_key TEXT,
            gateway_hardware_id BIGINT REFERENCES objects (id),
            location_id BIGINT REFERENCES objects (id),
            environment_id BIGINT REFERENCES objects (id),
            domain TEXT,
            dns_servers TEXT,
            has_dhcp BIGINT CHECK (has_dhcp IN (0, 1)),
            driver TEXT
        )
        """
    }

    private static func interfacesTable(_ dialect: Dialect) -> SQL {
        """
        CREATE TABLE interfaces (
            id \(dialect.objectKey),
            holder_id BIGINT NOT NULL REFERENCES objects (id),
            type TEXT,
            position BIGINT,
            mac TEXT,
            speed_mbps BIGINT,
            mtu BIGINT,
            enabled BIGINT CHECK (enabled IN (0, 1)),
            vlan_id BIGINT REFERENCES objects (id),
            network_id BIGINT REFERENCES objects (id),
            parent_id BIGINT REFERENCES objects (id),
            description TEXT
        )
        """
    }

    private static func addressesTable(_ dialect: Dialect) -> SQL {
        """
        CREATE TABLE addresses (
            id \(dialect.objectKey),
            address TEXT NOT NULL,
            address_key TEXT,
            holder_id BIGINT REFERENCES objects (id),
            interface_id BIGINT REFERENCES objects (id),
            network_id BIGINT REFERENCES objects (id),
            assignment TEXT,
            hostname TEXT
        )
        """
    }

    private static func ipRangesTable(_ dialect: Dialect) -> SQL {
        """
        CREATE TABLE ip_ranges (
            id \(dialect.objectKey),
            network_id BIGINT REFERENCES objects (id),
            first TEXT NOT NULL,
            first_key TEXT,
            last TEXT NOT NULL,
            last_key TEXT,
            purpose TEXT NOT NULL
        )
        """
    }

    private static func vlansTable(_ dialect: Dialect) -> SQL {
        """
        CREATE TABLE vlans (
            id \(dialect.objectKey),
            number BIGINT NOT NULL CHECK (number BETWEEN 1 AND 4094),
            location_id BIGINT REFERENCES objects (id),
            description TEXT
        )
        """
    }

    static let inventoryNetworksIndexes: [SQL] = [
        "CREATE INDEX networks_by_cidr ON networks (cidr_lower, cidr_upper)",
        "CREATE INDEX networks_by_vlan_id ON networks (vlan_id)",
        "CREATE INDEX networks_by_gateway ON networks (gateway_key)",
        "CREATE INDEX networks_by_gateway_hardware_id ON networks (gateway_hardware_id)",
        "CREATE INDEX networks_by_location_id ON networks (location_id)",
        "CREATE INDEX networks_by_environment_id ON networks (environment_id)",
        "CREATE INDEX interfaces_by_holder_id ON interfaces (holder_id)",
        "CREATE INDEX interfaces_by_mac ON interfaces (mac)",
        "CREATE INDEX interfaces_by_vlan_id ON interfaces (vlan_id)",
        "CREATE INDEX interfaces_by_network_id ON interfaces (network_id)",
        "CREATE INDEX interfaces_by_parent_id ON interfaces (parent_id)",
        "CREATE INDEX addresses_by_address ON addresses (address_key)",
        "CREATE INDEX addresses_by_holder_id ON addresses (holder_id)",
        "CREATE INDEX addresses_by_interface_id ON addresses (interface_id)",
        "CREATE INDEX addresses_by_network_id ON addresses (network_id)",
        "CREATE INDEX ip_ranges_by_network_id ON ip_ranges (network_id)",
        "CREATE INDEX ip_ranges_by_first ON ip_ranges (first_key)",
        "CREATE INDEX ip_ranges_by_last ON ip_ranges (last_key)",
        "CREATE INDEX vlans_by_location_id ON vlans (location_id)",
    ]
}
