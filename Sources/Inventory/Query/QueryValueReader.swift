import Foundation
import JSONKit
import Kernel
import NetAddress
import Persistence

/// One value of a term as a condition, by what its field holds.
struct QueryValueReader {
    let kind: Kind
    let dialect: Dialect
    let now: Instant
    let comparison: QueryTerm.Comparison
    let value: QueryTerm.Value

    /// `*` alone stands for any value.
    var isAny: Bool { !value.isQuoted && value.text == "*" }

    func problem(_ reason: String) -> QueryProblem { QueryProblem(position: value.position, reason: reason) }

    func condition(on subject: QuerySubject) throws(QueryProblem) -> QueryCondition {
        switch subject {
        case .name: .sql(try name())
        case .kind: try isThisKind() ? .always : .never
        case .tag: .sql(try tag())
        case .source: .sql(try text("o.source"))
        case .id: .sql(try number("o.id", isWhole: true))
        case .created: .sql(try moment("o.created_at"))
        case .updated: .sql(try moment("o.updated_at"))
        case .custom(let name): .sql(try custom(name))
        case .network: .sql(try network())
        case .vlan: .sql(try vlan())
        case .address: .sql(try anyAddress())
        case .field(let field): .sql(try self.field(field))
        }
    }

    private func field(_ field: Field) throws(QueryProblem) -> SQL {
        let isOwn = kind.fields.contains { $0.name == field.name }
        let column: SQL = .trusted((isOwn ? "t." : "o.") + field.name)
        if isAny, field.targets == nil {
            // Most objects have no state of their own, which is the state “unknown”.
            return field.name == "status" ? "1 = 1" : "\(column) IS NOT NULL"
        }
        switch field.type {
        case .text, .longText, .url, .ports, .color: return try text(column)
        case .integer: return try number(column, isWhole: true)
        case .number: return try number(column, isWhole: false)
        case .boolean: return try flag(column)
        case .choice(let choices): return try choice(column, of: choices, isStatus: field.name == "status")
        case .reference: return try reference(column, field)
        case .ip: return try address(column, key: .trusted("t.\(field.keyColumns[0])"))
        case .cidr: return try block(column, field)
        case .mac: return try mac(column)
        case .date: return try date(column)
        }
    }

    // MARK: texts and choices

    /// A name is found the way people compare names: without regard to case and accents.
    private func name() throws(QueryProblem) -> SQL {
        if isAny { return "1 = 1" }
        if comparison == .equals { return "o.name_key = \(NameKey.of(value.text))" }
        return try text("o.name")
    }

    func text(_ column: SQL) throws(QueryProblem) -> SQL {
        if isAny { return "\(column) IS NOT NULL" }
        switch comparison {
        case .matches:
            let isPattern = !value.isQuoted && value.text.contains("*")
            let patterns = Self.spellings(value.text).map { text -> SQL in
                isPattern ? .pattern(text, any: "*") : .pattern(containing: text)
            }
            return .any(patterns.map { "\(column) \(dialect.like) \($0)" })
        case .equals:
            // Without wildcards, LIKE compares without regard to case.
            return .any(Self.spellings(value.text).map { "\(column) \(dialect.like) \(.pattern($0, any: nil))" })
        default: throw problem("Texts are not compared with “\(comparison.rawValue)”. Use “:” or “:=”.")
        }
    }

    /// SQLite compares ASCII letters only without regard to case.
    private static func spellings(_ text: String) -> [String] {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return [text] }
        var all: [String] = []
        for one in [text, text.lowercased(), text.uppercased(), text.capitalized] where !all.contains(one) {
            all.append(one)
        }
        return all
    }

    private func choice(_ column: SQL, of choices: [String], isStatus: Bool) throws(QueryProblem) -> SQL {
        let wanted = try chosen(among: choices)
        let found: SQL = .any(wanted.map { "\(column) = \($0)" })
        return isStatus && wanted.contains("unknown") ? "(\(found) OR \(column) IS NULL)" : found
    }

    /// Written as it is kept or as it reads: `access_point`, `"Access point"`, `access*`.
    private func chosen(among choices: [String]) throws(QueryProblem) -> [String] {
        try onlyMatches()
        let plain = Self.folded(value.text)
        let found: [String]
        if !value.isQuoted, plain.hasSuffix("*") {
            found = choices.filter { $0.hasPrefix(plain.dropLast()) }
        } else {
            found = choices.filter { $0 == plain || Self.folded(KindWords.label(of: $0)) == plain }
        }
        guard found.isEmpty else { return found }
        let near = Likeness.nearest(plain, among: choices).map { "Did you mean “\($0)”? " } ?? ""
        throw problem(
            "There is no “\(value.text.prefix(40))” here. \(near)Use one of: \(choices.joined(separator: ", ")).")
    }

    private static func folded(_ text: String) -> String {
        text.lowercased().replacing(" ", with: "_").replacing("-", with: "_")
    }

    private func isThisKind() throws(QueryProblem) -> Bool {
        if isAny { return true }
        let wanted = Self.folded(value.text)
        let isKnown = Kind.all.contains { Self.names(of: $0).contains(wanted) }
        guard isKnown else {
            let near = Likeness.nearest(wanted, among: Kind.all.map(\.name)).map { "Did you mean “\($0)”? " } ?? ""
            throw problem("There is no kind “\(value.text.prefix(40))”. \(near)Use names such as hardware or service.")
        }
        return Self.names(of: kind).contains(wanted)
    }

    private static func names(of kind: Kind) -> [String] {
        [kind.name, folded(kind.path), folded(kind.label), folded(kind.plural)]
    }

    private func tag() throws(QueryProblem) -> SQL {
        try onlyMatches()
        let condition: SQL
        if isAny {
            condition = "1 = 1"
        } else if !value.isQuoted, value.text.contains("*") {
            condition = .any(Self.spellings(value.text).map { "g.name \(dialect.like) \(.pattern($0, any: "*"))" })
        } else {
            condition = "g.name_key = \(NameKey.of(value.text))"
        }
        return """
            o.id IN (SELECT l.object_id FROM objects g JOIN object_tags l ON l.tag_id = g.id
                WHERE g.kind = 'tag' AND g.deleted_at IS NULL AND \(condition))
            """
    }

    private func custom(_ name: String) throws(QueryProblem) -> SQL {
        let condition = isAny ? "1 = 1" : try text(dialect == .sqlite ? Self.customText : "j.value")
        switch dialect {
        case .sqlite:
            return "EXISTS (SELECT 1 FROM json_each(o.custom) j WHERE j.key = \(name) AND \(condition))"
        case .postgres:
            return "EXISTS (SELECT 1 FROM json_each_text(o.custom::json) j WHERE j.key = \(name) AND \(condition))"
        }
    }

    private static let customText: SQL =
        "CASE j.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE CAST(j.value AS TEXT) END"

    func onlyMatches() throws(QueryProblem) {
        guard comparison == .matches || comparison == .equals else {
            throw problem("This is not compared with “\(comparison.rawValue)”. Use “:”.")
        }
    }
}
