import JSONKit
import Persistence

/// Writes the members of one field, in the order of `Kind.select`. Made once for each kind: pages are written by these
/// and touch no field table.
struct ColumnWriter: Sendable {
    private enum Form: Sendable {
        case whole, number, boolean, text
    }

    private let form: Form
    private let name: JSONWriter.EncodedName
    /// `rack_name`, `rack_kind`: of a reference.
    private let targetName: JSONWriter.EncodedName?
    private let targetKind: JSONWriter.EncodedName?

    init(_ field: Field) {
        name = JSONWriter.EncodedName(field.name)
        form =
            switch field.type {
            case .integer, .reference: .whole
            case .number: .number
            case .boolean: .boolean
            default: .text
            }
        let targets = field.targets ?? []
        targetName = targets.isEmpty ? nil : JSONWriter.EncodedName(field.stem + "_name")
        targetKind = targets.count > 1 ? JSONWriter.EncodedName(field.stem + "_kind") : nil
    }

    /// `target` is where the name and the kind of the object stand that a reference points to; it moves on.
    func write(_ row: Row, at column: Int, target: inout Int, to writer: inout JSONWriter) {
        writer.name(name)
        guard let targetName else { return value(row[column], to: &writer) }
        let isVisible = row[target] != .null
        value(isVisible ? row[column] : .null, to: &writer)
        writer.name(targetName)
        text(row[target], to: &writer)
        if let targetKind {
            writer.name(targetKind)
            text(row[target + 1], to: &writer)
        }
        target += 2
    }

    private func text(_ value: SQLValue, to writer: inout JSONWriter) {
        if case .text(let text) = value { writer.string(text) } else { writer.null() }
    }

    private func value(_ value: SQLValue, to writer: inout JSONWriter) {
        if case .null = value { return writer.null() }
        switch form {
        case .whole: writer.integer(Int64(sqlValue: value) ?? 0)
        case .number: writer.number(Double(sqlValue: value) ?? 0)
        case .boolean: writer.bool(Bool(sqlValue: value) ?? false)
        case .text: writer.string(String(sqlValue: value) ?? "")
        }
    }
}
