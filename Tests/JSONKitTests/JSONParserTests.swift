import TestSupport
import Testing

@testable import JSONKit

@Suite("JSON parser")
struct JSONParserTests {
    @Test(
        "values are what they say",
        arguments: [
            ("null", .null), (" true ", .bool(true)), ("false", .bool(false)), ("0", .integer(0)), ("-0", .integer(0)),
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", .number(9_223_372_036_854_775_808)), ("1.5e3", .number(1500)),
            ("1E-2", .number(0.01)),
            ("1.0", .number(1)), (#""""#, .string("")), (#""a\u00fc\n\"\\\/""#, .string("aü\n\"\\/")),
            (#""\ud83d\ude00""#, .string("😀")), ("[]", .array([])),
            ("[1,[2]]", .array([.integer(1), .array([.integer(2)])])),
            ("{}", .object(JSONObject())), (#"{"a":{"b":null}}"#, ["a": ["b": nil]]), ("\t[\r\n1 , 2 ]", [1, 2]),
        ] as [(String, JSONValue)])
    func values(_ text: String, _ value: JSONValue) throws {
        #expect(try JSONParser.parse(text) == value)
    }

    @Test(
        "what is not JSON is refused at its byte",
        arguments: [
            ("", 0), (" ", 1), ("nul", 0), ("nulL", 0), ("True", 0), ("1 2", 2), ("[1,]", 3), ("[1", 2), ("[,1]", 1),
            (#"{"a"}"#, 4), (#"{"a":1,}"#, 7), ("{a:1}", 1), ("{'a':1}", 1), (#"{"a":1"#, 6), (#"{"a":1,"a":2}"#, 7),
            (#"{"a":1,"\u0061":2}"#, 7), ("01", 0), ("-01", 0), ("-", 1), ("+1", 0), ("1.", 2), (".5", 0), ("1e", 2),
            ("1e+", 3), ("0x10", 1), ("NaN", 0), ("Infinity", 0), ("1e999", 0), ("-1e999", 0), (#"""#, 1), (#""a"#, 2),
            ("\"a\nb\"", 2), (#""\x""#, 2), (#""\u12""#, 3), (#""\u12g4""#, 5), (#""\ud800""#, 7), (#""\udc00""#, 7),
            (#""\ud800\ud800""#, 13), ("\u{FEFF}1", 0), ("// x\n1", 0), ("[1]]", 3), ("\u{0}", 0),
        ] as [(String, Int)])
    func refuses(_ text: String, _ offset: Int) {
        let error = #expect(throws: JSONParser.ParseError.self) { try JSONParser.parse(text) }

        #expect(error?.offset == offset, "\(error.map(String.init(describing:)) ?? "")")
    }

    @Test(
        "text must be UTF-8",
        arguments: [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xC3]])
    func encoding(_ bytes: [UInt8]) {
        #expect(throws: JSONParser.ParseError.self) { try JSONParser.parse([0x22] + bytes + [0x22]) }
        #expect(throws: JSONParser.ParseError.self) { try JSONParser.parse([0x22, 0x5C, 0x6E] + bytes + [0x22]) }
    }

    @Test("it goes so deep and not deeper, and the stack holds")
    func depth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }

        _ = try JSONParser.parse(nested(JSONParser.deepest + 1))
        #expect(throws: JSONParser.ParseError.self) { try JSONParser.parse(nested(JSONParser.deepest + 2)) }
        #expect(throws: JSONParser.ParseError.self) { try JSONParser.parse(String(repeating: "[", count: 1_000_000)) }
        #expect(throws: JSONParser.ParseError.self) {
            try JSONParser.parse(String(repeating: #"{"a":"#, count: 200_000))
        }
    }

    @Test("members keep their order and are found by name")
    func objects() throws {
        let object = try #require(try JSONParser.parse(#"{"z":1,"a":2}"#).objectValue)

        #expect(object.names == ["z", "a"])
        #expect(object["a"] == 2)
        #expect(object["b"] == nil)
        #expect(try JSONParser.parse(#"{"a":2,"z":1}"#) == .object(object))
    }

    @Test("a refusal quotes only the beginning of what was sent")
    func quoting() {
        let name = String(repeating: "x", count: 10_000)

        let error = #expect(throws: JSONParser.ParseError.self) {
            try JSONParser.parse(#"{"\#(name)":1,"\#(name)":2}"#)
        }

        #expect((error?.reason.count ?? 0) < 120)
    }

    @Test("whatever the bytes, it answers; and what it accepts is written and read back the same")
    func fuzz() throws {
        var random = SplitMix(seed: 7)
        let alphabet =
            Array(#"{}[]":,\/ -+.eE0123456789truefalsnbu"#.utf8) + [0, 9, 10, 13, 0x7F, 0x80, 0xC3, 0xBC, 0xF0, 0xFF]
        var accepted = 0
        for round in 0..<60_000 {
            let length = Int(random.next() % 24)
            let isAnyByte = round % 4 == 0
            let bytes = (0..<length).map { _ in
                isAnyByte
                    ? UInt8(truncatingIfNeeded: random.next()) : alphabet[Int(random.next() % UInt64(alphabet.count))]
            }
            guard let value = try? JSONParser.parse(bytes) else { continue }
            accepted += 1
            #expect(try JSONParser.parse(value.text).text == value.text)
        }
        #expect(accepted > 500)
    }

    @Test("a document with one byte changed is either refused or still a document")
    func mutations() throws {
        let document = Array(
            #"{"name":"srv-ü-1","tags":["a",null],"n":-12.5e3,"in":{"x":true,"y":[[]]},"u":"\u00e9"}"#.utf8)
        for index in document.indices {
            for byte in [0, 0x22, 0x5C, 0x7B, 0x5D, 0x2C, 0x31, 0xFF] as [UInt8] {
                var changed = document
                changed[index] = byte
                guard let value = try? JSONParser.parse(changed) else { continue }
                #expect(try JSONParser.parse(value.text).text == value.text)
            }
            #expect(throws: JSONParser.ParseError.self) { try JSONParser.parse(document[..<index]) }
        }
    }
}
