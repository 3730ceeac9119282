import JSONKit
import Kernel
import Persistence

/// What a row of an import means for the object it is about.
///
/// An export names each reference twice, by id and by name. Whoever edits one of the two means the one that was edited,
/// and a sheet from another lab, where the ids are others, never points at something of another name.
struct RowMembers {
    private(set) var members: JSONObject
    /// The row has an id and makes something anew: its ids are those of another lab, or of what is gone.
    private let isFromElsewhere: Bool

    init(_ kind: Kind, _ row: ImportSheet.Row, existing: Row?, in tx: any Session) throws {
        members = row.members
        isFromElsewhere = existing == nil && row.id != nil
        var nameColumn = Column.ownFields + kind.fields.count
        for field in kind.references {
            let at = kind.fields.firstIndex { $0.name == field.name } ?? 0
            let stored = existing.flatMap { Int64(sqlValue: $0[Column.ownFields + at]) }
            let visible = existing.flatMap { String(sqlValue: $0[nameColumn]) }
            nameColumn += 2
            try settle(field, stored: stored, visible: visible, in: tx)
        }
        try mergeCustom(row, existing: existing)
    }

    private mutating func settle(_ field: Field, stored: Int64?, visible: String?, in tx: any Session) throws {
        guard let value = members[field.name] else { return }
        let member = field.stem + "_name"
        let name = members[member]?.stringValue?.trimmed ?? ""
        guard let id = value.integerValue else {
            guard value.isNull else { return }
            // What lies in the trash reads as none; an export sent back does not let go of it.
            if !name.isEmpty || (stored != nil && visible == nil) { members[field.name] = nil }
            if name.isEmpty, stored != nil, visible == nil { members[member] = nil }
            return
        }
        guard !name.isEmpty else { return }
        let isSameName = visible.map { NameKey.of($0) == NameKey.of(name) } ?? false
        if id == stored {
            if !isSameName { members[field.name] = nil }
            return
        }
        // The id was edited, the name beside it left as it was.
        if isSameName { return }
        let theirs = try tx.rows("SELECT name FROM objects WHERE id = \(id) AND deleted_at IS NULL").first?
            .get("name", as: String.self)
        guard let theirs else { return members[field.name] = nil }
        if NameKey.of(theirs) != NameKey.of(name) {
            if isFromElsewhere { return members[field.name] = nil }
            throw AppError(
                .invalid, "The id and the name differ.",
                fields: [field.name: "\(id) is “\(theirs)”, not “\(name.prefix(60))”. Leave out one of the two."])
        }
    }

    private mutating func mergeCustom(_ row: ImportSheet.Row, existing: Row?) throws {
        let text = existing.flatMap { String(sqlValue: $0[Column.custom]) } ?? "{}"
        let stored = (try? JSONParser.parse(text))?.objectValue ?? JSONObject()
        guard row.customCells.isEmpty else {
            var custom = stored
            for (name, cell) in row.customCells {
                if cell.isEmpty {
                    custom[name] = nil
                } else if custom[name].map(CustomCell.text) != cell {
                    custom[name] = .string(cell)
                }
            }
            if custom != stored { members["custom"] = .object(custom) }
            return
        }
        // The same values in another order are no change.
        if members["custom"]?.objectValue == stored, existing != nil { members["custom"] = nil }
    }
}

/// A custom value in a cell: a text as it is, anything else as JSON writes it.
enum CustomCell {
    static func text(_ value: JSONValue) -> String { value.stringValue ?? value.text }
}
