import JSONKit
import Kernel

/// The rows of an import, each as the members a client would send, whatever format they came in.
struct ImportSheet: Sendable {
    struct Row: Sendable {
        /// In CSV as a spreadsheet numbers it, in JSON from 1.
        let number: Int
        var id: Int64?
        var members = JSONObject()
        /// CSV has a column for each custom value: only these are set, and an empty one is cleared.
        var customCells: [(name: String, cell: String)] = []
        var problems: [String: String] = [:]
    }

    enum Format: String, Sendable, CaseIterable {
        case csv, json
    }

    static let mostRows = 5_000
    /// Members of an answer that say what is so; nobody can set them.
    static let readOnly: Set<String> = [
        "revision", "source", "sources", "created_at", "updated_at", "deleted_at", "deleted_by", "deleted_with",
    ]

    let rows: [Row]

    init(_ kind: Kind, _ bytes: some Collection<UInt8>, format: Format) throws {
        rows =
            switch format {
            case .csv: try Self.rows(ofCSV: bytes, kind)
            case .json: try Self.rows(ofJSON: bytes, kind)
            }
    }

    // MARK: - JSON

    private static func rows(ofJSON bytes: some Collection<UInt8>, _ kind: Kind) throws -> [Row] {
        let document: JSONValue
        do {
            document = try JSONParser.parse(bytes)
        } catch {
            throw AppError(.malformed, "The file is not valid JSON: \(error).")
        }
        guard let items = document.arrayValue ?? document.objectValue?["items"]?.arrayValue else {
            throw AppError(.malformed, "An import is a list of objects, or an object with the list “items”.")
        }
        guard items.count <= mostRows else { throw tooMany }
        return items.enumerated().map { row($0.element, number: $0.offset + 1, kind) }
    }

    static let tooMany = AppError(.tooLarge, "An import has at most \(mostRows) rows; divide the file.")

    private static func row(_ item: JSONValue, number: Int, _ kind: Kind) -> Row {
        var row = Row(number: number)
        guard let object = item.objectValue else {
            row.problems["row"] = "Use an object, not \(item.kindName)."
            return row
        }
        for (name, value) in object.members {
            switch name {
            case "id" where value.isNull: continue
            case "id":
                row.id = value.integerValue.flatMap { $0 > 0 ? $0 : nil }
                if row.id == nil { row.problems["id"] = "Use the id of an object." }
            case "kind" where value != .string(kind.name) && !value.isNull:
                row.problems["kind"] = "This is not \(kind.label.lowercased())."
            case "kind": continue
            default:
                if !readOnly.contains(name) { row.members[name] = value }
            }
        }
        return row
    }

    // MARK: - CSV

    fileprivate enum Column {
        case id, field(Field), referenceName(String), tags, custom(String), ignored, unnamed

        /// Where a problem with a cell is told.
        var name: String {
            switch self {
            case .field(let field): field.name
            case .id: "id"
            default: "row"
            }
        }
    }

    private static func rows(ofCSV bytes: some Collection<UInt8>, _ kind: Kind) throws -> [Row] {
        let table: CSVTable
        do throws(CSVTable.ParseError) {
            table = try CSVTable(parsing: bytes, mostRecords: mostRows)
        } catch {
            throw AppError(.malformed, "The file could not be read. \(error).")
        }
        let columns = try columns(table.names, kind)
        return table.records.map { row($0, names: table.names, columns) }
    }

    /// Names are told apart without regard to case; each is there once and stands for something.
    private static func columns(_ names: [String], _ kind: Kind) throws -> [Column] {
        var columns: [Column] = []
        var places: [String: Int] = [:]
        var problems: [(name: String, reason: String)] = []
        for (index, name) in names.enumerated() {
            if let column = column(name, kind) {
                columns.append(column)
            } else {
                problems.append((name, "“\(name.prefix(60))” (column \(index + 1)) is not a column of \(kind.plural)"))
            }
            let key = name.hasPrefix("custom.") ? name : plain(name, kind)
            if let first = places[key], !name.isEmpty {
                problems.append((name, "“\(name.prefix(60))” is there twice, as columns \(first) and \(index + 1)"))
            }
            places[key] = index + 1
        }
        guard let first = problems.first else { return columns }
        let more = problems.count > 1 ? " (and \(problems.count - 1) more)" : ""
        throw AppError(
            .invalid, "The line of column names is not right: \(first.reason)\(more).",
            fields: Dictionary(
                problems.prefix(20).map { ($0.name, $0.reason + ".") }, uniquingKeysWith: { one, _ in one }))
    }

    private static func column(_ name: String, _ kind: Kind) -> Column? {
        if name.hasPrefix("custom.") { return .custom(String(name.dropFirst("custom.".count))) }
        let name = plain(name, kind)
        if let field = kind.field(name) { return .field(field) }
        if name == "id" { return .id }
        if name == "tags" { return .tags }
        if name.isEmpty { return .unnamed }
        if name == "kind" || readOnly.contains(name) { return .ignored }
        for field in kind.references where name == field.stem + "_name" || name == field.stem + "_kind" {
            return .referenceName(name)
        }
        return nil
    }

    /// The name of a column as an export writes it; sheets made by hand say “IP address” for it.
    private static func plain(_ name: String, _ kind: Kind) -> String {
        let name = name.lowercased()
        guard kind.field(name) == nil else { return name }
        let labelled = kind.fields.first { $0.targets == nil && $0.label.lowercased() == name }
        return labelled?.name ?? name.replacing(" ", with: "_")
    }

    private static func row(_ record: CSVTable.Record, names: [String], _ columns: [Column]) -> Row {
        var row = Row(number: record.number)
        guard record.cells.count == columns.count else {
            row.problems["row"] = "It has \(record.cells.count) cells; there are \(columns.count) columns."
            return row
        }
        for (column, guarded) in zip(columns, record.cells) {
            let cell = FormulaGuard.bare(guarded)
            do throws(FieldProblem) {
                try row.take(cell, column)
            } catch {
                row.problems[column.name] = error.reason
            }
        }
        return row
    }
}

extension ImportSheet.Row {
    fileprivate mutating func take(_ cell: String, _ column: ImportSheet.Column) throws(FieldProblem) {
        switch column {
        case .id:
            if cell.trimmed.isEmpty { return }
            id = Int64(cell.trimmed).flatMap { $0 > 0 ? $0 : nil }
            if id == nil { throw FieldProblem("“\(cell.prefix(40))” is not an id.") }
        case .field(let field): members[field.name] = try field.json(fromCell: cell)
        case .referenceName(let name):
            let text = cell.trimmed
            if !text.isEmpty || name.hasSuffix("_name") { members[name] = text.isEmpty ? .null : .string(text) }
        case .tags: members["tags"] = .array(TagCell.tags(cell).map { .string($0) })
        case .custom(let name): customCells.append((name, cell))
        case .ignored: return
        case .unnamed:
            if !cell.trimmed.isEmpty { throw FieldProblem("A cell stands in a column without a name.") }
        }
    }
}
