import JSONKit
import Kernel
import Persistence

/// What a list is sorted by: a field, up or down, objects without a value last, equal ones by their id.
struct ListOrder {
    /// As the client wrote it: `name`, `-updated_at`.
    let text: String
    let isDescending: Bool
    /// The column, or what stands for it.
    let expression: SQL
    let mayBeNull: Bool
    let isText: Bool

    /// `phrases` are the words that were searched for, which the order `relevance` goes by.
    init(_ text: String, of kind: Kind, phrases: [SearchPhrase] = [], dialect: Dialect) throws {
        self.text = text
        isDescending = text.hasPrefix("-")
        let name = isDescending ? String(text.dropFirst()) : text
        let common: [String: SQL] = [
            "name": "o.name_key", "updated_at": "o.updated_at", "created_at": "o.created_at", "id": "o.id",
        ]
        if let expression = common[name] {
            self.expression = expression
            mayBeNull = false
            isText = name == "name"
            return
        }
        if name == "relevance" {
            expression = Self.relevance(phrases, dialect)
            mayBeNull = false
            isText = true
            return
        }
        if name == "status" || name == "owner" || name == "source" {
            expression = Self.bytes(.trusted("o.\(name)"), dialect)
            mayBeNull = name != "source"
            isText = true
            return
        }
        guard let index = kind.fields.firstIndex(where: { $0.name == name }), kind.fields[index].isSortable else {
            throw AppError(
                .invalid, "The list cannot be sorted by “\(name.prefix(60))”.",
                fields: ["sort": "Use one of: \(Self.names(of: kind).joined(separator: ", "))."])
        }
        let field = kind.fields[index]
        mayBeNull = true
        switch field.type {
        case .reference:
            let join = kind.references.firstIndex { $0.name == name } ?? 0
            expression = .trusted("r\(join).name_key")
            isText = true
        case .ip, .cidr:
            expression = Self.bytes(.trusted("t.\(field.keyColumns[0])"), dialect)
            isText = true
        case .integer, .number, .boolean:
            expression = .trusted("t.\(name)")
            isText = false
        default:
            expression = Self.bytes(.trusted("t.\(name)"), dialect)
            isText = true
        }
    }

    static func names(of kind: Kind) -> [String] {
        ["name", "relevance", "updated_at", "created_at", "id", "status", "owner", "source"]
            + kind.fields.filter(\.isSortable).map(\.name)
    }

    /// Where the words are: the name itself, its beginning, in the name, beside it. Equal ones go by their names.
    private static func relevance(_ phrases: [SearchPhrase], _ dialect: Dialect) -> SQL {
        guard !phrases.isEmpty else { return "o.name_key" }
        let folded = phrases.flatMap(\.words).joined(separator: " ")
        let named = SearchIndex.condition(phrases, in: .name, dialect: dialect)
        return """
            (CASE WHEN o.name_key = \(NameKey.of(folded)) THEN '0'
                WHEN \(named) THEN CASE WHEN lower(o.name) LIKE \(.pattern(startingWith: phrases[0].words[0]))
                    THEN '1' ELSE '2' END
                ELSE '3' END || o.name_key)
            """
    }

    private static func bytes(_ column: SQL, _ dialect: Dialect) -> SQL {
        dialect == .postgres ? "\(column) COLLATE \"C\"" : column
    }

    var clause: SQL {
        let direction: SQL = isDescending ? " DESC" : ""
        let order: SQL = "\(expression)\(direction), o.id\(direction)"
        return mayBeNull ? "(\(expression)) IS NULL, \(order)" : order
    }

    /// The rows behind that one.
    func after(_ cursor: ListCursor) throws -> SQL {
        let sign: SQL = isDescending ? "<" : ">"
        let id = cursor.id
        guard cursor.value != .null else { return "(\(expression)) IS NULL AND o.id \(sign) \(id)" }
        let value = try comparable(cursor.value)
        let behind: SQL = "(\(expression), o.id) \(sign) (\(value), \(id))"
        return mayBeNull ? "(\(behind) OR (\(expression)) IS NULL)" : behind
    }

    /// The value of a row in this order, alike on both engines.
    func value(of row: Row, in kind: Kind) -> SQLValue {
        let value = kind.extra(of: row)
        if value == .null || isText { return value }
        if let whole = Int64(sqlValue: value) { return .integer(whole) }
        return Double(sqlValue: value).map { .real($0) } ?? .null
    }

    private func comparable(_ value: SQLValue) throws -> SQL {
        switch (value, isText) {
        case (.text(let text), true) where !text.contains("\0"): return "\(text)"
        case (.integer(let number), false): return "\(number)"
        case (.real(let number), false): return "\(number)"
        default: throw AppError(.malformed, "The cursor is not one of this list; read the list from its beginning.")
        }
    }
}

extension Field {
    var isSortable: Bool { type != .longText && type != .ports }
    var isFilterable: Bool { type != .longText }
}
