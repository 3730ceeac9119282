import JSONKit
import Kernel
import Persistence

/// Imports the rows of a sheet in one transaction: all of them, or none when one has a problem. A dry run does the same
/// and takes it back, so that it says exactly what would happen.
struct Importer: Sendable {
    let store: any Store

    /// `allowsConflicts`: a lab that documents two holders of one address comes back as it was.
    func run(
        _ kind: Kind, _ sheet: ImportSheet, isDry: Bool, allowsConflicts: Bool = false, by caller: Caller
    ) async throws -> ImportResult {
        do {
            return try await store.write { tx in
                var run = ImportRun(kind, caller, tx, allowsConflicts: allowsConflicts)
                try run.take(sheet.rows)
                let result = ImportResult(rows: run.results.compactMap { $0 })
                guard !isDry, result.count(.error) == 0 else { throw TakenBack(result: result) }
                return result
            }
        } catch let undone as TakenBack {
            return undone.result.takenBack
        }
    }

    /// Thrown so that the transaction is rolled back.
    private struct TakenBack: Error {
        let result: ImportResult
    }
}

extension ImportResult {
    /// New objects have no id when they are not kept.
    var takenBack: ImportResult {
        ImportResult(
            rows: rows.map { row in
                var row = row
                if row.action == .create { row.id = nil }
                return row
            })
    }
}

/// One import inside its transaction.
struct ImportRun {
    private let kind: Kind
    private let caller: Caller
    private let tx: any Session
    private let origin: Origin
    private(set) var results: [ImportResult.Row?] = []
    /// Objects a row has been about already, with the number of that row.
    private var seen: [Int64: Int] = [:]

    init(_ kind: Kind, _ caller: Caller, _ tx: any Session, allowsConflicts: Bool = false) {
        origin = Origin(Origin.importer.source, allowsConflicts: allowsConflicts)
        self.kind = kind
        self.caller = caller
        self.tx = tx
    }

    mutating func take(_ rows: [ImportSheet.Row]) throws {
        results = Array(repeating: nil, count: rows.count)
        let (order, inCircles) = inOrder(rows)
        for index in order + inCircles { results[index] = try result(of: rows[index]) }
        for index in inCircles where results[index]?.action == .error {
            results[index]?.problems["row"] =
                "Rows of this file name each other in a circle, this one among them or behind them. Leave one name out."
        }
        // A name or an address may be free by now, because a later row gave it up.
        for (index, row) in rows.enumerated() where results[index]?.mayComeRight == true {
            results[index] = try result(of: row)
        }
    }

    /// Rows that name another row of the sheet come behind it; those for which that cannot be are told apart.
    private func inOrder(_ rows: [ImportSheet.Row]) -> (order: [Int], inCircles: [Int]) {
        let stems = kind.references.filter { $0.targets?.contains(kind.name) == true }.map { $0.stem + "_name" }
        guard !stems.isEmpty else { return (Array(rows.indices), []) }
        func key(_ row: ImportSheet.Row, _ member: String) -> String? {
            row.members[member]?.stringValue.map { NameKey.of($0.trimmed) }
        }
        var pending: [String: Int] = [:]
        for row in rows { if let name = key(row, "name") { pending[name, default: 0] += 1 } }
        var order: [Int] = []
        var waiting = Array(rows.indices)
        while !waiting.isEmpty {
            var later: [Int] = []
            for index in waiting {
                let own = key(rows[index], "name")
                let isBlocked = stems.contains { stem in
                    key(rows[index], stem).map { $0 != own && pending[$0, default: 0] > 0 } ?? false
                }
                if isBlocked {
                    later.append(index)
                } else {
                    order.append(index)
                    if let own { pending[own, default: 1] -= 1 }
                }
            }
            if later.count == waiting.count { return (order, later) }
            waiting = later
        }
        return (order, [])
    }

    private mutating func result(of row: ImportSheet.Row) throws -> ImportResult.Row {
        var result = ImportResult.Row(
            number: row.number, action: .error, id: row.id, name: row.members["name"]?.stringValue,
            problems: row.problems)
        guard row.problems.isEmpty else { return result }
        do {
            if let existing = try existing(row) {
                try change(existing, row, &result)
            } else {
                let members = try RowMembers(kind, row, existing: nil, in: tx).members
                let made = try ObjectWriter.create(kind, members, origin: origin, by: caller, in: tx)
                (result.action, result.id) = (.create, made)
                result.change = try named(ObjectChange(before: JSONObject(), after: members.withoutNulls))
                seen[made] = row.number
                if !kind.hasName { result.name = try name(of: made) }
            }
        } catch let error as AppError where error.kind != .fault && error.kind != .unavailable {
            result.problems = error.fields.isEmpty ? ["row": error.message] : error.fields
            result.mayComeRight = error.kind == .conflict
        }
        return result
    }

    private mutating func change(_ existing: Row, _ row: ImportSheet.Row, _ result: inout ImportResult.Row) throws {
        let head = existing.head(kind)
        result.id = head.id
        if result.name == nil { result.name = head.name }
        if let other = seen[head.id], other != row.number {
            result.problems["row"] = "Row \(other) is about \(head.name) as well."
            return
        }
        seen[head.id] = row.number
        let members = try RowMembers(kind, row, existing: existing, in: tx).members
        let change = try ObjectWriter.change(kind, existing, members, origin: origin, by: caller, in: tx)
        result.change = try change.map(named)
        result.action = change == nil ? .unchanged : .change
        if result.action == .change, !kind.hasName { result.name = try name(of: head.id) }
    }

    /// The object a row is about: that with its id, or that with its name where names are unique. An id that nothing here
    /// has comes from another lab, or from what was purged since the export: the row can make the object anew.
    private func existing(_ row: ImportSheet.Row) throws -> Row? {
        if let id = row.id {
            if let found = try ObjectStore.find(kind, id: id, in: tx) { return found }
            if let gone = try ObjectStore.find(kind, id: id, isTrashed: true, in: tx) {
                let head = gone.head(kind)
                throw AppError(
                    .notFound, "\(head.name) is in the trash. Restore it there, or leave out the id to make a new one.",
                    holders: [head])
            }
            guard row.canStandAlone(kind) else { throw AppError.notFound("This \(kind.label.lowercased())") }
        }
        guard let conditions = key(of: row) else { return nil }
        return try tx.rows(
            "\(kind.select) WHERE o.kind = \(kind.name) AND o.deleted_at IS NULL AND \(.all(conditions)) LIMIT 1"
        ).first
    }

    private func key(of row: ImportSheet.Row) -> [SQL]? {
        func stored(_ name: String) -> SQLValue? {
            kind.field(name).flatMap { try? $0.read(row.members[name] ?? .null) }
        }
        if kind.isNameUnique {
            guard case .text(let name)? = stored("name") else { return nil }
            return ["o.name_key = \(NameKey.of(name))"]
        }
        guard !kind.rules.importKey.isEmpty else { return nil }
        var conditions: [SQL] = []
        for name in kind.rules.importKey {
            // What cannot be read tells no object from another; the row is refused for it.
            guard let value = stored(name) else { return nil }
            let column: SQL = name == "name" ? "o.name" : .trusted("t.\(name)")
            conditions.append(value == .null ? "\(column) IS NULL" : "\(column) = \(value)")
        }
        return conditions
    }

    private func name(of id: Int64) throws -> String? {
        try tx.rows("SELECT name FROM objects WHERE id = \(id)").first?.get("name")
    }

    /// References by the names of what they point to: a person reads the preview.
    private func named(_ change: ObjectChange) throws -> ObjectChange {
        func named(_ members: JSONObject) throws -> JSONObject {
            var members = members
            for field in kind.references {
                guard let id = members[field.name]?.integerValue, let name = try name(of: id) else { continue }
                members[field.name] = .string(name)
            }
            return members
        }
        return ObjectChange(before: try named(change.before), after: try named(change.after))
    }
}

extension ImportSheet.Row {
    /// Whether it says enough to make an object of: a row of an id and a few cells changes one and is no object.
    fileprivate func canStandAlone(_ kind: Kind) -> Bool {
        guard kind.hasName else { return members.members.contains { !$0.value.isNull } }
        return !(members["name"]?.stringValue?.trimmed ?? "").isEmpty
    }
}

extension JSONObject {
    /// What a new object is given: an empty cell gives nothing.
    fileprivate var withoutNulls: JSONObject {
        var kept = JSONObject()
        for (name, value) in members where !value.isNull { kept[name] = value }
        return kept
    }
}
