import Foundation
import TestSupport

@testable import Persistence
@testable import Schema

/// Rows for every table of a schema, made from what SQLite knows of it: the statements run on both engines. A new
/// migration needs nothing here, unless its tables have conditions of a new form.
struct SchemaFiller {
    struct Column {
        let name: String
        let type: String
        let isNeeded: Bool
        let target: (table: String, column: String)?
        /// What the column's own condition allows, if it has one.
        let allowed: [String]?
    }

    struct Table {
        let name: String
        let columns: [Column]
        /// Of tables that hold one row only.
        let isSingle: Bool
        /// Columns that stay empty, because what they would refer to comes later.
        var empty: Set<String> = []
    }

    let tables: [Table]

    /// The tables as they are after these steps, those that are referred to first.
    init(steps: [Migration]) async throws {
        let store = try await Engine.sqlite.emptyStore()
        try await Migrator(store, steps: steps).migrate()
        let found = try await store.read { tx in try Self.tables(in: tx) }
        try await store.close()
        var sorted: [Table] = []
        var rest = found
        while !rest.isEmpty {
            let known = Set(sorted.map(\.name))
            func waits(_ table: Table, _ column: Column) -> Bool {
                guard let target = column.target?.table else { return false }
                return target != table.name && !known.contains(target)
            }
            let next =
                rest.firstIndex { table in !table.columns.contains { waits(table, $0) } }
                ?? rest.firstIndex { table in !table.columns.contains { $0.isNeeded && waits(table, $0) } } ?? 0
            var table = rest.remove(at: next)
            // Tables that refer to each other: one side says nothing yet.
            table.empty = Set(table.columns.filter { waits(table, $0) }.map(\.name))
            sorted.append(table)
        }
        tables = sorted
    }

    private static func tables(in tx: any Session) throws -> [Table] {
        try tx.rows(
            """
            SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'
                AND name NOT LIKE 'search_index%' AND name <> 'schema_migrations' ORDER BY name
            """
        ).map { row in
            let name = try row.text(0)
            let text = try row.text(1)
            let targets = try tx.rows("SELECT \"from\", \"table\", \"to\" FROM pragma_foreign_key_list(\(name))")
            let columns = try tx.rows(
                "SELECT name, type, \"notnull\", pk FROM pragma_table_info(\(name)) ORDER BY cid"
            ).map { column in
                let columnName = try column.text(0)
                let target = try targets.first { try $0.text(0) == columnName }
                let isKey = try column.integer(3) > 0
                return Column(
                    name: columnName, type: try column.text(1).uppercased(),
                    isNeeded: try column.integer(2) == 1 || isKey,
                    target: try target.map { (try $0.text(1), try $0.optional(2) ?? "id") },
                    allowed: allowed(columnName, in: text, isKey: isKey))
            }
            return Table(name: name, columns: columns, isSingle: text.contains("CHECK (id = 1)"))
        }
    }

    /// Values for both rows that a condition such as `CHECK (role IN ('viewer', 'editor'))` lets them have.
    private static func allowed(_ column: String, in text: String, isKey: Bool) -> [String]? {
        if let list = part(of: text, between: "CHECK (\(column) IN (", and: ")") {
            let values = list.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            return [values[0], isKey && values.count > 1 ? values[1] : values[0]]
        }
        guard let range = part(of: text, between: "CHECK (\(column) BETWEEN ", and: ")") else { return nil }
        let ends = range.components(separatedBy: " AND ")
        // Two neighbours, since such a number may have to be unique.
        return [ends[0], Int(ends[0]).map { "\($0 + 1)" } ?? ends[1]]
    }

    private static func part(of text: String, between start: String, and end: String) -> String? {
        guard let from = text.range(of: start), let to = text.range(of: end, range: from.upperBound..<text.endIndex)
        else { return nil }
        return String(text[from.upperBound..<to.lowerBound])
    }

    /// Fills what holds no row yet. Answers with the tables it has filled.
    func fill(_ store: any Store) async throws {
        try await store.write { tx in
            for table in tables {
                // A migration may have brought the first row.
                let present = try tx.one("SELECT count(*) FROM \(SQL(verbatim: table.name))").integer(0)
                for number in 1...(table.isSingle ? 1 : 2) where number > present { try tx.run(insert(table, number)) }
            }
            // A virtual table on one engine; its rows are those of the objects.
            if try tx.one("SELECT count(*) FROM search_index").integer(0) == 0 {
                try tx.run(
                    "INSERT INTO search_index (rowid, name, body, summary) SELECT id, name, name, '{}' FROM objects")
            }
        }
    }

    private func insert(_ table: Table, _ number: Int) -> SQL {
        let names = table.columns.map(\.name).joined(separator: ", ")
        let values = table.columns.map { table.empty.contains($0.name) ? "NULL" : value($0, table.name, number) }
            .joined(separator: ", ")
        return SQL(verbatim: "INSERT INTO \(table.name) (\(names)) VALUES (\(values))")
    }

    private func value(_ column: Column, _ table: String, _ number: Int) -> String {
        if let allowed = column.allowed { return allowed[number - 1] }
        if let target = column.target {
            return column.type == "TEXT" ? text(target.table, target.column, number) : "\(number)"
        }
        return column.type == "TEXT" ? text(table, column.name, number) : "\(number)"
    }

    private func text(_ table: String, _ column: String, _ number: Int) -> String { "'\(table) \(column) \(number)'" }
}

extension SchemaFiller {
    /// Every value of these tables, in a fixed order: what an upgrade must not change.
    func contents(_ store: any Store) async throws -> [String: [String]] {
        try await store.read { tx in
            var contents: [String: [String]] = [:]
            for table in tables {
                let names = table.columns.map(\.name).joined(separator: ", ")
                let rows = try tx.rows(SQL(verbatim: "SELECT \(names) FROM \(table.name)")).map { row in
                    row.values.map { String(sqlValue: $0) ?? "NULL" }.joined(separator: "|")
                }
                contents[table.name] = rows.sorted()
            }
            contents["search_index"] = try tx.rows("SELECT rowid, name, body, summary FROM search_index").map { row in
                row.values.map { String(sqlValue: $0) ?? "NULL" }.joined(separator: "|")
            }.sorted()
            return contents
        }
    }
}
