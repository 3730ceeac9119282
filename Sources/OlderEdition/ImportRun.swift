import Access
import Inventory
import JSONKit
import Kernel
import Persistence
import SecretVault

/// One import inside its transaction: the tables one after the other, so that what is pointed to comes first.
struct ImportRun {
    let source: any OldSource
    let sourceName: String
    let caller: Caller
    let vault: SecretVault
    let seeds: any SeedVault
    let secrets: OldSecrets
    let tx: any Session
    /// Told every value that has no place, as a line of JSON.
    let leave: (JSONValue) throws -> Void
    var book = ReportBook()
    /// Old ids to new ones, by table.
    var ids: [String: [String: Int64]] = [:]
    /// Tables that a step took care of.
    var done: Set<String> = []
    /// Tag names by old table and id.
    var tags: [String: [String: [String]]] = [:]
    /// How hardware was asked, without secrets, by old id.
    var extra: [String: String] = [:]
    var mailIsKnown = false
    var tagNames: [String: String] = [:]
    var vlanNumbers: [Int64: Int64] = [:]
    var vlanOfNetwork: [String: String] = [:]
    /// Interfaces made of port maps, by hardware and port.
    var ports: [String: Int64] = [:]

    mutating func run() throws {
        for table in source.tables { book.begin(table, columns: try source.columns(of: table)) }
        try loadKnown()
        try takeOrganisation()
        try takeThings()
        try takeNetworks()
        try takeRelations()
        try takeDocuments()
        try takePeople()
        try takeSettings()
        try takeSecrets()
        try leaveTheRest()
    }

    private mutating func loadKnown() throws {
        var names: [(table: String, id: String, new: Int64)] = []
        for row in try tx.rows("SELECT old_table, old_id, new_id FROM older_rows WHERE source = \(sourceName)") {
            names.append((try row.text(0), try row.text(1), try row.integer(2)))
        }
        for name in names { ids[name.table, default: [:]][name.id] = name.new }
    }

    // MARK: - For the steps

    /// Walks a table's rows that were not imported before; afterwards what nobody took of a row is left over.
    mutating func each(_ table: String, _ body: (inout ImportRun, OldRow) throws -> Void) throws {
        guard source.has(table), done.insert(table).inserted else { return }
        var rows: [OldRow] = []
        try source.each(table) { rows.append(OldRow(table, $0)) }
        for row in rows {
            book.count(table) { $0.rows += 1 }
            let isKnown = ids[table]?[row.id] != nil
            try body(&self, row)
            if isKnown { book.count(table) { $0.known += 1 } }
            try finish(row)
        }
    }

    func isKnown(_ row: OldRow) -> Bool { ids[row.table]?[row.id] != nil }

    mutating func remember(_ row: OldRow, _ kind: String, _ id: Int64) throws {
        ids[row.table, default: [:]][row.id] = id
        try tx.run(
            """
            INSERT INTO older_rows (source, old_table, old_id, kind, new_id)
            VALUES (\(sourceName), \(row.table), \(row.id), \(kind), \(id))
            """)
    }

    /// What an old reference points to now; it is left over when that row is not there.
    func reference(_ row: OldRow, _ column: String, in table: String, to place: String) -> JSONValue? {
        guard let value = row.raw(column) else { return nil }
        let key = value.stringValue ?? value.text
        guard let id = ids[table]?[key] else {
            row.settle(column, .none("\(table) \(key) is not there"))
            return nil
        }
        row.settle(column, .mapped(place))
        return .integer(id)
    }

    /// Makes an object. Fields that are refused move to the custom values with their reason in the report.
    mutating func make(_ kind: Kind, _ row: OldRow, _ members: JSONObject, joins: Bool = false) throws {
        if isKnown(row) { return }
        var members = members
        for _ in 0..<12 {
            do {
                let id = try tx.attempt {
                    try ObjectWriter.create(
                        kind, members, origin: Origin("import", allowsConflicts: true), by: caller, in: tx)
                }
                book.count(row.table) { $0.made += 1 }
                return try remember(row, kind.name, id)
            } catch let error as AppError where error.kind == .invalid || error.kind == .conflict {
                if joins || error.kind == .conflict, let other = error.holders.first(where: { $0.kind == kind.name }),
                    kind.isNameUnique || kind.hasName == false
                {
                    book.count(row.table) { $0.merged += 1 }
                    book.remark("\(row.table) \(row.id) is one with “\(other.name)”, which was here; its fields stay.")
                    return try remember(row, kind.name, other.id)
                }
                guard try giveWay(&members, to: error, kind, row) else {
                    return refuse(row, error.message)
                }
            }
        }
        refuse(row, "too many of its fields were refused")
    }

    mutating func refuse(_ row: OldRow, _ why: String) {
        for (column, _) in row.untaken + taken(row) { row.settle(column, .none(why)) }
        book.count(row.table) { $0.left += 1 }
        book.remark("\(row.table) \(row.id) was not imported: \(why)")
    }

    private func taken(_ row: OldRow) -> [(column: String, value: JSONValue)] {
        row.fates.keys.compactMap { column in row.raw(column).map { (column, $0) } }
    }

    /// Moves refused fields to the custom values. False when there is none that can move.
    private mutating func giveWay(
        _ members: inout JSONObject, to error: AppError, _ kind: Kind, _ row: OldRow
    ) throws -> Bool {
        var hasMoved = false
        for (field, reason) in error.fields.sorted(by: { $0.key < $1.key }) {
            guard let value = members[field], let known = kind.field(field), !known.isRequired else { continue }
            members[field] = nil
            var custom = members["custom"]?.objectValue ?? JSONObject()
            custom[field] = value.arrayValue == nil ? value : .string(value.text)
            members["custom"] = .object(custom)
            hasMoved = true
            for (column, fate) in row.fates {
                if case .mapped(let place) = fate, place.hasSuffix(".\(field)") {
                    row.settle(column, .kept("custom value \(field): \(reason)"))
                }
                if case .derived(let place, _) = fate, place.hasSuffix(".\(field)") {
                    row.settle(column, .kept("custom value \(field): \(reason)"))
                }
            }
        }
        return hasMoved
    }

    /// Columns of an object that nothing took become custom values, as far as these reach.
    func keepRest(_ row: OldRow, _ members: inout JSONObject, except passing: Set<String> = []) {
        var custom = members["custom"]?.objectValue ?? JSONObject()
        for (column, value) in row.untaken where !Self.bookkeeping.contains(column) && !passing.contains(column) {
            if value == false || value == 0 || value == [] || value == "[]" || value == "{}" {
                row.settle(column, .derived("left out", "it says no more than an empty value"))
                continue
            }
            guard custom.count < 45 else { continue }
            let kept: JSONValue =
                switch value {
                case .string, .integer, .number, .bool: value
                default: .string(value.text)
                }
            guard kept.text.utf8.count <= 1_900 else { continue }
            custom["older \(column)"] = kept
            row.settle(column, .kept("custom value “older \(column)”"))
        }
        if !custom.isEmpty { members["custom"] = .object(custom) }
    }

    /// What the older edition wrote down for itself.
    static let bookkeeping: Set<String> = [
        "created_at", "updated_at", "tenant_id", "integration_config_id", "source_scan_result_id", "telemetry_data",
        "telemetry_status", "telemetry_last_polled", "proxmox_status", "ip_conflict", "ip_conflict_json",
        "privacy_score", "threat_profile",
    ]

    /// Notes the fate of every column of the row, and leaves over what has no place.
    private mutating func finish(_ row: OldRow) throws {
        for (column, _) in row.untaken {
            row.settle(
                column,
                .none(
                    Self.bookkeeping.contains(column)
                        ? "the older edition's own bookkeeping" : "there is no such field in this edition"))
        }
        if let id = row.raw("id") {
            book.note(row.table, "id", .derived("older_rows.old_id", "remembered, so that a second import finds it"))
            _ = id
        }
        for (column, fate) in row.fates {
            book.note(row.table, column, fate)
            guard case .none = fate, let value = row.raw(column) else { continue }
            try leaveOver(row.table, row.id, column, value)
        }
    }

    private mutating func leaveOver(_ table: String, _ id: String, _ column: String, _ value: JSONValue) throws {
        book.report.leftovers += 1
        try leave(
            .object(
                JSONObject([
                    ("table", .string(table)), ("id", .string(id)), ("column", .string(column)),
                    ("value", Masking.masked(value, named: column)),
                ])))
    }

    /// Tables without a step: every row goes to the leftovers, one after the other.
    private mutating func leaveTheRest() throws {
        for table in source.tables where done.insert(table).inserted {
            let why = Reasons.noPlace[table] ?? "this edition knows no such table"
            var found: [OldRow] = []
            // In batches: these are the large tables.
            var run = self
            try source.each(table) { values in
                found.append(OldRow(table, values))
                if found.count >= 500 { try Self.flush(&run, &found, why) }
            }
            try Self.flush(&run, &found, why)
            self = run
        }
    }

    private static func flush(_ run: inout ImportRun, _ rows: inout [OldRow], _ why: String) throws {
        for row in rows {
            run.book.count(row.table) {
                $0.rows += 1
                $0.left += 1
            }
            for (column, _) in row.untaken { row.settle(column, .none(why)) }
            try run.finish(row)
        }
        rows = []
    }
}
