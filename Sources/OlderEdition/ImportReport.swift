import JSONKit
import Kernel

/// What an import did, or would do: every table and every column of what it read.
package struct ImportReport: Sendable {
    package struct Column: Sendable, Equatable {
        package let name: String
        /// `mapped`, `derived`, `kept`, `no place`, `withheld`, `empty`.
        package let fate: String
        /// Where it went, or why not.
        package let place: String
        package let count: Int
    }

    package struct Table: Sendable {
        package let name: String
        package var rows = 0
        package var made = 0
        package var merged = 0
        /// Imported by an earlier run.
        package var known = 0
        /// Rows with no place at all.
        package var left = 0
        package var columns: [Column] = []
    }

    package var source = ""
    package var isDry = false
    package var tables: [Table] = []
    /// What a person should look at.
    package var remarks: [String] = []
    package var secretsOpened = 0
    package var secretsLocked = 0
    package var leftovers = 0

    package var made: Int { tables.reduce(0) { $0 + $1.made } }
    package var known: Int { tables.reduce(0) { $0 + $1.known } }
    package var rows: Int { tables.reduce(0) { $0 + $1.rows } }

    package func table(_ name: String) -> Table? { tables.first { $0.name == name } }

    package var json: JSONValue {
        .object(
            JSONObject([
                ("source", .string(source)), ("dry_run", .bool(isDry)), ("rows", .integer(Int64(rows))),
                ("made", .integer(Int64(made))), ("known", .integer(Int64(known))),
                ("secrets_opened", .integer(Int64(secretsOpened))), ("secrets_locked", .integer(Int64(secretsLocked))),
                ("leftovers", .integer(Int64(leftovers))),
                ("remarks", .array(remarks.map { .string($0) })),
                ("tables", .array(tables.map(\.json))),
            ]))
    }

    /// For a terminal.
    package var lines: [String] {
        var lines = [isDry ? "Nothing was changed; this is what an import would do." : "Imported."]
        for table in tables {
            lines.append("")
            lines.append(
                "\(table.name): \(table.rows) rows; \(table.made) made, \(table.merged) joined with what was there, "
                    + "\(table.known) imported before, \(table.left) without a place")
            for column in table.columns where column.fate != "empty" {
                lines.append(
                    "  \(column.name): \(column.fate)\(column.count > 1 ? " ×\(column.count)" : "") – \(column.place)")
            }
        }
        lines.append("")
        lines.append(
            "\(rows) rows, \(made) objects made, \(known) known from before; \(secretsOpened) secrets opened and sealed "
                + "anew, \(secretsLocked) locked; \(leftovers) values in the file of leftovers.")
        return lines + remarks.map { "! \($0)" }
    }
}

extension ImportReport.Table {
    fileprivate var json: JSONValue {
        .object(
            JSONObject([
                ("table", .string(name)), ("rows", .integer(Int64(rows))), ("made", .integer(Int64(made))),
                ("merged", .integer(Int64(merged))), ("known", .integer(Int64(known))),
                ("without_place", .integer(Int64(left))),
                (
                    "columns",
                    .array(
                        columns.map { column in
                            .object(
                                JSONObject([
                                    ("column", .string(column.name)), ("fate", .string(column.fate)),
                                    ("place", .string(column.place)), ("count", .integer(Int64(column.count))),
                                ]))
                        })
                ),
            ]))
    }
}

/// Gathers the report while rows are worked on.
struct ReportBook {
    private struct Key: Hashable {
        let column: String
        let fate: String
        let place: String
    }

    private var tables: [ImportReport.Table] = []
    private var counts: [String: [Key: Int]] = [:]
    private var columns: [String: [String]] = [:]
    var report = ImportReport()

    mutating func begin(_ table: String, columns: [String]) {
        guard !tables.contains(where: { $0.name == table }) else { return }
        tables.append(ImportReport.Table(name: table))
        self.columns[table] = columns.map { $0 == "CPU_cores" ? "cpu_cores" : $0 }
    }

    mutating func count(_ table: String, _ change: (inout ImportReport.Table) -> Void) {
        guard let index = tables.firstIndex(where: { $0.name == table }) else { return }
        change(&tables[index])
    }

    mutating func note(_ table: String, _ column: String, _ fate: Fate) {
        let (word, place) =
            switch fate {
            case .mapped(let place): ("mapped", place)
            case .derived(let place, let how): ("derived", "\(place): \(how)")
            case .kept(let place): ("kept", place)
            case .none(let why): ("no place", why)
            case .withheld(let why): ("withheld", why)
            }
        counts[table, default: [:]][Key(column: column, fate: word, place: place), default: 0] += 1
    }

    func table(_ name: String) -> ImportReport.Table? { tables.first { $0.name == name } }

    mutating func remark(_ text: String) {
        guard !report.remarks.contains(text), report.remarks.count < 500 else { return }
        report.remarks.append(text)
    }

    func finished() -> ImportReport {
        var report = report
        report.tables = tables.map { table in
            var table = table
            let counts = counts[table.name] ?? [:]
            for column in columns[table.name] ?? [] {
                let found = counts.filter { $0.key.column == column }.sorted {
                    ($1.value, $0.key.fate, $0.key.place) < ($0.value, $1.key.fate, $1.key.place)
                }
                table.columns += found.map {
                    .init(name: column, fate: $0.key.fate, place: $0.key.place, count: $0.value)
                }
                if found.isEmpty {
                    table.columns.append(
                        .init(name: column, fate: "empty", place: "no row says anything here", count: 0))
                }
            }
            return table
        }
        return report
    }
}
