import Kernel
import Persistence

/// An object as it is about to be stored, with what is wrong with it so far.
struct Checkup {
    let kind: Kind
    /// Nil for a new object.
    let id: Int64?
    let tx: any Session
    /// By field, the whole object after the change.
    private(set) var values: [String: SQLValue]
    let before: [String: SQLValue]
    private(set) var problems: [String: String] = [:]

    init(
        _ kind: Kind, id: Int64?, values: [String: SQLValue], before: [String: SQLValue], problems: [String: String],
        in tx: any Session
    ) {
        self.kind = kind
        self.id = id
        self.values = values
        self.before = before
        self.problems = problems
        self.tx = tx
    }

    subscript(_ field: String) -> SQLValue { values[field] ?? .null }

    func text(_ field: String) -> String? { String(sqlValue: self[field]) }
    func integer(_ field: String) -> Int64? { Int64(sqlValue: self[field]) }
    func boolean(_ field: String) -> Bool? { Bool(sqlValue: self[field]) }

    func isChanged(_ fields: String...) -> Bool {
        id == nil || fields.contains { self[$0] != before[$0] ?? .null }
    }

    mutating func set(_ field: String, _ value: SQLValue) { values[field] = value }

    /// The first thing said about a field stands.
    mutating func refuse(_ field: String, _ reason: String) {
        if problems[field] == nil { problems[field] = reason }
    }

    mutating func refuseSelf(_ first: String, _ second: String, _ reason: String) {
        if let one = integer(first), one == integer(second) { refuse(second, reason) }
    }

    /// The smaller id first, so that a pair has one way to be written.
    mutating func order(_ first: String, _ second: String) {
        guard let one = integer(first), let other = integer(second), one > other else { return }
        set(first, .integer(other))
        set(second, .integer(one))
    }

    /// Follows a reference to the same kind upwards and refuses to come back to the start.
    mutating func refuseLoop(_ field: String) throws {
        guard let id, isChanged(field), var next = integer(field) else { return }
        for _ in 0..<64 {
            if next == id {
                refuse(field, "It would be inside itself.")
                return
            }
            let query: SQL =
                "SELECT \(.trusted(field)) AS parent FROM \(.trusted(kind.table)) WHERE id = \(next)"
            guard let parent = try tx.rows(query).first?.optional("parent", as: Int64.self) else { return }
            next = parent
        }
        refuse(field, "It would be nested too deeply.")
    }

    /// `router ↔ switch`: what a relation is called.
    func joined(_ first: String, _ word: String, _ second: String) throws -> String {
        let ends = try [first, second].map { field in
            guard let id = integer(field) else { return "?" }
            return try tx.rows("SELECT name FROM objects WHERE id = \(id)").first?.get("name") ?? "?"
        }
        return "\(ends[0]) \(word) \(ends[1])"
    }
}
