/// The names of a result's columns, shared by its rows.
package final class ColumnNames: Sendable {
    package let names: [String]
    private let positions: [String: Int]

    init(_ names: [String]) {
        self.names = names
        positions = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func position(of name: String) -> Int? { positions[name] }
}

/// One row of an answer. Reading by position skips the look-up of the name: for hot lists, in the order of the SELECT.
package struct Row: Sendable {
    package let columns: ColumnNames
    package let values: [SQLValue]

    package subscript(position: Int) -> SQLValue { values[position] }

    /// Reads a column that may not be null.
    package func get<T: SQLReadable>(_ column: String, as type: T.Type = T.self) throws -> T {
        guard let value = T(sqlValue: try stored(column)) else {
            throw PersistenceError.badValue(column: column, type: "\(type)")
        }
        return value
    }

    /// Reads a column that may be null.
    package func optional<T: SQLReadable>(_ column: String, as type: T.Type = T.self) throws -> T? {
        try stored(column) == .null ? nil : try get(column, as: type)
    }

    package func get<T: SQLReadable>(_ position: Int, as type: T.Type = T.self) throws -> T {
        guard let value = T(sqlValue: values[position]) else {
            throw PersistenceError.badValue(column: columns.names[position], type: "\(type)")
        }
        return value
    }

    package func optional<T: SQLReadable>(_ position: Int, as type: T.Type = T.self) throws -> T? {
        values[position] == .null ? nil : try get(position, as: type)
    }

    package func integer(_ position: Int) throws -> Int64 { try get(position) }

    package func text(_ position: Int) throws -> String { try get(position) }

    private func stored(_ column: String) throws -> SQLValue {
        guard let position = columns.position(of: column) else { throw PersistenceError.noSuchColumn(column) }
        return values[position]
    }
}
