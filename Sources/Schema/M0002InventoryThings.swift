import Persistence

extension Migration {
    static func inventoryThings(_ dialect: Dialect) -> [SQL] {
        [
            hardwareTable(dialect), computeUnitsTable(dialect), servicesTable(dialect), storageTable(dialect),
            externalNodesTable(dialect), clustersTable(dialect), miscItemsTable(dialect),
        ]
    }

    private static func hardwareTable(_ dialect: Dialect) -> SQL {
        """
        CREATE TABLE hardware (
            id \(dialect.objectKey),
            role TEXT,
            vendor TEXT,
            model TEXT,
            serial_number TEXT,
            asset_tag TEXT,
            environment_id BIGINT REFERENCES objects (id),
            hostname TEXT,
            ip_address TEXT,
            ip_address_key TEXT,
            management_ip TEXT,
            management_ip_key TEXT,
            mac TEXT,
            port_count BIGINT,
            wan_uplink TEXT,
            download_speed_mbps BIGINT,
            upload_speed_mbps BIGINT,
            wifi_standards TEXT,
            wifi_bands TEXT,
            max_tx_power_dbm BIGINT,
            cpu TEXT,
            cpu_cores BIGINT,
            cpu_threads BIGINT,
            memory_mb BIGINT,
            os TEXT,
            os_version TEXT,
            software_platform TEXT,
            firmware_version TEXT,
            power_watts BIGINT,
            power_max_watts BIGINT,
            power_supplies BIGINT,
            location_id BIGINT REFERENCES objects (id),
            rack_id BIGINT REFERENCES objects (id),
            rack_unit BIGINT,
            height_units BIGINT,
            rack_face TEXT,
            is_full_depth BIGINT CHECK (is_full_depth IN (0, 1)),
            weight_kg DOUBLE PRECISION,
            purchased_on TEXT,
            warranty_until TEXT
        )
        """
    }

    private static func computeUnitsTable(_ dialect: Dialect) -> SQL {
        """
        CREATE TABLE compute_units (
            id \(dialect.objectKey),
            type TEXT NOT NULL,
            hardware_id BIGINT REFERENCES objects (id),
            platform TEXT,
            guest_id TEXT,
            image TEXT,
            environment_id BIGINT REFERENCES objects (id),
            hostname TEXT,
            ip_address TEXT,
            ip_address_key TEXT,
            mac TEXT,
            download_speed_mbps BIGINT,
            upload_speed_mbps BIGINT,
            os TEXT,
            os_version TEXT,
            cpu TEXT,
            cpu_cores BIGINT,
            memory_mb BIGINT,
            disk_gb BIGINT,
            starts_at_boot BIGINT CHECK (starts_at_boot IN (0, 1))
        )
        """
    }

    private static func servicesTable(_ dialect: Dialect) -> SQL {
        """
        CREATE TABLE services (
            id \(dialect.objectKey),
            runs_on_id BIGINT REFERENCES objects (id),
            category_id BIGINT REFERENCES objects (id),
            environment_id BIGINT REFERENCES objects (id),
            version TEXT,
            description TEXT,
            url TEXT,
            ip_address TEXT,
            ip_address_key TEXT,
            ports TEXT,
            hostname TEXT,
            image TEXT,
            container_id TEXT
        )
        """
    }

    private static func storageTable(_ dialect: Dialect) -> SQL {
        """
        CREATE TABLE storage (
            id \(dialect.objectKey),
            type TEXT,
            hardware_id BIGINT REFERENCES objects (id),
            parent_id BIGINT REFERENCES objects (id),
            capacity_bytes BIGINT,
            used_bytes BIGINT,
            path TEXT,
            protocol TEXT,
            raid_level TEXT,
            medium TEXT,
            model TEXT,
            serial_number TEXT,
            environment_id BIGINT REFERENCES objects (id)
        )
        """
    }

    private static func externalNodesTable(_ dialect: Dialect) -> SQL {
        """
        CREATE TABLE external_nodes (
            id \(dialect.objectKey),
            provider TEXT,
            type TEXT,
            region TEXT,
            hostname TEXT,
            ip_address TEXT,
            ip_address_key TEXT,
            url TEXT,
            environment_id BIGINT REFERENCES objects (id)
        )
        """
    }

    private static func clustersTable(_ dialect: Dialect) -> SQL {
        """
        CREATE TABLE clusters (
            id \(dialect.objectKey),
            type TEXT,
            location_id BIGINT REFERENCES objects (id),
            environment_id BIGINT REFERENCES objects (id),
            description TEXT
        )
        """
    }

    private static func miscItemsTable(_ dialect: Dialect) -> SQL {
        """
        CREATE TABLE misc_items (
            id \(dialect.objectKey),
            type TEXT,
            url TEXT,
            description TEXT
        )
        """
    }

    static let inventoryThingsIndexes: [SQL] = [
        "CREATE INDEX hardware_by_environment_id ON hardware (environment_id)",
        "CREATE INDEX hardware_by_ip_address ON hardware (ip_address_key)",
        "CREATE INDEX hardware_by_management_ip ON hardware (management_ip_key)",
        "CREATE INDEX hardware_by_mac ON hardware (mac)",
        "CREATE INDEX hardware_by_location_id ON hardware (location_id)",
        "CREATE INDEX hardware_by_rack_id ON hardware (rack_id)",
        "CREATE INDEX compute_units_by_hardware_id ON compute_units (hardware_id)",
        "CREATE INDEX compute_units_by_environment_id ON compute_units (environment_id)",
        "CREATE INDEX compute_units_by_ip_address ON compute_units (ip_address_key)",
        "CREATE INDEX compute_units_by_mac ON compute_units (mac)",
        "CREATE INDEX services_by_runs_on_id ON services (runs_on_id)",
        "CREATE INDEX services_by_category_id ON services (category_id)",
        "CREATE INDEX services_by_environment_id ON services (environment_id)",
        "CREATE INDEX services_by_ip_address ON services (ip_address_key)",
        "CREATE INDEX storage_by_hardware_id ON storage (hardware_id)",
        "CREATE INDEX storage_by_parent_id ON storage (parent_id)",
        "CREATE INDEX storage_by_environment_id ON storage (environment_id)",
        "CREATE INDEX external_nodes_by_ip_address ON external_nodes (ip_address_key)",
        "CREATE INDEX external_nodes_by_environment_id ON external_nodes (environment_id)",
        "CREATE INDEX clusters_by_location_id ON clusters (location_id)",
        "CREATE INDEX clusters_by_environment_id ON clusters (environment_id)",
    ]
}
