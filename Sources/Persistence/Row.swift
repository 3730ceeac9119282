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

package struct Row: Sendable {
    package let columns: ColumnNames
    package let values: [SQLValue]

    /// By position: for readers that walk a field table in the order of the SELECT.
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

    private func stored(_ column: String) throws -> SQLValue {
        guard let position = columns.position(of: column) else { throw PersistenceError.noSuchColumn(column) }
        return values[position]
    }
}
