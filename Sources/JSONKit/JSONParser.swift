/// Reads JSON strictly: one value, no duplicate names, valid UTF-8, bounded depth.
///
/// Foundation's decoder keeps one of two equal names without a word; a person who sends `{"vlan": 10, "vlan": 20}`
/// is better told. Every refusal names the byte offset.
package struct JSONParser {
    package struct ParseError: Error, Equatable, CustomStringConvertible {
        package let offset: Int
        package let reason: String
        package var description: String { "\(reason) at byte \(offset)" }
    }

    /// Deeper nesting than any document of ours needs.
    package static let deepest = 64

    private let bytes: UnsafeBufferPointer<UInt8>
    private var index = 0

    private init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    package static func parse(_ bytes: some Collection<UInt8>) throws(ParseError) -> JSONValue {
        let outcome: Result<JSONValue, ParseError>? = bytes.withContiguousStorageIfAvailable { parse(buffer: $0) }
        if let outcome { return try outcome.get() }
        return try Array(bytes).withUnsafeBufferPointer { parse(buffer: $0) }.get()
    }

    package static func parse(_ text: String) throws(ParseError) -> JSONValue {
        try parse(Array(text.utf8))
    }

    private static func parse(buffer: UnsafeBufferPointer<UInt8>) -> Result<JSONValue, ParseError> {
        var parser = JSONParser(buffer)
        do throws(ParseError) {
            // RFC 8259 section 8.1: a byte order mark must not be sent; refused like any other stray byte.
            let value = try parser.value(depth: 0)
            parser.skipSpace()
            guard parser.index == buffer.count else { throw parser.error("text after the value") }
            return .success(value)
        } catch {
            return .failure(error)
        }
    }

    private func error(_ reason: String) -> ParseError { ParseError(offset: index, reason: reason) }

    private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    private mutating func value(depth: Int) throws(ParseError) -> JSONValue {
        guard depth <= Self.deepest else { throw error("nested deeper than \(Self.deepest) levels") }
        skipSpace()
        switch current {
        case UInt8(ascii: "{"): return .object(try object(depth: depth))
        case UInt8(ascii: "["): return .array(try array(depth: depth))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case .some(UInt8(ascii: "-")), .some(UInt8(ascii: "0")...UInt8(ascii: "9")): return try number()
        case nil: throw error("the text ends early")
        default: throw error("a value was expected")
        }
    }

    private mutating func literal(_ word: StaticString, _ value: JSONValue) throws(ParseError) -> JSONValue {
        let length = word.utf8CodeUnitCount
        guard index + length <= bytes.count else { throw error("the text ends early") }
        for offset in 0..<length where bytes[index + offset] != word.utf8Start[offset] {
            throw error("a value was expected")
        }
        index += length
        return value
    }

    private mutating func object(depth: Int) throws(ParseError) -> JSONObject {
        index += 1
        var result = JSONObject()
        var seen: Set<String> = []
        skipSpace()
        if current == UInt8(ascii: "}") {
            index += 1
            return result
        }
        while true {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw error("a member name in quotes was expected") }
            let start = index
            let name = try string()
            guard seen.insert(name).inserted else {
                throw ParseError(offset: start, reason: "the member “\(name.prefix(60))” appears twice")
            }
            skipSpace()
            guard current == UInt8(ascii: ":") else { throw error("a colon was expected") }
            index += 1
            result.append(name, try value(depth: depth + 1))
            skipSpace()
            switch current {
            case UInt8(ascii: ","): index += 1
            case UInt8(ascii: "}"):
                index += 1
                return result
            case nil: throw error("the text ends early")
            default: throw error("a comma or the end of the object was expected")
            }
        }
    }

    private mutating func array(depth: Int) throws(ParseError) -> [JSONValue] {
        index += 1
        var result: [JSONValue] = []
        skipSpace()
        if current == UInt8(ascii: "]") {
            index += 1
            return result
        }
        while true {
            result.append(try value(depth: depth + 1))
            skipSpace()
            switch current {
            case UInt8(ascii: ","): index += 1
            case UInt8(ascii: "]"):
                index += 1
                return result
            case nil: throw error("the text ends early")
            default: throw error("a comma or the end of the list was expected")
            }
        }
    }

    private mutating func number() throws(ParseError) -> JSONValue {
        let start = index
        if current == UInt8(ascii: "-") { index += 1 }
        guard let first = current, isDigit(first) else { throw error("a digit was expected") }
        skipDigits()
        if first == UInt8(ascii: "0"), index - start > (bytes[start] == UInt8(ascii: "-") ? 2 : 1) {
            throw ParseError(offset: start, reason: "a number may not start with a zero")
        }
        var isWhole = true
        if current == UInt8(ascii: ".") {
            isWhole = false
            index += 1
            guard let digit = current, isDigit(digit) else { throw error("a digit was expected") }
            skipDigits()
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            isWhole = false
            index += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { index += 1 }
            guard let digit = current, isDigit(digit) else { throw error("a digit was expected") }
            skipDigits()
        }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if isWhole, let whole = Int64(text) { return .integer(whole) }
        guard let value = Double(text), value.isFinite else {
            throw ParseError(offset: start, reason: "a number out of range")
        }
        return .number(value)
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private mutating func skipDigits() {
        while let byte = current, isDigit(byte) { index += 1 }
    }

    private mutating func string() throws(ParseError) -> String {
        index += 1
        let start = index
        // The usual case: no escapes, so one slice becomes the string.
        while let byte = current, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
            guard byte >= 0x20 else { throw error("a control character in a text; write it as \\u00XX") }
            index += 1
        }
        guard let stop = current else { throw error("a text without end") }
        if stop == UInt8(ascii: "\"") {
            defer { index += 1 }
            return try checked(bytes[start..<index], at: start)
        }
        var buffer = Array(bytes[start..<index])
        while true {
            guard let byte = current else { throw error("a text without end") }
            switch byte {
            case UInt8(ascii: "\""):
                index += 1
                return try checked(buffer, at: start)
            case UInt8(ascii: "\\"):
                index += 1
                try escape(into: &buffer)
            case 0..<0x20:
                throw error("a control character in a text; write it as \\u00XX")
            default:
                buffer.append(byte)
                index += 1
            }
        }
    }

    private func checked(_ slice: some Collection<UInt8>, at offset: Int) throws(ParseError) -> String {
        guard let text = String(validating: slice, as: UTF8.self) else {
            throw ParseError(offset: offset, reason: "a text that is not valid UTF-8")
        }
        return text
    }

    private mutating func escape(into buffer: inout [UInt8]) throws(ParseError) {
        guard let byte = current else { throw error("a text without end") }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): buffer.append(byte)
        case UInt8(ascii: "b"): buffer.append(0x08)
        case UInt8(ascii: "f"): buffer.append(0x0C)
        case UInt8(ascii: "n"): buffer.append(0x0A)
        case UInt8(ascii: "r"): buffer.append(0x0D)
        case UInt8(ascii: "t"): buffer.append(0x09)
        case UInt8(ascii: "u"): try unicodeEscape(into: &buffer)
        default:
            index -= 1
            throw error("an unknown escape")
        }
    }

    private mutating func unicodeEscape(into buffer: inout [UInt8]) throws(ParseError) {
        var code = UInt32(try hex4())
        if (0xD800...0xDBFF).contains(code) {
            guard current == UInt8(ascii: "\\"), index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "u") else {
                throw error("half of a surrogate pair")
            }
            index += 2
            let low = UInt32(try hex4())
            guard (0xDC00...0xDFFF).contains(low) else { throw error("half of a surrogate pair") }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw error("half of a surrogate pair") }
        buffer.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
    }

    private mutating func hex4() throws(ParseError) -> UInt16 {
        guard index + 4 <= bytes.count else { throw error("a text without end") }
        var value: UInt16 = 0
        for _ in 0..<4 {
            let byte = bytes[index]
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: throw error("four hexadecimal digits were expected")
            }
            value = value << 4 | UInt16(digit)
            index += 1
        }
        return value
    }
}
