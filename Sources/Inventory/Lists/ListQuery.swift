import JSONKit
import Kernel
import NetAddress
import Persistence

/// What a list shows, read from the query of a request: `q` (see `ObjectQuery`), filters by field, the order, the page.
///
/// A filter given twice matches either value, tags match all that are given, an empty value matches objects without one,
/// and an address field takes a prefix: `ip_address=10.0.0.0/8`.
struct ListQuery {
    static let longestPage = 200
    /// More conditions than any page of ours asks for.
    static let mostFilters = 60

    let kind: Kind
    let conditions: [SQL]
    let order: ListOrder
    let cursor: ListCursor?
    let limit: Int
    let isCounted: Bool

    static let reserved: Set<String> = ["q", "sort", "limit", "cursor", "count", "trash"]

    init(
        _ kind: Kind, _ items: [(name: String, value: String)], ignoring: Set<String> = [], dialect: Dialect,
        now: Instant
    ) throws {
        self.kind = kind
        var reader = QueryReader(items.filter { !ignoring.contains($0.name) })
        let isTrash = reader.flag("trash")
        isCounted = reader.flag("count")
        limit = reader.number("limit", in: 1...Self.longestPage) ?? 50
        let sort = reader.single("sort") ?? "name"
        let text = reader.single("q")
        let cursorText = reader.single("cursor")
        var conditions: [SQL] = [isTrash ? "o.deleted_at IS NOT NULL" : "o.deleted_at IS NULL"]
        let rest = reader.rest(except: Self.reserved)
        // The join says the kind already. Saying it again leads SQLite to walk all names of the kind where a reference
        // has an index of its own.
        if !rest.contains(where: { Self.isSelective($0, in: kind) }) { conditions.append("o.kind = \(kind.name)") }
        var phrases: [SearchPhrase] = []
        do throws(QueryProblem) {
            if let query = try QueryParser.parse(text ?? "") {
                phrases = query.wantedPhrases
                let condition = try QueryCompiler.condition(query, on: kind, dialect: dialect, now: now)
                conditions.append(condition.sql)
            }
        } catch {
            reader.refuse("q", error.sentence)
        }
        for (name, values) in rest.prefix(Self.mostFilters) {
            do throws(FieldProblem) {
                conditions.append(try Self.condition(name, values, of: kind, dialect: dialect))
            } catch {
                reader.refuse(name, error.reason)
            }
        }
        try reader.finish("The list could not be read.")
        self.conditions = conditions
        order = try ListOrder(sort, of: kind, phrases: phrases, dialect: dialect)
        cursor = try cursorText.map { try ListCursor(parsing: $0, sort: sort) }
    }

    /// One page and a row more, which tells whether there is another page.
    var page: SQL {
        get throws {
            let all = try conditions + (cursor.map { [try order.after($0)] } ?? [])
            return """
                \(kind.select(extra: order.expression)) WHERE \(.all(all)) ORDER BY \(order.clause) LIMIT \(limit + 1)
                """
        }
    }

    /// Every row of the list after that id, in order of the ids: for exports, which are read in parts.
    func batch(after id: Int64, size: Int) -> SQL {
        "\(kind.select) WHERE \(.all(conditions + ["o.id > \(id)"])) ORDER BY o.id LIMIT \(size)"
    }

    var count: SQL {
        "SELECT COUNT(*) AS total FROM objects o JOIN \(.trusted(kind.table)) t ON t.id = o.id WHERE \(.all(conditions))"
    }

    private static func isSelective(_ filter: (name: String, values: [String]), in kind: Kind) -> Bool {
        if filter.name == "tag" { return true }
        guard let field = kind.fields.first(where: { $0.name == filter.name }) else { return false }
        let isIndexed = field.targets != nil || field.type == .ip || (field.type == .mac && kind.group != .relation)
        return isIndexed && !filter.values.contains { $0.trimmed.isEmpty }
    }

    private static func condition(
        _ name: String, _ values: [String], of kind: Kind, dialect: Dialect
    ) throws(FieldProblem) -> SQL {
        if name == "tag" { return .all(values.map(tagged)) }
        if name == "source" { return any("o.source", values.map { .text($0) }) }
        if name.hasPrefix("custom.") {
            return .any(values.map { custom(String(name.dropFirst(7)), $0, dialect) })
        }
        guard let field = kind.field(name), field.isFilterable else { throw FieldProblem("There is no such filter.") }
        // An address is found by its key, which has the index.
        let isKeyed = field.type == .ip
        let table = kind.fields.contains { $0.name == name } ? "t." : "o."
        let column: SQL = .trusted(table + (isKeyed ? field.keyColumns[0] : name))
        var plain: [SQLValue] = []
        var parts: [SQL] = []
        for value in values {
            if field.type == .ip, value.contains("/") {
                parts.append(try within(value, field))
            } else {
                let read = try field.read(try field.json(fromCell: value))
                plain.append(isKeyed ? field.keys(of: read)[0] : read)
            }
        }
        if !plain.isEmpty { parts.append(any(column, plain)) }
        return .any(parts)
    }

    private static func any(_ column: SQL, _ values: [SQLValue]) -> SQL {
        let parts = values.map { $0 == .null ? "\(column) IS NULL" as SQL : "\(column) = \($0)" }
        return .any(parts)
    }

    private static func within(_ text: String, _ field: Field) throws(FieldProblem) -> SQL {
        do {
            let block = try CIDRBlock(parsing: text)
            let key: SQL = .trusted("t.\(field.keyColumns[0])")
            return "\(key) BETWEEN \(block.lowerKey) AND \(block.upperKey)"
        } catch {
            throw FieldProblem("\(error)")
        }
    }

    private static func tagged(_ name: String) -> SQL {
        """
        o.id IN (SELECT l.object_id FROM objects g JOIN object_tags l ON l.tag_id = g.id
            WHERE g.kind = 'tag' AND g.name_key = \(NameKey.of(name)) AND g.deleted_at IS NULL)
        """
    }

    private static func custom(_ name: String, _ value: String, _ dialect: Dialect) -> SQL {
        switch dialect {
        case .sqlite:
            """
            EXISTS (SELECT 1 FROM json_each(o.custom) j WHERE j.key = \(name)
                AND CASE j.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE CAST(j.value AS TEXT) END = \(value))
            """
        case .postgres:
            "EXISTS (SELECT 1 FROM json_each_text(o.custom::json) j WHERE j.key = \(name) AND j.value = \(value))"
        }
    }
}

/// Reads query parameters and keeps every problem, so that all are told at once.
struct QueryReader {
    private let items: [(name: String, value: String)]
    private var problems: [String: String] = [:]

    init(_ items: [(name: String, value: String)]) {
        self.items = items
        for (name, value) in items where value.contains("\0") || name.contains("\0") || value.contains("\u{FFFD}") {
            problems[String(name.prefix(60))] = "NUL and broken UTF-8 are not allowed."
        }
    }

    mutating func refuse(_ name: String, _ reason: String) {
        if problems[name] == nil { problems[String(name.prefix(60))] = reason }
    }

    mutating func single(_ name: String) -> String? {
        let values = items.filter { $0.name == name }.map(\.value)
        if values.count > 1 { refuse(name, "Give it once.") }
        return values.first
    }

    mutating func flag(_ name: String) -> Bool {
        switch single(name) {
        case nil, "false", "0": return false
        case "true", "1", "": return true
        default:
            refuse(name, "Use true or false.")
            return false
        }
    }

    mutating func number(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = single(name) else { return nil }
        if let value = Int(text), range.contains(value) { return value }
        refuse(name, "Use a number from \(range.lowerBound) to \(range.upperBound).")
        return nil
    }

    /// The other parameters, in the order in which their names first appear.
    func rest(except names: Set<String>) -> [(name: String, values: [String])] {
        var found: [(name: String, values: [String])] = []
        for (name, value) in items where !names.contains(name) && !name.isEmpty {
            if let at = found.firstIndex(where: { $0.name == name }) {
                found[at].values.append(value)
            } else {
                found.append((name, [value]))
            }
        }
        return found
    }

    func finish(_ message: String) throws {
        guard problems.isEmpty else { throw AppError(.invalid, message, fields: problems) }
    }
}
