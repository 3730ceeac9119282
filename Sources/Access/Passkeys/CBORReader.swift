/// The part of CBOR (RFC 8949) that authenticators send: definite lengths, no tags, no floats. What it reads is bounded,
/// whatever the bytes claim.
indirect enum CBORValue: Sendable, Equatable {
    case unsigned(UInt64)
    /// -1 - n.
    case negative(UInt64)
    case bytes([UInt8])
    case text(String)
    case array([CBORValue])
    case map([(key: CBORValue, value: CBORValue)])
    case bool(Bool)
    case null

    static func == (left: CBORValue, right: CBORValue) -> Bool {
        switch (left, right) {
        case (.unsigned(let a), .unsigned(let b)), (.negative(let a), .negative(let b)): a == b
        case (.bytes(let a), .bytes(let b)): a == b
        case (.text(let a), .text(let b)): a == b
        case (.array(let a), .array(let b)): a == b
        case (.map(let a), .map(let b)):
            a.count == b.count && zip(a, b).allSatisfy { $0.key == $1.key && $0.value == $1.value }
        case (.bool(let a), .bool(let b)): a == b
        case (.null, .null): true
        default: false
        }
    }

    /// The integer, where it fits.
    var integer: Int64? {
        switch self {
        case .unsigned(let value): Int64(exactly: value)
        case .negative(let value): Int64(exactly: value).map { -1 - $0 }
        default: nil
        }
    }

    var byteString: [UInt8]? { if case .bytes(let bytes) = self { bytes } else { nil } }
    var textString: String? { if case .text(let text) = self { text } else { nil } }

    subscript(_ key: CBORValue) -> CBORValue? {
        guard case .map(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    subscript(_ number: Int64) -> CBORValue? {
        self[number >= 0 ? .unsigned(UInt64(number)) : .negative(UInt64(-1 - number))]
    }
}

/// Reads one value after the other from a list of bytes.
struct CBORReader {
    enum ParseError: Error, Equatable {
        case truncated, tooDeep, tooMany, unsupported, badText, doubleKey, notShortest
    }

    /// No credential comes near these.
    static let deepest = 6
    static let mostItems = 512

    private let bytes: ArraySlice<UInt8>
    private(set) var position: Int
    private var items = 0

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    init(_ bytes: [UInt8]) { self.init(bytes[...]) }

    var isAtEnd: Bool { position == bytes.endIndex }

    mutating func value(depth: Int = 0) throws(ParseError) -> CBORValue {
        guard depth < Self.deepest else { throw .tooDeep }
        items += 1
        guard items <= Self.mostItems else { throw .tooMany }
        let head = try byte()
        let detail = head & 0x1F
        switch head >> 5 {
        case 0: return .unsigned(try argument(detail))
        case 1: return .negative(try argument(detail))
        case 2: return .bytes(Array(try take(try argument(detail))))
        case 3: return .text(try text(try argument(detail)))
        case 4: return .array(try array(try argument(detail), depth))
        case 5: return .map(try map(try argument(detail), depth))
        case 7 where detail == 20: return .bool(false)
        case 7 where detail == 21: return .bool(true)
        case 7 where detail == 22: return .null
        default: throw .unsupported
        }
    }

    private mutating func byte() throws(ParseError) -> UInt8 {
        guard position < bytes.endIndex else { throw .truncated }
        defer { position += 1 }
        return bytes[position]
    }

    private mutating func take(_ count: UInt64) throws(ParseError) -> ArraySlice<UInt8> {
        guard count <= UInt64(bytes.endIndex - position) else { throw .truncated }
        defer { position += Int(count) }
        return bytes[position..<position + Int(count)]
    }

    /// The number after the first byte, in its shortest form only (CTAP2 canonical CBOR).
    private mutating func argument(_ detail: UInt8) throws(ParseError) -> UInt64 {
        switch detail {
        case 0...23: return UInt64(detail)
        case 24...27:
            let value = try take(1 << UInt64(detail - 24)).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            let least: UInt64 = detail == 24 ? 24 : 1 << (4 << UInt64(detail - 24))
            guard value >= least else { throw .notShortest }
            return value
        default: throw .unsupported
        }
    }

    private mutating func text(_ count: UInt64) throws(ParseError) -> String {
        guard let text = String(validating: try take(count), as: UTF8.self) else { throw .badText }
        return text
    }

    private mutating func array(_ count: UInt64, _ depth: Int) throws(ParseError) -> [CBORValue] {
        guard count <= UInt64(Self.mostItems) else { throw .tooMany }
        var values: [CBORValue] = []
        for _ in 0..<count { values.append(try value(depth: depth + 1)) }
        return values
    }

    private mutating func map(
        _ count: UInt64, _ depth: Int
    ) throws(ParseError) -> [(key: CBORValue, value: CBORValue)] {
        guard count <= UInt64(Self.mostItems) else { throw .tooMany }
        var members: [(key: CBORValue, value: CBORValue)] = []
        for _ in 0..<count {
            let key = try value(depth: depth + 1)
            guard !members.contains(where: { $0.key == key }) else { throw .doubleKey }
            members.append((key, try value(depth: depth + 1)))
        }
        return members
    }
}
