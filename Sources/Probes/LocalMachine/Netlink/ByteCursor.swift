/// Reads numbers in the machine's byte order from bytes of a stranger. Reading past the end answers nil.
struct ByteCursor {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    /// Drops the bytes, or what is left if there are fewer.
    mutating func skip(_ count: Int) { rest = rest.dropFirst(max(0, count)) }

    mutating func integer<Value: FixedWidthInteger>(_: Value.Type) -> Value? {
        take(Value.bitWidth / 8).map { Self.decode($0) }
    }

    static func decode<Value: FixedWidthInteger>(_ bytes: ArraySlice<UInt8>) -> Value {
        let value = bytes.reversed().reduce(Value(0)) { $0 << 8 | Value(truncatingIfNeeded: $1) }
        return Value(littleEndian: value)
    }
}

extension FixedWidthInteger {
    /// The value's bytes as they lie in memory.
    var nativeBytes: [UInt8] {
        let value = littleEndian
        return (0..<(Self.bitWidth / 8)).map { UInt8(truncatingIfNeeded: value >> Self($0 * 8)) }
    }
}
