import JSONKit
import Kernel

extension JSONShape {
    /// Learns the shape by decoding the type from a decoder that notes what it is asked for.
    package static func of<T: Decodable>(_ type: T.Type) throws -> JSONShape {
        try Probe.read(type).shape
    }
}

/// An optional where the synthesised code asks for it whole, as `Change<Int?>` does.
private protocol ProbedOptional {
    static func probed() throws -> (Any, JSONShape)
}

extension Optional: ProbedOptional where Wrapped: Decodable {
    fileprivate static func probed() throws -> (Any, JSONShape) {
        let (value, shape) = try Probe.read(Wrapped.self)
        return (Optional(value) as Any, .nullable(shape))
    }
}

private final class Notes {
    /// The member `Change` asked about just before decoding it: such members may be left out.
    var askedFor: String?
    var fields: [JSONShape.Field] = []
    var element: JSONShape?
    var scalar: JSONShape?

    var shape: JSONShape {
        if let scalar { return scalar }
        if let element { return .array(element) }
        return .object(fields)
    }
}

private struct Probe: Decoder {
    let notes = Notes()
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    static func read<T: Decodable>(_ type: T.Type) throws -> (value: T, shape: JSONShape) {
        if let choices = choices(of: type), let first = choices.values.first as? T {
            return (first, .choice(choices.names))
        }
        if let scalar = type as? any ScalarJSON.Type, let sample = scalar.sample as? T {
            return (sample, scalar.scalarShape)
        }
        if type == Instant.self, let sample = Instant(milliseconds: 0) as? T { return (sample, .format("date-time")) }
        if type == JSONValue.self, let sample = JSONValue.null as? T { return (sample, .any) }
        if let optional = type as? any ProbedOptional.Type, case let (value, shape) = try optional.probed(),
            let value = value as? T
        {
            return (value, shape)
        }
        let probe = Probe()
        return (try T(from: probe), probe.notes.shape)
    }

    /// The raw values of a string enum.
    private static func choices(of type: Any.Type) -> (values: [Any], names: [String])? {
        guard let cases = type as? any CaseIterable.Type else { return nil }
        let values = cases.everyCase
        let names = values.compactMap { ($0 as? any RawRepresentable)?.rawValue as? String }
        return names.count == values.count && !names.isEmpty ? (values, names) : nil
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(Keyed(notes: notes))
    }

    func unkeyedContainer() -> any UnkeyedDecodingContainer { Unkeyed(notes: notes) }
    func singleValueContainer() -> any SingleValueDecodingContainer { Single(notes: notes) }
}

extension CaseIterable {
    fileprivate static var everyCase: [Any] { allCases.map { $0 } }
}

private struct Keyed<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let notes: Notes
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { [] }

    func contains(_ key: Key) -> Bool {
        notes.askedFor = key.stringValue
        return true
    }
    func decodeNil(forKey key: Key) -> Bool { false }

    private func note<T>(_ key: Key, _ shape: JSONShape, _ value: T, required: Bool = true) -> T {
        let mayBeAbsent = !required || notes.askedFor == key.stringValue
        notes.askedFor = nil
        notes.fields.append(
            .init(name: key.jsonName, shape: required ? shape : .nullable(shape), isRequired: !mayBeAbsent))
        return value
    }

    func decode(_: Bool.Type, forKey key: Key) -> Bool { note(key, .boolean, false) }
    func decode(_: String.Type, forKey key: Key) -> String { note(key, .string, "0") }
    func decode(_: Double.Type, forKey key: Key) -> Double { note(key, .number, 0) }
    func decode(_: Float.Type, forKey key: Key) -> Float { note(key, .number, 0) }
    func decode<T: Decodable & FixedWidthInteger>(_: T.Type, forKey key: Key) -> T { note(key, .integer, 0) }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        let (value, shape) = try Probe.read(type)
        return note(key, shape, value)
    }

    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
        let (value, shape) = try Probe.read(type)
        return note(key, shape, value, required: false)
    }

    func decodeIfPresent(_: String.Type, forKey key: Key) -> String? { note(key, .string, nil, required: false) }
    func decodeIfPresent(_: Bool.Type, forKey key: Key) -> Bool? { note(key, .boolean, nil, required: false) }
    func decodeIfPresent(_: Int.Type, forKey key: Key) -> Int? { note(key, .integer, nil, required: false) }
    func decodeIfPresent(_: Int64.Type, forKey key: Key) -> Int64? { note(key, .integer, nil, required: false) }
    func decodeIfPresent(_: Double.Type, forKey key: Key) -> Double? { note(key, .number, nil, required: false) }

    func nestedContainer<N: CodingKey>(keyedBy: N.Type, forKey: Key) -> KeyedDecodingContainer<N> {
        KeyedDecodingContainer(Keyed<N>(notes: Notes()))
    }
    func nestedUnkeyedContainer(forKey: Key) -> any UnkeyedDecodingContainer { Unkeyed(notes: Notes()) }
    func superDecoder() -> any Decoder { Probe() }
    func superDecoder(forKey: Key) -> any Decoder { Probe() }
}

private struct Unkeyed: UnkeyedDecodingContainer {
    let notes: Notes
    var codingPath: [any CodingKey] { [] }
    var count: Int? { 1 }
    var currentIndex = 0
    var isAtEnd: Bool { currentIndex > 0 }

    init(notes: Notes) { self.notes = notes }

    mutating func decodeNil() -> Bool { false }
    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        currentIndex += 1
        let (value, shape) = try Probe.read(type)
        notes.element = shape
        return value
    }
    func nestedContainer<N: CodingKey>(keyedBy: N.Type) -> KeyedDecodingContainer<N> {
        KeyedDecodingContainer(Keyed<N>(notes: Notes()))
    }
    func nestedUnkeyedContainer() -> any UnkeyedDecodingContainer { Unkeyed(notes: Notes()) }
    func superDecoder() -> any Decoder { Probe() }
}

private struct Single: SingleValueDecodingContainer {
    let notes: Notes
    var codingPath: [any CodingKey] { [] }

    func decodeNil() -> Bool { false }
    func decode(_: Bool.Type) -> Bool { notes.scalar = .boolean; return false }
    func decode(_: String.Type) -> String { notes.scalar = .string; return "0" }
    func decode(_: Double.Type) -> Double { notes.scalar = .number; return 0 }
    func decode(_: Float.Type) -> Float { notes.scalar = .number; return 0 }
    func decode<T: Decodable & FixedWidthInteger>(_: T.Type) -> T { notes.scalar = .integer; return 0 }
    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        let (value, shape) = try Probe.read(type)
        notes.scalar = shape
        return value
    }
}
