import Foundation
import Kernel
import TestSupport
import Testing

@testable import JSONKit

@Suite("JSON writer")
struct JSONWriterTests {
    @Test("what is written is read back the same, by us and by others")
    func roundTrip() throws {
        var random = SplitMix(seed: 11)
        for _ in 0..<3_000 {
            let value = random.json()
            let text = value.text
            #expect(try JSONParser.parse(text) == value, "\(text)")
            _ = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
        }
    }

    @Test("commas, colons and braces by themselves")
    func structure() {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("none", nil as String?)
        writer.member("n", 7)
        writer.member("d", 1.5)
        writer.member("on", true)
        writer.member("list", ["a", "b"])
        writer.name("empty")
        writer.beginArray()
        writer.endArray()
        writer.name("raw")
        writer.raw(#"{"x":1}"#)
        writer.name("nested")
        writer.beginArray()
        writer.beginObject()
        writer.endObject()
        writer.null()
        writer.endArray()
        writer.member("at", milliseconds: 0)
        writer.endObject()

        #expect(
            writer.text
                == #"{"none":null,"n":7,"d":1.5,"on":true,"list":["a","b"],"empty":[],"raw":{"x":1},"nested":[{},null],"#
                + #""at":"1970-01-01T00:00:00.000Z"}"#)
    }

    @Test("text is escaped where JSON asks for it and nowhere else")
    func escapes() {
        var writer = JSONWriter()
        writer.string("\"\\/\n\r\t\u{0}\u{1F}\u{7F}ü😀\u{2028}</script>")

        #expect(writer.text == #""\"\\/\n\r\t\u0000\u001f"# + "\u{7F}ü😀\u{2028}</script>\"")
    }

    @Test("a name from outside is escaped as well")
    func names() {
        #expect(JSONValue.object(JSONObject([(name: "a\"b", value: 1)])).text == #"{"a\"b":1}"#)
    }

    @Test(
        "numbers",
        arguments: [
            (0, "0"), (-0.5, "-0.5"), (1e15, "1000000000000000"), (1e300, "1e+300"), (.nan, "null"),
            (.infinity, "null"),
            (0.1, "0.1"),
        ] as [(Double, String)])
    func numbers(_ value: Double, _ text: String) {
        #expect(JSONValue.number(value).text == text)
    }

    @Test(
        "whole numbers to the ends",
        arguments: [(Int64.min, "-9223372036854775808"), (Int64.max, "9223372036854775807")])
    func integers(_ value: Int64, _ text: String) {
        #expect(JSONValue.integer(value).text == text)
    }
}

@Suite("JSON and Swift types")
struct JSONCodingTests {
    struct Machine: Codable, Equatable {
        enum Role: String, Codable { case server, router }
        struct Port: Codable, Equatable {
            var speedMbps: Int?
        }

        var name: String
        var hardwareID: Int64
        var createdAt: Instant
        var role: Role?
        var ports: [Port]
        var labels: [String: String]
        var weight: Double
    }

    @Test("names are snake_case, instants are text, and both ways are the same")
    func bothWays() throws {
        let machine = Machine(
            name: "a", hardwareID: 7, createdAt: Instant(milliseconds: 1), role: .router,
            ports: [.init(speedMbps: 10), .init()],
            labels: ["x": "y"], weight: 1.5)

        let value = JSONValueEncoder.encode(machine)

        #expect(value.objectValue?["hardware_id"] == 7)
        #expect(value.objectValue?["created_at"] == "1970-01-01T00:00:00.001Z")
        #expect(value.objectValue?["ports"]?.arrayValue?.first == ["speed_mbps": 10])
        #expect(try JSONValueDecoder.decode(Machine.self, from: JSONParser.parse(value.text)) == machine)
    }

    @Test(
        "a failure names the member",
        arguments: [
            (#"{"hardware_id":"7"}"#, "hardware_id"), (#"{"hardware_id":1.5}"#, "hardware_id"),
            (#"{"created_at":"yesterday"}"#, "created_at"), (#"{"role":"cook"}"#, "role"),
            (#"{"weight":"1"}"#, "weight"),
            (#"{"ports":{}}"#, "ports"), (#"{"name":null}"#, "name"),
        ])
    func failures(_ change: String, _ member: String) throws {
        var object = try #require(
            try JSONParser.parse(
                #"{"name":"a","hardware_id":7,"created_at":"1970-01-01","ports":[],"labels":{},"weight":1}"#
            ).objectValue)
        for one in try #require(try JSONParser.parse(change).objectValue).members { object[one.name] = one.value }

        let error = #expect(throws: DecodingError.self) {
            try JSONValueDecoder.decode(Machine.self, from: .object(object))
        }

        #expect(error?.member == member)
    }

    @Test("numbers that do not fit are refused, not cut")
    func ranges() throws {
        #expect(throws: DecodingError.self) { try JSONValueDecoder.decode(UInt8.self, from: 256) }
        #expect(throws: DecodingError.self) { try JSONValueDecoder.decode(UInt.self, from: -1) }
        #expect(try JSONValueDecoder.decode(Int.self, from: .number(3)) == 3)
        #expect(try JSONValueDecoder.decode(Double.self, from: 3) == 3)
    }

    @Test(
        "property names become member names",
        arguments: [
            ("id", "id"), ("createdAt", "created_at"), ("hardwareID", "hardware_id"), ("URL", "url"),
            ("ip_address", "ip_address"),
        ])
    func names(_ property: String, _ member: String) {
        #expect(MemberName.snake(property) == member)
    }
}

extension DecodingError {
    fileprivate var member: String? {
        switch self {
        case .keyNotFound(let key, _): key.jsonName
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            context.codingPath.last?.jsonName
        @unknown default: nil
        }
    }
}
