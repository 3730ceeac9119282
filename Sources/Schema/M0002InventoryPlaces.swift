import Persistence

extension Migration {
    static func inventoryPlaces(_ dialect: Dialect) -> [SQL] {
        [
            racksTable(dialect), locationsTable(dialect), environmentsTable(dialect), categoriesTable(dialect),
            tagsTable(dialect), customFieldsTable(dialect),
        ]
    }

    private static func racksTable(_ dialect: Dialect) -> SQL {
        """
        CREATE TABLE racks (
            id \(dialect.objectKey),
            height_units BIGINT NOT NULL,
            width_inches TEXT,
            depth_mm BIGINT,
            max_weight_kg DOUBLE PRECISION,
            max_power_watts BIGINT,
            numbered_from_top BIGINT CHECK (numbered_from_top IN (0, 1)),
            location_id BIGINT REFERENCES objects (id)
        )
        """
    }

    private static func locationsTable(_ dialect: Dialect) -> SQL {
        """
        CREATE TABLE locations (
            id \(dialect.objectKey),
            type TEXT,
            parent_id BIGINT REFERENCES objects (id),
            address TEXT,
            latitude DOUBLE PRECISION,
            longitude DOUBLE PRECISION
        )
        """
    }

    private static func environmentsTable(_ dialect: Dialect) -> SQL {
        """
        CREATE TABLE environments (
            id \(dialect.objectKey),
            color TEXT,
            description TEXT
        )
        """
    }

    private static func categoriesTable(_ dialect: Dialect) -> SQL {
        """
        CREATE TABLE categories (
            id \(dialect.objectKey),
            color TEXT,
            description TEXT
        )
        """
    }

    private static func tagsTable(_ dialect: Dialect) -> SQL {
        """
        CREATE TABLE tags (
            id \(dialect.objectKey),
            color TEXT,
            description TEXT
        )
        """
    }

    private static func customFieldsTable(_ dialect: Dialect) -> SQL {
        """
        CREATE TABLE custom_fields (
            id \(dialect.objectKey),
            for_kind TEXT,
            type TEXT NOT NULL,
            choices TEXT,
            help TEXT
        )
        """
    }

    static let inventoryPlacesIndexes: [SQL] = [
        "CREATE INDEX racks_by_location_id ON racks (location_id)",
        "CREATE INDEX locations_by_parent_id ON locations (parent_id)",
    ]
}
