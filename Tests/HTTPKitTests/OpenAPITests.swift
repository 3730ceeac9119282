import HTTPTypes
import JSONKit
import Kernel
import TestSupport
import Testing

@testable import HTTPKit

private struct Probed: JSONBody {
    enum Colour: String, Codable, CaseIterable { case red, green }
    struct Part: Codable {
        let weight: Double
    }

    let name: String
    let createdAt: Instant
    let hardwareID: ID<Part>
    let count: Int?
    let isOn: Bool
    let colour: Colour
    let parts: [Part]
    let part: Part?
    let vlan: Change<Int?>
    let title: Change<String>
}

@Suite("OpenAPI document")
struct OpenAPITests {
    private static func document() throws -> JSONObject {
        let routes = try RouteHarness { api in
            api.component("Thing", .object([.init(name: "id", shape: .integer, isRequired: true)]))
            api.get(
                "things/:id", "Read one", needs: .may(.viewInventory),
                .init(
                    query: [QueryField("fields", .string, "Which ones.")], answer: .json(.named("Thing")),
                    alsoAnswers: [.notModified])
            ) { _ in Nothing() }
            api.patch("things/:id", "Change one", needs: .may(.editInventory)) { (_: Call<Probed>) in Nothing() }
            api.post("open", "Open", needs: .nothing) { (_: Call<Nothing>) in Nothing() }
        }
        let value = OpenAPIDocument(endpoints: routes.endpoints, components: routes.components).json(version: "1.2")
        // Through text and back: what is served is what is checked.
        return try #require(try JSONParser.parse(value.text).objectValue)
    }

    private static func find(_ path: String...) throws -> JSONValue? {
        var value: JSONValue? = .object(try document())
        for name in path { value = value?.objectValue?[name] }
        return value
    }

    @Test("it says what it is")
    func head() throws {
        let document = try Self.document()

        #expect(document["openapi"] == "3.1.0")
        #expect(document["info"]?.objectValue?["version"] == "1.2")
        #expect(document["paths"]?.objectValue?.names == ["/api/v1/open", "/api/v1/things/{id}"])
    }

    @Test("an operation names its permission, its parameters and every answer")
    func operation() throws {
        let get = try #require(try Self.find("paths", "/api/v1/things/{id}", "get")?.objectValue)

        #expect(get["x-permission"] == "inventory.view")
        #expect(get["operationId"] == "get-things-by-id")
        #expect(get["security"] == nil)
        let parameters = try #require(get["parameters"]?.arrayValue)
        #expect(parameters.map { $0.objectValue?["name"] } == ["id", "fields"])
        #expect(parameters.map { $0.objectValue?["in"] } == ["path", "query"])
        #expect(parameters[0].objectValue?["schema"]?.objectValue?["minimum"] == 1)
        let answers = try #require(get["responses"]?.objectValue)
        #expect(Set(answers.names).isSuperset(of: ["200", "304", "401", "403", "404", "422", "429", "500", "503"]))
        #expect(answers["404"] == ["$ref": "#/components/responses/Error404"])
        let refusal = try Self.find("components", "responses", "Error404", "content", "application/json")
        #expect(refusal == ["schema": ["$ref": "#/components/schemas/Error"]])
    }

    @Test("an open operation says so, one with a body says what may be wrong with it")
    func others() throws {
        #expect(try Self.find("paths", "/api/v1/open", "post", "x-permission") == "nothing")
        #expect(try Self.find("paths", "/api/v1/open", "post", "security") == [])
        let answers = try #require(try Self.find("paths", "/api/v1/things/{id}", "patch", "responses")?.objectValue)
        #expect(Set(answers.names).isSuperset(of: ["204", "400", "409", "412", "413", "415", "422"]))
    }

    @Test("a body's shape is what its type decodes")
    func probe() throws {
        let part: JSONShape = .object([.init(name: "weight", shape: .number, isRequired: true)])
        let expected: JSONShape = .object([
            .init(name: "name", shape: .string, isRequired: true),
            .init(name: "created_at", shape: .format("date-time"), isRequired: true),
            .init(name: "hardware_id", shape: .integer, isRequired: true),
            .init(name: "count", shape: .nullable(.integer), isRequired: false),
            .init(name: "is_on", shape: .boolean, isRequired: true),
            .init(name: "colour", shape: .choice(["red", "green"]), isRequired: true),
            .init(name: "parts", shape: .array(part), isRequired: true),
            .init(name: "part", shape: .nullable(part), isRequired: false),
            .init(name: "vlan", shape: .nullable(.integer), isRequired: false),
            .init(name: "title", shape: .string, isRequired: false),
        ])

        #expect(Probed.takenShape == .json(expected))
    }

    @Test("shapes as JSON Schema")
    func schemas() {
        #expect(JSONShape.nullable(.string).schema == ["type": ["string", "null"]])
        #expect(
            JSONShape.nullable(.choice(["a"])).schema
                == ["anyOf": [["type": "string", "enum": ["a"]], ["type": "null"]]])
        #expect(JSONShape.nullable(.named("X")).schema.objectValue?.names == ["anyOf"])
        #expect(JSONShape.text(minimum: 1, maximum: nil).schema == ["type": "string", "minLength": 1])
        #expect(JSONShape.map(.integer).schema == ["type": "object", "additionalProperties": ["type": "integer"]])
        #expect(JSONShape.any.schema == [:])
    }

    @Test("unknown members are found however deep, and where anything goes nothing is unknown")
    func unknownMembers() throws {
        func object(_ name: String) -> JSONShape { .object([.init(name: name, shape: .any, isRequired: true)]) }
        let shape: JSONShape = .object([
            .init(name: "a", shape: .nullable(object("b")), isRequired: true),
            .init(name: "list", shape: .array(object("c")), isRequired: true),
            .init(name: "map", shape: .map(object("d")), isRequired: true),
            .init(name: "free", shape: .object([]), isRequired: false),
        ])
        let value = try JSONParser.parse(
            #"{"a":{"b":{"x":1},"y":1},"list":[{"c":1},{"z":1}],"map":{"k":{"d":1,"e":1}},"free":{"q":1},"w":1}"#)

        #expect(shape.unknownMembers(in: value) == ["a.y", "list.z", "map.k.e", "w"])
    }
}
