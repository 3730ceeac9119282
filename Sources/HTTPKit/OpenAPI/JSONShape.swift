import JSONKit

/// The shape of a JSON value, as JSON Schema 2020-12 (OpenAPI 3.1) wants it.
package indirect enum JSONShape: Sendable, Equatable {
    case string, integer, number, boolean
    /// A text of a registered format: `date-time`, `ipv4`, `uri` …
    case format(String)
    case text(minimum: Int?, maximum: Int?)
    case range(minimum: Int, maximum: Int)
    case choice([String])
    case array(JSONShape)
    case object([Field])
    /// Any member names, each value of that shape.
    case map(JSONShape)
    case nullable(JSONShape)
    /// A shape from the document's components.
    case named(String)
    case any

    package struct Field: Sendable, Equatable {
        package let name: String
        package let shape: JSONShape
        package let isRequired: Bool
        package let summary: String?

        package init(name: String, shape: JSONShape, isRequired: Bool, summary: String? = nil) {
            self.name = name
            self.shape = shape
            self.isRequired = isRequired
            self.summary = summary
        }
    }

    /// `{items: […], next: …}` of that shape.
    package static func page(of item: JSONShape, counted: Bool = false) -> JSONShape {
        var fields: [Field] = [
            .init(name: "items", shape: .array(item), isRequired: true),
            .init(name: "next", shape: .nullable(.string), isRequired: true),
        ]
        if counted { fields.append(.init(name: "total", shape: .integer, isRequired: false)) }
        return .object(fields)
    }
}

extension JSONShape {
    /// The members of objects in there that this shape has no name for, as paths such as `foreign_origins.x`. An
    /// object without any known member may hold anything.
    func unknownMembers(in value: JSONValue, at path: String = "") -> [String] {
        switch (self, value) {
        case (.nullable(let shape), let value): shape.unknownMembers(in: value, at: path)
        case (.array(let item), .array(let values)): values.flatMap { item.unknownMembers(in: $0, at: path) }
        case (.map(let shape), .object(let object)):
            object.members.flatMap { shape.unknownMembers(in: $0.value, at: Self.path(path, $0.name)) }
        case (.object(let fields), .object(let object)) where !fields.isEmpty:
            object.members.flatMap { member in
                guard let field = fields.first(where: { $0.name == member.name }) else {
                    return [Self.path(path, member.name)]
                }
                return field.shape.unknownMembers(in: member.value, at: Self.path(path, member.name))
            }
        default: []
        }
    }

    /// What may be chosen at a place in the value; empty where that is free.
    func choices(at path: some Collection<any CodingKey>) -> [String] {
        switch self {
        case .nullable(let shape): return shape.choices(at: path)
        case .choice(let words): return path.isEmpty ? words : []
        default: break
        }
        guard let key = path.first else { return [] }
        let rest = path.dropFirst()
        return switch self {
        case .object(let fields): fields.first { $0.name == key.jsonName }?.shape.choices(at: rest) ?? []
        case .array(let item): item.choices(at: rest)
        case .map(let shape): shape.choices(at: rest)
        default: []
        }
    }

    private static func path(_ path: String, _ name: String) -> String {
        path.isEmpty ? String(name.prefix(80)) : "\(path).\(name.prefix(80))"
    }
}

/// A body as the OpenAPI document describes it.
package enum BodyShape: Sendable, Equatable {
    case nothing
    case json(JSONShape)
    /// Bytes of that media type.
    case bytes(String)
    /// One of several media types, as the request says.
    case oneOf([BodyShape])
}

extension BodyShape {
    func choices(at path: [any CodingKey]) -> [String] {
        if case .json(let shape) = self { shape.choices(at: path) } else { [] }
    }
}

/// A type that knows its JSON shape.
package protocol JSONShaped {
    static var shape: JSONShape { get }
}

extension JSONShaped where Self: Decodable {
    package static var shape: JSONShape { (try? JSONShape.of(Self.self)) ?? .any }
}

/// A type whose JSON is one checked scalar, such as a CIDR block: it cannot be built from a guess.
package protocol ScalarJSON {
    static var scalarShape: JSONShape { get }
    static var sample: Self { get }
}
