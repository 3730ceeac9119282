import HTTPTypes
import JSONKit
import Kernel

/// The OpenAPI 3.1 document, written from the endpoints that are really mounted.
package struct OpenAPIDocument {
    private let endpoints: [Endpoint]
    private let components: [String: JSONShape]

    package init(endpoints: [Endpoint], components: [String: JSONShape]) {
        self.endpoints = endpoints
        self.components = components
    }

    package func json(version: String) -> JSONValue {
        var paths = JSONObject()
        let byPath = Dictionary(grouping: endpoints, by: \.path)
        for path in byPath.keys.sorted() {
            var operations = JSONObject()
            for endpoint in byPath[path, default: []].sorted(by: { $0.method.rawValue < $1.method.rawValue }) {
                operations[endpoint.method.rawValue.lowercased()] = operation(endpoint)
            }
            paths[template(path)] = .object(operations)
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "Circuit Breaker", "version": .string(version),
                "description": "The truth about a homelab or a server room, over HTTPS.",
                "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
            ],
            "servers": [["url": "/"]],
            "security": [["session": []], ["token": []]],
            "paths": .object(paths),
            "components": [
                "schemas": .object(schemas),
                "responses": .object(refusals),
                "securitySchemes": [
                    "session": ["type": "apiKey", "in": "cookie", "name": "cb_session"],
                    "token": ["type": "http", "scheme": "bearer"],
                ],
            ],
        ]
    }

    private var schemas: JSONObject {
        var schemas = JSONObject()
        schemas["Error"] = ErrorReply.shape.schema
        for name in components.keys.sorted() { schemas[name] = components[name]?.schema }
        return schemas
    }

    /// `/api/v1/networks/:id` is `/api/v1/networks/{id}` there.
    private func template(_ path: String) -> String {
        path.split(separator: "/", omittingEmptySubsequences: false)
            .map { $0.hasPrefix(":") ? "{\($0.dropFirst())}" : String($0) }.joined(separator: "/")
    }

    private func operation(_ endpoint: Endpoint) -> JSONValue {
        var operation = JSONObject()
        operation["summary"] = .string(endpoint.summary)
        operation["operationId"] = .string(operationID(endpoint))
        let segments = endpoint.path.split(separator: "/")
        operation["tags"] = [.string(segments.count > 2 ? String(segments[2]) : "api")]
        operation["x-permission"] = .string(endpoint.need.permission?.rawValue ?? "nothing")
        if endpoint.stepUp != .none { operation["x-step-up"] = .string(endpoint.stepUp.rawValue) }
        if endpoint.need == .nothing { operation["security"] = [] }
        let parameters = parameters(endpoint)
        if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
        if let content = content(endpoint.takes) {
            operation["requestBody"] = ["required": true, "content": content]
        }
        operation["responses"] = .object(responses(endpoint))
        return .object(operation)
    }

    private func operationID(_ endpoint: Endpoint) -> String {
        let words = endpoint.path.split(separator: "/").dropFirst(2).map { String($0).replacing(":", with: "by-") }
        return ([endpoint.method.rawValue.lowercased()] + words).joined(separator: "-")
    }

    private func parameters(_ endpoint: Endpoint) -> [JSONValue] {
        let inPath = endpoint.path.split(separator: "/").filter { $0.hasPrefix(":") }.map { segment -> JSONValue in
            let name = String(segment.dropFirst())
            let shape: JSONShape =
                name == "id" || name.hasSuffix("_id") ? .range(minimum: 1, maximum: Int(Int32.max)) : .string
            return ["name": .string(name), "in": "path", "required": true, "schema": shape.schema]
        }
        let inQuery = endpoint.query.map { field -> JSONValue in
            [
                "name": .string(field.name), "in": "query", "required": false,
                "description": .string(field.summary), "schema": field.shape.schema,
            ]
        }
        return inPath + inQuery
    }

    private func responses(_ endpoint: Endpoint) -> JSONObject {
        var responses = JSONObject()
        var success: JSONObject = JSONObject([(name: "description", value: .string(endpoint.summary))])
        if let content = content(endpoint.answer) { success["content"] = content }
        responses[String(endpoint.status.code)] = .object(success)
        for status in endpoint.alsoAnswers {
            responses[String(status.code)] = ["description": .string(status.reasonPhrase)]
        }
        for status in errorStatuses(endpoint) where responses[String(status.code)] == nil {
            responses[String(status.code)] = ["$ref": .string("#/components/responses/\(Self.name(of: status))")]
        }
        return responses
    }

    /// Refusals look alike everywhere, so each status is described once.
    private var refusals: JSONObject {
        let statuses = Set(AppError.Kind.allCases.map(\.status.code)).sorted().map { HTTPResponse.Status(code: $0) }
        return JSONObject(
            statuses.map { status in
                let answer: JSONValue = [
                    "description": .string(status.reasonPhrase),
                    "content": ["application/json": ["schema": ["$ref": "#/components/schemas/Error"]]],
                ]
                return (name: Self.name(of: status), value: answer)
            })
    }

    private static func name(of status: HTTPResponse.Status) -> String { "Error\(status.code)" }

    private func errorStatuses(_ endpoint: Endpoint) -> [HTTPResponse.Status] {
        var kinds: [AppError.Kind] = [.malformed, .forbidden, .rateLimited, .fault, .unavailable, .invalid]
        if endpoint.need != .nothing || endpoint.method != .get { kinds.append(.unauthenticated) }
        if endpoint.path.contains(":") || endpoint.query.contains(where: \.mayBeMissing) { kinds.append(.notFound) }
        if endpoint.takes != .nothing { kinds += [.tooLarge, .unsupported] }
        if endpoint.method != .get { kinds += [.conflict, .notFound] }
        if endpoint.method == .patch || endpoint.method == .delete || endpoint.method == .put { kinds.append(.stale) }
        return Set(kinds.map(\.status.code)).sorted().map { HTTPResponse.Status(code: $0) }
    }

    private func content(_ shape: BodyShape) -> JSONValue? {
        switch shape {
        case .nothing: nil
        case .json(let shape): ["application/json": ["schema": shape.schema]]
        case .bytes(let type): .object(JSONObject([(name: type, value: ["schema": [:]])]))
        case .oneOf(let shapes):
            .object(
                shapes.compactMap { content($0)?.objectValue }.reduce(into: JSONObject()) { all, one in
                    for name in one.names { all[name] = one[name] }
                })
        }
    }
}

extension JSONShape {
    /// The same as JSON Schema.
    package var schema: JSONValue {
        switch self {
        case .string: ["type": "string"]
        case .integer: ["type": "integer"]
        case .number: ["type": "number"]
        case .boolean: ["type": "boolean"]
        case .format(let name): ["type": "string", "format": .string(name)]
        case .text(let minimum, let maximum): Self.text(minimum, maximum)
        case .range(let minimum, let maximum):
            ["type": "integer", "minimum": .integer(Int64(minimum)), "maximum": .integer(Int64(maximum))]
        case .choice(let names): ["type": "string", "enum": .array(names.map(JSONValue.string))]
        case .array(let item): ["type": "array", "items": item.schema]
        case .object(let fields): Self.object(fields)
        case .map(let value): ["type": "object", "additionalProperties": value.schema]
        case .nullable(let shape): shape.nullableSchema
        case .named(let name): ["$ref": .string("#/components/schemas/\(name)")]
        case .any: [:]
        }
    }

    /// A plain type becomes a list of types; anything else an `anyOf`.
    private var nullableSchema: JSONValue {
        guard case .object(var schema) = self.schema, let type = schema["type"], schema["enum"] == nil else {
            return ["anyOf": [schema, ["type": "null"]]]
        }
        schema["type"] = [type, "null"]
        return .object(schema)
    }

    private static func text(_ minimum: Int?, _ maximum: Int?) -> JSONValue {
        var schema = JSONObject([(name: "type", value: "string")])
        if let minimum { schema["minLength"] = .integer(Int64(minimum)) }
        if let maximum { schema["maxLength"] = .integer(Int64(maximum)) }
        return .object(schema)
    }

    private static func object(_ fields: [Field]) -> JSONValue {
        var properties = JSONObject()
        for field in fields {
            guard case .object(var schema) = field.shape.schema else { continue }
            if let summary = field.summary { schema["description"] = .string(summary) }
            properties[field.name] = .object(schema)
        }
        var schema = JSONObject([(name: "type", value: "object"), (name: "properties", value: .object(properties))])
        let required = fields.filter(\.isRequired).map { JSONValue.string($0.name) }
        if !required.isEmpty { schema["required"] = .array(required) }
        return .object(schema)
    }
}
