import Persistence

/// A kind of object: its names, its fields and the rules that go beyond one field.
package struct Kind: Sendable {
    package enum Group: String, Sendable {
        case inventory, network, organisation, relation
    }

    /// In the API's answers, in events and in the audit trail: `compute_unit`.
    package let name: String
    /// Under `/api/v1`: `compute-units`.
    package let path: String
    /// In the database: `compute_units`.
    package let table: String
    package let label: String
    package let plural: String
    package let group: Group
    /// Drawn on the map.
    package let isNode: Bool
    /// People give it a name; the others are named after what they join or hold.
    package let hasName: Bool
    /// No two living objects of the kind have the same name.
    package let isNameUnique: Bool
    package let fields: [Field]
    let rules: Rules

    /// What a kind adds to the checks of its fields.
    struct Rules: Sendable {
        /// Runs in the writing transaction after every field was read; adds problems or throws a conflict.
        var check: (@Sendable (inout Checkup) throws -> Void)?
        /// Fields whose values together are held by one living object only.
        var unique: [[String]] = []
        /// Of those with this value of the field, each holder may have one alike.
        var shared: (field: String, value: String, by: String)?
        /// Fields that tell an import which object a row is about, where names alone do not.
        var importKey: [String] = []
        /// The name of an object that people do not name.
        var title: (@Sendable (Checkup) throws -> String)?
    }

    init(
        _ name: String, path: String, table: String? = nil, _ label: String, _ plural: String, group: Group,
        isNode: Bool = false, hasName: Bool = true, isNameUnique: Bool = false, rules: Rules = Rules(),
        notesUpTo: Int = 20_000, fields: [Field]
    ) {
        self.name = name
        self.path = path
        self.table = table ?? path.replacing("-", with: "_")
        self.label = label
        self.plural = plural
        self.group = group
        self.isNode = isNode
        self.hasName = hasName
        self.isNameUnique = isNameUnique
        self.rules = rules
        self.fields = fields
        commonFields = Kind.common(hasName: hasName, notesUpTo: notesUpTo)
        allFields = commonFields + fields
        columnNames = .trusted((["id"] + fields.flatMap { [$0.name] + $0.keyColumns }).joined(separator: ", "))
        references = fields.filter { $0.targets != nil }
        writers = fields.map(ColumnWriter.init)
        (selectHead, selectFrom) = Kind.select(table: self.table, fields: fields, references: references)
    }

    /// Reads everything about objects of the kind; a condition on `o` (objects) or `t` (this kind) follows.
    var select: SQL { "\(selectHead) \(selectFrom)" }
    let selectHead: SQL
    let writers: [ColumnWriter]
    let selectFrom: SQL

    /// Fields that every object has, in the table `objects`.
    package let commonFields: [Field]
    package let references: [Field]

    /// Every field that can be written, those all kinds share first.
    package let allFields: [Field]
    /// Of its own table, in the order of `columns`.
    let columnNames: SQL

    package func field(_ name: String) -> Field? {
        fields.first { $0.name == name } ?? commonFields.first { $0.name == name }
    }

    package static let statuses = ["unknown", "up", "degraded", "down", "maintenance", "retired"]

    private static func common(hasName: Bool, notesUpTo: Int) -> [Field] {
        let name = Field.text("name", "Name").upTo(120)
        return [
            hasName ? name.required : name.help("Left empty, it is named after what it joins or holds."),
            Field("status", "Status", .choice(statuses)).of("State"),
            Field.text("owner", "Owner").upTo(120).of("More"),
            Field.text("icon", "Icon").upTo(64).of("More"),
            Field.longText("notes", "Notes").upTo(notesUpTo).of("More").help("Markdown."),
        ]
    }
}

/// A reference field seen from the kind it points to.
struct InboundReference: Sendable {
    let kind: Kind
    let field: Field
}

extension Kind {
    /// Every kind, in the order of the interface's rail.
    package static let all: [Kind] = [
        .hardware, .computeUnit, .service, .storage, .externalNode, .cluster, .miscItem, .network, .interface, .address,
        .ipRange, .vlan, .connection, .dependency, .networkMembership, .networkPeer, .clusterMember, .noteLink, .note,
        .rack, .location, .environment, .category, .tag, .customField,
    ]

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    package static func named(_ name: String) -> Kind? { byName[name] }

    private static let inboundByKind: [String: [InboundReference]] = {
        var found: [String: [InboundReference]] = [:]
        for kind in all {
            for field in kind.references {
                for target in field.targets ?? [] {
                    found[target, default: []].append(InboundReference(kind: kind, field: field))
                }
            }
        }
        return found
    }()

    /// The fields of any kind that may point to this one.
    var inbound: [InboundReference] { Kind.inboundByKind[name] ?? [] }
}
