/// What a field of a query means on a kind.
enum QuerySubject {
    case name, kind, tag, source, id
    case created, updated
    case custom(String)
    /// A field of the kind's table, or one that every object has.
    case field(Field)
    /// The networks a device is in: by membership, by its interfaces, by its addresses.
    case network
    /// The VLANs of those networks and of its interfaces.
    case vlan
    /// Any address it has: in a field of its own or among the addresses it holds.
    case address

    /// Kinds that are in networks without a field that says so.
    private static let members = ["hardware", "compute_unit", "external_node", "service"]

    static func named(_ name: String, in kind: Kind, at position: Int) throws(QueryProblem) -> QuerySubject {
        switch name {
        case "name": return .name
        case "kind": return .kind
        case "tag", "tags": return .tag
        case "source": return .source
        case "id": return .id
        case "created", "created_at": return .created
        case "updated", "updated_at", "changed": return .updated
        default: break
        }
        if name.hasPrefix("custom.") {
            let custom = String(name.dropFirst(7))
            guard !custom.isEmpty else {
                throw QueryProblem(position: position, reason: "Say which custom field: custom.NAME:VALUE.")
            }
            return .custom(custom)
        }
        if let field = kind.allFields.first(where: { $0.name == name || $0.stem == name }) { return .field(field) }
        if members.contains(kind.name) {
            if name == "network" { return .network }
            if name == "vlan" { return .vlan }
        }
        let hasAddress = members.contains(kind.name) || kind.fields.contains { $0.type == .ip }
        if name == "ip" || name == "address", hasAddress { return .address }
        throw unknown(name, in: kind, at: position)
    }

    /// Every name that can stand before a colon.
    static func names(of kind: Kind) -> [String] {
        ["name", "kind", "tag", "source", "id", "created", "updated"]
            + kind.allFields.map(\.stem).filter { $0 != "name" }
            + (members.contains(kind.name) ? ["network", "vlan", "ip"] : [])
    }

    static let allNames = Array(Set(Kind.all.flatMap(names))).sorted()

    private static func unknown(_ name: String, in kind: Kind, at position: Int) -> QueryProblem {
        let near = Likeness.nearest(name, among: names(of: kind)).map { "Did you mean “\($0)”? " } ?? ""
        return QueryProblem(
            position: position,
            reason:
                "\(kind.plural) have no field “\(name.prefix(40))”. \(near)To find the text itself put it in quotes.",
            missingField: name)
    }
}

/// How far two short words are apart.
enum Likeness {
    /// Letters to add, take away or change. Only the beginnings of long words are looked at.
    static func distance(_ one: String, _ other: String) -> Int {
        let (left, right) = (Array(one.utf8.prefix(40)), Array(other.utf8.prefix(40)))
        var row = Array(0...right.count)
        for (index, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in right.indices {
                let change = diagonal + (right[column] == letter ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(change, row[column] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }

    static func nearest(_ word: String, among words: [String]) -> String? {
        let near = words.map { ($0, distance($0, word)) }.min { $0.1 < $1.1 }
        return near.flatMap { $0.1 <= max(1, min(3, word.count / 2)) ? $0.0 : nil }
    }
}
