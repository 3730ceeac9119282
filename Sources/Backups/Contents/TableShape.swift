import Persistence

/// A table as a backup sees it. The engine's own additions (generated columns, tables behind an index) are left out.
struct TableShape: Sendable, Equatable {
    struct Column: Sendable, Equatable {
        let name: String
        /// Ordered by its bytes.
        let isText: Bool
    }

    let name: String
    /// By name, so that either engine has the same order.
    let columns: [Column]
    /// The primary key in its order.
    let key: [String]

    init(name: String, columns: [Column], key: [String]) {
        self.name = name
        self.columns = columns.sorted { $0.name < $1.name }
        self.key = key.isEmpty ? self.columns.map(\.name) : key
    }

    /// All rows in the order that both engines agree on.
    func selection(_ dialect: Dialect, columns names: [String]? = nil) -> SQL {
        let texts = Set(columns.filter(\.isText).map(\.name))
        let order = key.map { name -> SQL in
            let column = SQL(identifier: name)
            guard texts.contains(name) else { return "\(column) NULLS FIRST" }
            return dialect == .postgres
                ? "\(column) COLLATE \"C\" NULLS FIRST" : "\(column) COLLATE BINARY NULLS FIRST"
        }
        let list = SQL.joined((names ?? columns.map(\.name)).map { SQL(identifier: $0) })
        return "SELECT \(list) FROM \(identifier: name) ORDER BY \(.joined(order))"
    }
}

/// The tables there are, as the database itself says: a new migration needs no list here.
enum Catalogue {
    /// How far the schema is goes into a backup as numbers of steps; each engine has its own checksums.
    static let steps = "schema_migrations"

    static func tables(in tx: any Session) throws -> [TableShape] {
        let tables =
            switch tx.dialect {
            case .sqlite: try sqlite(in: tx)
            case .postgres: try postgres(in: tx)
            }
        return tables.filter { $0.name != steps }.sorted { $0.name < $1.name }
    }

    private static func sqlite(in tx: any Session) throws -> [TableShape] {
        let found = try tx.rows(
            """
            SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
            """
        ).map { (name: try $0.text(0), isVirtual: try $0.text(1).hasPrefix("CREATE VIRTUAL TABLE")) }
        // A virtual table keeps its contents in tables of its own.
        let hidden = found.filter(\.isVirtual).map { $0.name + "_" }
        return try found.filter { table in !hidden.contains { table.name.hasPrefix($0) } }.map { table in
            let rows = try tx.rows("SELECT name, type, pk FROM pragma_table_info(\(table.name)) ORDER BY cid")
            var columns = try rows.map {
                TableShape.Column(name: try $0.text(0), isText: try $0.text(1).hasPrefix("TEXT"))
            }
            var key = try rows.map { (place: try $0.integer(2), name: try $0.text(0)) }.filter { $0.place > 0 }
                .sorted { $0.place < $1.place }.map(\.name)
            if table.isVirtual {
                columns.append(TableShape.Column(name: "rowid", isText: false))
                key = ["rowid"]
            }
            return TableShape(name: table.name, columns: columns, key: key)
        }
    }

    private static func postgres(in tx: any Session) throws -> [TableShape] {
        let rows = try tx.rows(
            """
            SELECT c.relname, a.attname, t.typcategory::text, array_position(i.indkey::int2[], a.attnum)
            FROM pg_class c
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
            JOIN pg_type t ON t.oid = a.atttypid
            LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
            WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
            ORDER BY c.relname COLLATE "C", a.attnum
            """)
        var columns: [String: [TableShape.Column]] = [:]
        var keys: [String: [(place: Int64, name: String)]] = [:]
        for row in rows {
            let (table, name) = (try row.text(0), try row.text(1))
            columns[table, default: []].append(.init(name: name, isText: try row.text(2) == "S"))
            if let place = try row.optional(3, as: Int64.self) { keys[table, default: []].append((place, name)) }
        }
        return columns.map { table, columns in
            TableShape(
                name: table, columns: columns,
                key: (keys[table] ?? []).sorted { $0.place < $1.place }.map(\.name))
        }
    }
}

/// The number a table's own counter gave last: a number is never used twice, not after a restore either.
enum Counters {
    static func last(of table: String, in tx: any Session) throws -> Int64? {
        switch tx.dialect {
        case .sqlite:
            guard try countsItself(table, in: tx) else { return nil }
            return try tx.rows("SELECT seq FROM sqlite_sequence WHERE name = \(table)").first?.integer(0) ?? 0
        case .postgres:
            guard let sequence = try sequence(of: table, in: tx) else { return nil }
            let row = try tx.one("SELECT last_value, is_called FROM \(sequence)")
            return try row.get(1, as: Bool.self) ? try row.integer(0) : 0
        }
    }

    static func set(_ last: Int64, of table: String, in tx: any Session) throws {
        switch tx.dialect {
        case .sqlite:
            guard try countsItself(table, in: tx) else { return }
            try tx.run("DELETE FROM sqlite_sequence WHERE name = \(table)")
            try tx.run("INSERT INTO sqlite_sequence (name, seq) VALUES (\(table), \(last))")
        case .postgres:
            guard let sequence = try sequence(of: table, in: tx) else { return }
            let name = sequence.render(.postgres).text
            _ = try tx.rows(
                "SELECT setval(\(name)::text::regclass, \(max(1, last)), \(last > 0 ? 1 : 0)::int::boolean)")
        }
    }

    private static func countsItself(_ table: String, in tx: any Session) throws -> Bool {
        let text = try tx.rows("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = \(table)").first?.text(0)
        return text?.contains("AUTOINCREMENT") ?? false
    }

    /// The server gives the name quoted, with its schema.
    private static func sequence(of table: String, in tx: any Session) throws -> SQL? {
        let column = try tx.rows(
            """
            SELECT a.attname FROM pg_attribute a
            WHERE a.attrelid = to_regclass(\("\"\(table)\"")::text) AND a.attidentity <> '' AND NOT a.attisdropped
            """
        ).first?.text(0)
        guard let column else { return nil }
        let name: String? = try tx.one("SELECT pg_get_serial_sequence(\("\"\(table)\"")::text, \(column)::text)")
            .optional(0)
        return name.map { SQL(verbatim: $0) }
    }
}
