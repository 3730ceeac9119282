import JSONKit
import Kernel

/// A statement with its values apart from its text. Interpolation binds; it never pastes.
///
///     let query: SQL = "SELECT id FROM networks WHERE name = \(name) AND id \(anyOf: ids)"
package struct SQL: ExpressibleByStringInterpolation, Sendable {
    enum Piece: Sendable {
        case text(String)
        case value(SQLValue)
        /// `IN (…)` over a list that is bound as one value, so that its length does not change the text.
        case anyInteger([Int64])
        case anyText([String])
        /// The engines' own words for one thing.
        case dialect(sqlite: [Piece], postgres: [Piece])
    }

    var pieces: [Piece]

    package init(stringLiteral value: String) {
        pieces = [.text(value)]
    }

    package init(stringInterpolation: StringInterpolation) {
        pieces = stringInterpolation.pieces
    }

    init(pieces: [Piece]) {
        self.pieces = pieces
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        var pieces: [Piece] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            pieces.reserveCapacity(interpolationCount * 2 + 1)
        }

        package mutating func appendLiteral(_ literal: String) {
            if !literal.isEmpty { pieces.append(.text(literal)) }
        }

        package mutating func appendInterpolation(_ value: some SQLBindable) {
            pieces.append(.value(value.sqlValue))
        }

        package mutating func appendInterpolation<Value: SQLBindable>(_ value: Value?) {
            pieces.append(.value(value?.sqlValue ?? .null))
        }

        /// Splices another statement's text and values.
        package mutating func appendInterpolation(_ part: SQL) {
            pieces += part.pieces
        }

        /// A row of values, bound one by one and separated by commas: `VALUES (\(values: row))`, or a short fixed list.
        package mutating func appendInterpolation(values: [any SQLBindable]) {
            for (index, value) in values.enumerated() {
                if index > 0 { pieces.append(.text(", ")) }
                pieces.append(.value(value.sqlValue))
            }
        }

        /// The condition that what stands before it is one of these: `WHERE id \(anyOf: ids)`. An empty list matches
        /// nothing.
        package mutating func appendInterpolation(anyOf integers: [Int64]) {
            pieces.append(.anyInteger(integers))
        }

        package mutating func appendInterpolation(anyOf texts: [String]) {
            pieces.append(.anyText(texts))
        }

        package mutating func appendInterpolation<Entity>(anyOf ids: [ID<Entity>]) {
            pieces.append(.anyInteger(ids.map(\.rawValue)))
        }

        /// The name of a table or a column, quoted. From a closed list of the program's own, never from outside.
        package mutating func appendInterpolation(identifier: String) {
            pieces += SQL(identifier: identifier).pieces
        }
    }

    package static func + (left: SQL, right: SQL) -> SQL {
        var joined = left
        joined.pieces += right.pieces
        return joined
    }

    package static func += (left: inout SQL, right: SQL) {
        left.pieces += right.pieces
    }

    /// The text with the engine's placeholders, and the values in their order.
    package func render(_ dialect: Dialect) -> (text: String, values: [SQLValue]) {
        var rendering = Rendering(dialect: dialect)
        rendering.append(pieces)
        return (rendering.text, rendering.values)
    }
}

/// Puts the pieces of a statement together for one engine.
private struct Rendering {
    let dialect: Dialect
    var text = ""
    var values: [SQLValue] = []

    mutating func append(_ pieces: [SQL.Piece]) {
        for piece in pieces {
            switch piece {
            case .text(let part): text += part
            case .value(let value): bind(value)
            case .anyInteger(let list):
                bindList(.text(dialect == .sqlite ? Self.json(list) : Self.array(list)), type: "bigint[]")
            case .anyText(let list):
                bindList(.text(dialect == .sqlite ? Self.json(list) : Self.array(list)), type: "text[]")
            case .dialect(let sqlite, let postgres): append(dialect == .sqlite ? sqlite : postgres)
            }
        }
    }

    private mutating func bind(_ value: SQLValue) {
        values.append(value)
        text += dialect == .postgres ? "$" : "?"
        text += String(values.count)
    }

    private mutating func bindList(_ list: SQLValue, type: String) {
        switch dialect {
        case .sqlite:
            text += "IN (SELECT value FROM json_each("
            bind(list)
            text += "))"
        case .postgres:
            text += "= ANY ("
            bind(list)
            text += "::" + type + ")"
        }
    }

    private static func json(_ list: [Int64]) -> String {
        "[" + list.map(String.init).joined(separator: ",") + "]"
    }

    private static func json(_ list: [String]) -> String {
        var writer = JSONWriter()
        writer.beginArray()
        for text in list { writer.string(text) }
        writer.endArray()
        return writer.text
    }

    private static func array(_ list: [Int64]) -> String {
        "{" + list.map(String.init).joined(separator: ",") + "}"
    }

    private static func array(_ list: [String]) -> String {
        let quoted = list.map { text in
            "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        }
        return "{" + quoted.joined(separator: ",") + "}"
    }
}
