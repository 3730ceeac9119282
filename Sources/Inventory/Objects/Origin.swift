import JSONKit
import Persistence

/// Who a value comes from, as `source` and `sources` tell it.
package struct Origin: Sendable, Equatable {
    /// `person`, `import`, `self` (what the machine knows of itself) …
    package let source: String
    /// Stores an address or a port although somebody else holds it.
    package let allowsConflicts: Bool
    /// A person looked at the machine's value and chose it.
    package let isChosen: Bool

    package init(_ source: String, allowsConflicts: Bool = false, isChosen: Bool = false) {
        self.source = source
        self.allowsConflicts = allowsConflicts
        self.isChosen = isChosen
    }

    package static let person = Origin("person")
    package static let importer = Origin("import")

    /// Fields of these sources are never overwritten by a machine.
    package static let humans: Set<String> = ["person", "import"]

    /// A machine fills in what nobody wrote and corrects what machines wrote; over a person's words it only proposes.
    func mayWrite(_ field: String, over value: SQLValue?, _ owners: FieldOwners) -> Bool {
        if isChosen || Self.humans.contains(source) { return true }
        if let other = owners.others[field]?.stringValue { return !Self.humans.contains(other) }
        // A status nobody chose is not a person's word.
        let isEmpty = value == nil || value == .null || (field == "status" && value == .text("unknown"))
        return isEmpty || !Self.humans.contains(owners.object)
    }
}

/// Who wrote each field of a stored object.
struct FieldOwners {
    /// Of every field that is not listed.
    let object: String
    let others: JSONObject

    init(_ row: Row) {
        object = String(sqlValue: row[Column.source]) ?? ""
        let text = String(sqlValue: row[Column.sources]) ?? "{}"
        others = (try? JSONParser.parse(text))?.objectValue ?? JSONObject()
    }
}
