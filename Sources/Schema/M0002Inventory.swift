import Persistence

extension Migration {
    /// What people documented. Every object has a row in `objects` and one in the table of its kind; ids are unique over
    /// all kinds, so that a relation to objects of several kinds is a real foreign key.
    static let m0002Inventory = Migration(number: 2, name: "inventory") { dialect in
        objects(dialect) + inventoryThings(dialect) + inventoryNetworks(dialect) + inventoryRelations(dialect)
            + inventoryPlaces(dialect)
            + inventoryThingsIndexes + inventoryNetworksIndexes + inventoryRelationsIndexes + inventoryPlacesIndexes
            + searchIndex(dialect)
    }

    private static func objects(_ dialect: Dialect) -> [SQL] {
        [
            """
            CREATE TABLE objects (
                id \(dialect.serialKey),
                kind TEXT NOT NULL,
                name TEXT NOT NULL,
                name_key TEXT \(dialect.byteOrder) NOT NULL,
                revision BIGINT NOT NULL DEFAULT 1,
                status TEXT,
                owner TEXT,
                icon TEXT,
                notes TEXT,
                source TEXT NOT NULL,
                sources TEXT NOT NULL DEFAULT '{}',
                custom TEXT NOT NULL DEFAULT '{}',
                created_at BIGINT NOT NULL,
                updated_at BIGINT NOT NULL,
                deleted_at BIGINT,
                deleted_by TEXT,
                deleted_with BIGINT REFERENCES objects (id)
            )
            """,
            "CREATE INDEX objects_by_name ON objects (kind, name_key, id) WHERE deleted_at IS NULL",
            "CREATE INDEX objects_by_change ON objects (kind, updated_at, id) WHERE deleted_at IS NULL",
            "CREATE INDEX objects_by_any_name ON objects (name_key, id) WHERE deleted_at IS NULL",
            "CREATE INDEX objects_deleted ON objects (deleted_at, id) WHERE deleted_at IS NOT NULL",
            "CREATE INDEX objects_deleted_with ON objects (deleted_with) WHERE deleted_with IS NOT NULL",
            """
            CREATE TABLE object_tags (
                object_id BIGINT NOT NULL REFERENCES objects (id),
                tag_id BIGINT NOT NULL REFERENCES objects (id),
                PRIMARY KEY (object_id, tag_id)
            )
            """,
            "CREATE INDEX object_tags_by_tag ON object_tags (tag_id, object_id)",
        ]
    }

    /// `name` and `body` hold words, folded and separated by single spaces, so that both engines split them alike.
    private static func searchIndex(_ dialect: Dialect) -> [SQL] {
        switch dialect {
        case .sqlite:
            [
                """
                CREATE VIRTUAL TABLE search_index USING fts5 (
                    name, body, summary UNINDEXED, tokenize = 'unicode61', prefix = '1 2 3'
                )
                """
            ]
        case .postgres:
            [
                """
                CREATE TABLE search_index (
                    rowid BIGINT PRIMARY KEY REFERENCES objects (id),
                    name TEXT NOT NULL,
                    body TEXT NOT NULL,
                    summary TEXT NOT NULL,
                    words TSVECTOR GENERATED ALWAYS AS (
                        setweight(to_tsvector('simple', name), 'A') || setweight(to_tsvector('simple', body), 'B')
                    ) STORED
                )
                """,
                "CREATE INDEX search_index_words ON search_index USING GIN (words)",
            ]
        }
    }
}

extension Dialect {
    /// The key of a kind's table. Only the word INTEGER makes it SQLite's own row id.
    var objectKey: SQL {
        switch self {
        case .sqlite: "INTEGER PRIMARY KEY REFERENCES objects (id)"
        case .postgres: "BIGINT PRIMARY KEY REFERENCES objects (id)"
        }
    }

    /// Sorted by bytes, as SQLite does by itself.
    var byteOrder: SQL {
        switch self {
        case .sqlite: ""
        case .postgres: "COLLATE \"C\""
        }
    }
}
