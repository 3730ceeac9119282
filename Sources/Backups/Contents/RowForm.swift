import Persistence

/// A row as bytes, the same on either engine: for each value a letter of its kind, then the value. Hashes of tables are
/// over these bytes.
enum RowForm {
    enum Flaw: Error {
        case cutOff
        case unknownKind(UInt8)
        case notText
    }

    static func append(_ values: [SQLValue], to bytes: inout [UInt8]) {
        for value in values { append(value, to: &bytes) }
    }

    private static func append(_ value: SQLValue, to bytes: inout [UInt8]) {
        switch value {
        case .null: bytes.append(0)
        case .integer(let integer):
            bytes.append(1)
            // Small numbers of either sign are short.
            appendLength(UInt64(bitPattern: (integer << 1) ^ (integer >> 63)), to: &bytes)
        case .real(let double):
            bytes.append(2)
            // SQLite stores no negative zero.
            let pattern = (double == 0 ? 0.0 : double).bitPattern
            withUnsafeBytes(of: pattern.bigEndian) { bytes += $0 }
        case .text(var text):
            bytes.append(3)
            text.withUTF8 { letters in
                appendLength(UInt64(letters.count), to: &bytes)
                bytes += UnsafeRawBufferPointer(letters)
            }
        }
    }

    private static func appendLength(_ number: UInt64, to bytes: inout [UInt8]) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// The values of the row that begins at `position`, which moves behind it.
    static func values(_ count: Int, in bytes: borrowing [UInt8], at position: inout Int) throws -> [SQLValue] {
        var values: [SQLValue] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(try value(in: bytes, at: &position)) }
        return values
    }

    /// How many rows there are, without making their values.
    static func count(columns: Int, in bytes: borrowing [UInt8]) throws -> Int {
        guard columns > 0 else { throw Flaw.cutOff }
        var position = 0
        var values = 0
        while position < bytes.count {
            try skip(in: bytes, at: &position)
            values += 1
        }
        guard values.isMultiple(of: columns) else { throw Flaw.cutOff }
        return values / columns
    }

    private static func skip(in bytes: borrowing [UInt8], at position: inout Int) throws {
        let kind = bytes[position]
        position += 1
        switch kind {
        case 0: break
        case 1: _ = try length(in: bytes, at: &position)
        case 2: position += 8
        case 3:
            let count = try length(in: bytes, at: &position)
            guard count <= UInt64(bytes.count - position) else { throw Flaw.cutOff }
            position += Int(count)
        default: throw Flaw.unknownKind(kind)
        }
        guard position <= bytes.count else { throw Flaw.cutOff }
    }

    private static func value(in bytes: borrowing [UInt8], at position: inout Int) throws -> SQLValue {
        guard position < bytes.count else { throw Flaw.cutOff }
        let kind = bytes[position]
        position += 1
        switch kind {
        case 0: return .null
        case 1:
            let number = try length(in: bytes, at: &position)
            return .integer(Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1))
        case 2:
            guard position + 8 <= bytes.count else { throw Flaw.cutOff }
            var pattern: UInt64 = 0
            for index in position..<(position + 8) { pattern = pattern << 8 | UInt64(bytes[index]) }
            position += 8
            return .real(Double(bitPattern: pattern))
        case 3:
            let count = try length(in: bytes, at: &position)
            guard count <= UInt64(bytes.count - position) else { throw Flaw.cutOff }
            let end = position + Int(count)
            guard let text = String(validating: bytes[position..<end], as: UTF8.self) else { throw Flaw.notText }
            position = end
            return .text(text)
        default: throw Flaw.unknownKind(kind)
        }
    }

    private static func length(in bytes: borrowing [UInt8], at position: inout Int) throws -> UInt64 {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            guard position < bytes.count, shift < 64 else { throw Flaw.cutOff }
            let byte = bytes[position]
            position += 1
            number |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return number }
            shift += 7
        }
    }
}
