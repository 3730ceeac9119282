import Kernel

/// Encodes `Encodable` types into the writer. Member names become snake_case, instants RFC 3339 text; an absent
/// optional is written as `null`, so that an answer always has the same members.
package struct JSONValueEncoder {
    package static func write(_ value: some Encodable, to writer: inout JSONWriter) {
        writer.value(encode(value))
    }

    /// The value as a tree. An `Encodable` of ours that throws would be a programmer's error; it becomes null.
    package static func encode(_ value: some Encodable) -> JSONValue {
        let box = Box()
        do { try TreeEncoder(box: box, codingPath: []).put(value) } catch { return .null }
        return box.value
    }
}

extension JSONWritable where Self: Encodable {
    package func write(to writer: inout JSONWriter) { JSONValueEncoder.write(self, to: &writer) }
}

/// A place in the tree that is filled later.
private final class Box {
    enum Content {
        case value(JSONValue)
        case object([(name: String, value: Box)])
        case array([Box])
    }

    var content: Content = .value(.null)

    var value: JSONValue {
        switch content {
        case .value(let value): value
        case .object(let members): .object(JSONObject(members.map { ($0.name, $0.value.value) }))
        case .array(let items): .array(items.map(\.value))
        }
    }

    func member(_ name: String) -> Box {
        let box = Box()
        if case .object(var members) = content {
            // Let go of the list first, so that it grows in place.
            content = .value(.null)
            members.append((name, box))
            content = .object(members)
        } else {
            content = .object([(name, box)])
        }
        return box
    }

    func element() -> Box {
        let box = Box()
        if case .array(var items) = content {
            content = .value(.null)
            items.append(box)
            content = .array(items)
        } else {
            content = .array([box])
        }
        return box
    }
}

private struct TreeEncoder: Encoder {
    let box: Box
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        if case .value = box.content { box.content = .object([]) }
        return KeyedEncodingContainer(KeyedTree<Key>(box: box, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        box.content = .array([])
        return ListTree(box: box, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { SingleTree(box: box, codingPath: codingPath) }

    func put<T: Encodable>(_ value: T) throws {
        switch value {
        case let instant as Instant: box.content = .value(.string(RFC3339.text(instant.milliseconds)))
        case let value as JSONValue: box.content = .value(value)
        default: try value.encode(to: self)
        }
    }
}

extension JSONValue: Encodable {
    package func encode(to encoder: any Encoder) throws {
        guard let tree = encoder as? TreeEncoder else {
            throw EncodingError.invalidValue(
                self, .init(codingPath: encoder.codingPath, debugDescription: "written by JSONValueEncoder only"))
        }
        tree.box.content = .value(self)
    }
}

private struct KeyedTree<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let box: Box
    let codingPath: [any CodingKey]

    private func set(_ key: Key, _ value: JSONValue) { box.member(key.jsonName).content = .value(value) }

    func encodeNil(forKey key: Key) { set(key, .null) }
    func encode(_ value: Bool, forKey key: Key) { set(key, .bool(value)) }
    func encode(_ value: String, forKey key: Key) { set(key, .string(value)) }
    func encode(_ value: Double, forKey key: Key) { set(key, .number(value)) }
    func encode(_ value: Float, forKey key: Key) { set(key, .number(Double(value))) }
    func encode<T: Encodable & FixedWidthInteger>(_ value: T, forKey key: Key) {
        set(key, .integer(Int64(clamping: value)))
    }
    func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
        try TreeEncoder(box: box.member(key.jsonName), codingPath: codingPath + [key]).put(value)
    }

    func encodeIfPresent<T: Encodable>(_ value: T?, forKey key: Key) throws {
        if let value { try encode(value, forKey: key) } else { encodeNil(forKey: key) }
    }
    func encodeIfPresent(_ value: Bool?, forKey key: Key) { set(key, value.map(JSONValue.bool) ?? .null) }
    func encodeIfPresent(_ value: String?, forKey key: Key) { set(key, value.map(JSONValue.string) ?? .null) }
    func encodeIfPresent(_ value: Double?, forKey key: Key) { set(key, value.map(JSONValue.number) ?? .null) }
    func encodeIfPresent(_ value: Int?, forKey key: Key) { set(key, value.map { .integer(Int64($0)) } ?? .null) }
    func encodeIfPresent(_ value: Int64?, forKey key: Key) { set(key, value.map(JSONValue.integer) ?? .null) }

    func nestedContainer<N: CodingKey>(keyedBy type: N.Type, forKey key: Key) -> KeyedEncodingContainer<N> {
        TreeEncoder(box: box.member(key.jsonName), codingPath: codingPath + [key]).container(keyedBy: type)
    }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        TreeEncoder(box: box.member(key.jsonName), codingPath: codingPath + [key]).unkeyedContainer()
    }
    func superEncoder() -> any Encoder { TreeEncoder(box: box, codingPath: codingPath) }
    func superEncoder(forKey key: Key) -> any Encoder {
        TreeEncoder(box: box.member(key.jsonName), codingPath: codingPath + [key])
    }
}

private struct ListTree: UnkeyedEncodingContainer {
    let box: Box
    let codingPath: [any CodingKey]
    var count = 0

    init(box: Box, codingPath: [any CodingKey]) {
        self.box = box
        self.codingPath = codingPath
    }

    mutating func encodeNil() { box.element().content = .value(.null) }
    mutating func encode<T: Encodable>(_ value: T) throws {
        try TreeEncoder(box: box.element(), codingPath: codingPath).put(value)
    }
    mutating func nestedContainer<N: CodingKey>(keyedBy type: N.Type) -> KeyedEncodingContainer<N> {
        TreeEncoder(box: box.element(), codingPath: codingPath).container(keyedBy: type)
    }
    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        TreeEncoder(box: box.element(), codingPath: codingPath).unkeyedContainer()
    }
    mutating func superEncoder() -> any Encoder { TreeEncoder(box: box.element(), codingPath: codingPath) }
}

private struct SingleTree: SingleValueEncodingContainer {
    let box: Box
    let codingPath: [any CodingKey]

    func encodeNil() { box.content = .value(.null) }
    func encode(_ value: Bool) { box.content = .value(.bool(value)) }
    func encode(_ value: String) { box.content = .value(.string(value)) }
    func encode(_ value: Double) { box.content = .value(.number(value)) }
    func encode(_ value: Float) { box.content = .value(.number(Double(value))) }
    func encode<T: Encodable & FixedWidthInteger>(_ value: T) { box.content = .value(.integer(Int64(clamping: value))) }
    func encode<T: Encodable>(_ value: T) throws { try TreeEncoder(box: box, codingPath: codingPath).put(value) }
}
