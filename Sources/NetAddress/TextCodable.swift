/// A value that is its canonical text in JSON.
protocol TextCodable: LosslessStringConvertible, Codable {
    static var textNoun: String { get }
}

extension TextCodable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Self(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not \(Self.textNoun)")
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// A value that is a number in JSON and is also accepted as decimal text.
protocol NumberCodable: LosslessStringConvertible, Codable, RawRepresentable where RawValue == UInt16 {
    static var textNoun: String { get }
}

extension NumberCodable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try (try? container.decode(Int.self)).map(String.init) ?? container.decode(String.self)
        guard let value = Self(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not \(Self.textNoun)")
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

extension UInt8 {
    /// The value of an ASCII hexadecimal digit.
    var hexValue: Int? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(self) - 48
        case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(self) - 87
        case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(self) - 55
        default: nil
        }
    }

    /// The value of an ASCII decimal digit.
    var decimalValue: Int? {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= self ? Int(self) - 48 : nil
    }
}

extension StringProtocol {
    /// Plain ASCII decimal digits without sign or leading zero, up to five of them.
    var plainNumber: Int? {
        let digits = Array(utf8.prefix(6))
        guard (1...5).contains(digits.count), digits.count == 1 || digits.first != UInt8(ascii: "0") else { return nil }
        var value = 0
        for digit in digits {
            guard let digit = digit.decimalValue else { return nil }
            value = value * 10 + digit
        }
        return value
    }
}
