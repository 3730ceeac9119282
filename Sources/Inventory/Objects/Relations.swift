import HTTPKit
import JSONKit
import Kernel
import Persistence

/// What an object refers to, and what refers to it.
struct Relations: Sendable {
    enum Direction: String, Sendable { case out, `in` }

    struct Group: Sendable {
        let label: String
        let direction: Direction
        let field: String
        let kind: String
        let items: [RelatedObject]
    }

    /// Of one group; its list shows the rest.
    static let shown = 200

    private(set) var groups: [Group] = []

    init(of kind: Kind, _ row: Row, in tx: any Session) throws {
        let values = kind.values(row)
        for field in kind.references {
            guard let id = Int64(sqlValue: values[field.name] ?? .null),
                let target = try RelatedObject.find("o.id = \(id)", in: tx).first
            else { continue }
            groups.append(
                Group(
                    label: field.label, direction: .out, field: field.name, kind: target.reference.kind, items: [target]
                ))
        }
        let id = Int64(sqlValue: row[Column.id]) ?? 0
        let labels = Dictionary(grouping: kind.inbound, by: \.kind.name)
        for inbound in kind.inbound {
            let condition: SQL =
                """
                o.id IN (SELECT t.id FROM \(.trusted(inbound.kind.table)) t
                    WHERE \(.trusted("t." + inbound.field.name)) = \(id))
                """
            let items = try RelatedObject.find(condition, in: tx)
            guard !items.isEmpty else { continue }
            // Two fields of one kind may point here: the ends of a connection.
            let isAmbiguous = (labels[inbound.kind.name]?.count ?? 0) > 1
            let label = isAmbiguous ? "\(inbound.kind.plural) (\(inbound.field.label))" : inbound.kind.plural
            groups.append(
                Group(label: label, direction: .in, field: inbound.field.name, kind: inbound.kind.name, items: items))
        }
    }
}

/// Enough of an object to name it, link to it and show its state.
struct RelatedObject: Sendable {
    let reference: ObjectReference
    let status: String?
    let icon: String?

    static func find(_ condition: SQL, in tx: any Session) throws -> [RelatedObject] {
        try tx.rows(
            """
            SELECT o.id, o.kind, o.name, o.status, o.icon FROM objects o
            WHERE \(condition) AND o.deleted_at IS NULL ORDER BY o.name_key, o.id LIMIT \(Relations.shown)
            """
        ).map { row in
            RelatedObject(
                reference: try row.reference(),
                status: try row.optional("status"), icon: try row.optional("icon"))
        }
    }
}

extension RelatedObject: JSONAnswer {
    static let shape: JSONShape = .object([
        .init(name: "kind", shape: .string, isRequired: true),
        .init(name: "id", shape: .integer, isRequired: true),
        .init(name: "name", shape: .string, isRequired: true),
        .init(name: "status", shape: .nullable(.string), isRequired: true),
        .init(name: "icon", shape: .nullable(.string), isRequired: true),
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("kind", reference.kind)
        writer.member("id", reference.id)
        writer.member("name", reference.name)
        writer.member("status", status)
        writer.member("icon", icon)
        writer.endObject()
    }
}

extension Relations: JSONAnswer {
    static let shape: JSONShape = .object([
        .init(
            name: "groups",
            shape: .array(
                .object([
                    .init(name: "label", shape: .string, isRequired: true),
                    .init(name: "direction", shape: .choice(["out", "in"]), isRequired: true),
                    .init(name: "field", shape: .string, isRequired: true),
                    .init(name: "kind", shape: .string, isRequired: true),
                    .init(name: "items", shape: .array(RelatedObject.shape), isRequired: true),
                ])), isRequired: true)
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.name("groups")
        writer.beginArray()
        for group in groups {
            writer.beginObject()
            writer.member("label", group.label)
            writer.member("direction", group.direction.rawValue)
            writer.member("field", group.field)
            writer.member("kind", group.kind)
            writer.name("items")
            group.items.write(to: &writer)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
    }
}

extension Consequences: JSONAnswer {
    static let shape: JSONShape = {
        let references = JSONShape.array(ObjectReference.shape)
        let lists = ["deletes", "clears", "blocks"].map {
            JSONShape.Field(name: $0, shape: references, isRequired: true)
        }
        let totals = ["deletes_total", "clears_total", "blocks_total"].map {
            JSONShape.Field(name: $0, shape: .integer, isRequired: true)
        }
        return .object(lists + totals)
    }()
}
