import HTTPKit
import JSONKit

/// A node and an edge as every answer says them, written and described in one place: the whole map, its differences,
/// shared maps, files, and what changed between two moments. What is not there is left out.
enum MapShape {
    static let nodeKind: JSONShape = .choice(ObjectKind.nodes.map(\.rawValue))

    /// What an edge is, and between which nodes.
    static let edgeEnds: [JSONShape.Field] = [
        .init(name: "id", shape: .string, isRequired: true),
        .init(name: "type", shape: .choice(EdgeType.allCases.map(\.rawValue)), isRequired: true),
        .init(name: "from", shape: .integer, isRequired: true),
        .init(name: "to", shape: .integer, isRequired: true),
    ]

    static let edge: JSONShape = .object(
        edgeEnds + [
            .init(name: "medium", shape: .string, isRequired: false),
            .init(name: "speed_mbps", shape: .integer, isRequired: false),
            .init(name: "label", shape: .string, isRequired: false),
        ])

    static let node: JSONShape = .object([
        .init(name: "id", shape: .integer, isRequired: true),
        .init(name: "kind", shape: nodeKind, isRequired: true),
        .init(name: "name", shape: .string, isRequired: true),
        .init(name: "status", shape: .string, isRequired: true),
        .init(name: "icon", shape: .string, isRequired: false),
        .init(name: "role", shape: .string, isRequired: false),
        .init(name: "ip", shape: .string, isRequired: false),
        .init(name: "environment", shape: .string, isRequired: false),
        .init(name: "tags", shape: .array(.string), isRequired: false),
        .init(name: "x", shape: .number, isRequired: false),
        .init(name: "y", shape: .number, isRequired: false),
        .init(name: "pinned", shape: .boolean, isRequired: false),
        .init(
            name: "appearance", shape: .object(Appearance.members), isRequired: false,
            summary: "How this map shows it."),
    ])
}

extension JSONWriter {
    /// `id`, `type`, `from` and `to` of an edge.
    mutating func edgeEnds(_ id: String, _ type: EdgeType, from: Int64, to: Int64) {
        name("id")
        string(id)
        name("type")
        string(type.rawValue)
        name("from")
        integer(from)
        name("to")
        integer(to)
    }

    mutating func edge(_ id: String, _ type: EdgeType, from: Int64, to: Int64, _ look: EdgeLook?) {
        beginObject()
        edgeEnds(id, type, from: from, to: to)
        if let medium = look?.medium { member("medium", medium) }
        if let speed = look?.speed { member("speed_mbps", speed) }
        if let label = look?.label { member("label", label) }
        endObject()
    }

    /// The members of a node up to its state; the object around them is the caller's.
    mutating func nodeHead(_ id: Int64, _ kind: ObjectKind, named title: String?, status: String) {
        name("id")
        integer(id)
        name("kind")
        string(kind.rawValue)
        if let title { member("name", title) }
        name("status")
        string(status)
    }
}

extension ExportScene {
    func write(_ link: Link, to writer: inout JSONWriter) {
        let look = EdgeLook(medium: link.medium, speed: link.speed, label: link.label)
        writer.edge(link.id, link.type, from: nodes[link.from].id, to: nodes[link.to].id, look)
    }
}
