import HTTPKit
import HTTPTypes
import JSONKit
import Kernel
import NIOCore
import Persistence

/// Writes a list with its filters as a file, read and sent in parts. What changes meanwhile is seen or not, as it comes.
struct Exporter: Sendable {
    let store: any Store
    let clock: any WallClock

    static let batchSize = 500

    func run(_ kind: Kind, _ items: [(name: String, value: String)], format: ImportSheet.Format) async throws -> Reply {
        let query = try ListQuery(kind, items, ignoring: ["format"], dialect: store.dialect, now: clock.now)
        let file: any ExportFile =
            switch format {
            case .csv: CSVFile(kind, custom: try await customNames(query))
            case .json: JSONFile(kind: kind)
            }
        let first = try await batch(query, file, after: 0)
        let beginning = file.beginning + first.bytes
        let headers: HTTPFields = [
            .contentDisposition: "attachment; filename=\"\(kind.path).\(format.rawValue)\"", .cacheControl: "no-store",
        ]
        guard let next = first.last else {
            return Reply(
                ByteBuffer(bytes: beginning + file.end), contentType: file.contentType, headers: headers)
        }
        return Reply(beginning: ByteBuffer(bytes: beginning), contentType: file.contentType, headers: headers) { send in
            var last: Int64? = next
            while let after = last {
                let batch = try await self.batch(query, file, after: after)
                if !batch.bytes.isEmpty { try await send(ByteBuffer(bytes: batch.bytes)) }
                last = batch.last
            }
            try await send(ByteBuffer(bytes: file.end))
        }
    }

    /// Some rows, and the id of the last where more may follow.
    private func batch(
        _ query: ListQuery, _ file: any ExportFile, after: Int64
    ) async throws -> (bytes: [UInt8], last: Int64?) {
        let sql = query.batch(after: after, size: Self.batchSize)
        return try await store.read { tx in
            let rows = try tx.rows(sql)
            let ids = rows.compactMap { Int64(sqlValue: $0[Column.id]) }
            let bytes = file.rows(rows, isFirst: after == 0, tags: try ObjectStore.tags(of: ids, in: tx))
            return (bytes, rows.count < Self.batchSize ? nil : ids.last)
        }
    }

    /// Each custom name is a column of its own.
    private func customNames(_ query: ListQuery) async throws -> [String] {
        let sql: SQL = "\(query.customTexts) ORDER BY o.id"
        let names = try await store.read { tx in
            var names: Set<String> = []
            try tx.each(sql) { row in
                let custom = String(sqlValue: row[0]).flatMap { try? JSONParser.parse($0) }
                names.formUnion(custom?.objectValue?.names ?? [])
            }
            return names
        }
        guard names.count <= CSVFile.mostCustomColumns else {
            throw AppError(
                .invalid,
                "There are \(names.count) names of custom values, more than a sheet has columns for. Export as JSON.")
        }
        return names.sorted()
    }
}

extension ListQuery {
    var customTexts: SQL {
        """
        SELECT o.custom FROM objects o JOIN \(.trusted(kind.table)) t ON t.id = o.id
        WHERE \(.all(conditions)) AND o.custom <> '{}'
        """
    }
}

private protocol ExportFile: Sendable {
    var contentType: String { get }
    var beginning: [UInt8] { get }
    func rows(_ rows: [Row], isFirst: Bool, tags: [Int64: [String]]) -> [UInt8]
    var end: [UInt8] { get }
}

/// A list of objects, each on its line.
private struct JSONFile: ExportFile {
    let kind: Kind
    let contentType = "application/json; charset=utf-8"
    let beginning = Array("[".utf8)
    let end = Array("\n]\n".utf8)

    func rows(_ rows: [Row], isFirst: Bool, tags: [Int64: [String]]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (index, row) in rows.enumerated() {
            bytes += (isFirst && index == 0 ? "\n" : ",\n").utf8
            var writer = JSONWriter(capacity: 1_024)
            kind.write(row, tags: tags[row.head(kind).id] ?? [], to: &writer)
            bytes += writer.bytes
        }
        return bytes
    }
}

private struct CSVFile: ExportFile {
    private let kind: Kind
    private let custom: [String]
    let contentType = "text/csv; charset=utf-8"
    let end: [UInt8] = []

    /// Beside the columns of any kind there is room for these, see `CSVTable.mostColumns`.
    static let mostCustomColumns = 400

    init(_ kind: Kind, custom: [String]) {
        self.kind = kind
        self.custom = custom
    }

    var beginning: [UInt8] {
        var text = CSVText()
        var names = ["id", "name"]
        for field in kind.fields {
            names.append(field.name)
            guard let targets = field.targets else { continue }
            names.append(field.stem + "_name")
            if targets.count > 1 { names.append(field.stem + "_kind") }
        }
        names += kind.commonFields.map(\.name).filter { $0 != "name" } + ["tags"]
        names += custom.map { "custom." + $0 } + ["source", "created_at", "updated_at"]
        text.row(names)
        return text.bytes
    }

    func rows(_ rows: [Row], isFirst: Bool, tags: [Int64: [String]]) -> [UInt8] {
        var text = CSVText()
        for row in rows { write(row, tags: tags[row.head(kind).id] ?? [], to: &text) }
        return text.bytes
    }

    private func write(_ row: Row, tags: [String], to text: inout CSVText) {
        text.cell(String(row.head(kind).id))
        text.cell(guarded(row[Column.name]))
        var nameColumn = Column.ownFields + kind.fields.count
        for (index, field) in kind.fields.enumerated() {
            let value = row[Column.ownFields + index]
            guard let targets = field.targets else {
                text.cell(cell(field, value))
                continue
            }
            text.cell(row[nameColumn] == .null ? "" : String(sqlValue: value) ?? "")
            text.cell(guarded(row[nameColumn]))
            if targets.count > 1 { text.cell(String(sqlValue: row[nameColumn + 1]) ?? "") }
            nameColumn += 2
        }
        for column in [Column.status, Column.owner, Column.icon, Column.notes] { text.cell(guarded(row[column])) }
        text.cell(FormulaGuard.guarded(TagCell.text(tags)))
        writeCustom(row, to: &text)
        text.cell(String(sqlValue: row[Column.source]) ?? "")
        text.cell(instant(row[Column.createdAt]))
        text.cell(instant(row[Column.updatedAt]))
        text.endRow()
    }

    private func writeCustom(_ row: Row, to text: inout CSVText) {
        guard !custom.isEmpty else { return }
        let stored = String(sqlValue: row[Column.custom]).flatMap { try? JSONParser.parse($0) }?.objectValue
        for name in custom {
            guard let value = stored?[name] else {
                text.cell("")
                continue
            }
            text.cell(value.stringValue.map(FormulaGuard.guarded) ?? CustomCell.text(value))
        }
    }

    /// Numbers are no formulas, whatever their sign.
    private func cell(_ field: Field, _ value: SQLValue) -> String {
        let json = field.json(value)
        if json.isNull { return "" }
        return json.stringValue.map(FormulaGuard.guarded) ?? json.text
    }

    private func guarded(_ value: SQLValue) -> String { String(sqlValue: value).map(FormulaGuard.guarded) ?? "" }

    private func instant(_ value: SQLValue) -> String {
        Int64(sqlValue: value).map(RFC3339.text) ?? ""
    }
}
