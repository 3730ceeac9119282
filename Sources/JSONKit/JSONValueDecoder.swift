import Kernel

/// Decodes `Decodable` types from a parsed value. Member names are snake_case, instants RFC 3339 text.
/// A failure names the member, so that a form can show it where it belongs.
package struct JSONValueDecoder: Decoder {
    let value: JSONValue
    package let codingPath: [any CodingKey]
    package var userInfo: [CodingUserInfoKey: Any] { [:] }

    package static func decode<T: Decodable>(_ type: T.Type, from value: JSONValue) throws -> T {
        try JSONValueDecoder(value: value, codingPath: []).unbox(type)
    }

    package func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let object) = value else { throw mismatch("an object") }
        return KeyedDecodingContainer(KeyedMembers<Key>(object: object, decoder: self))
    }

    package func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let items) = value else { throw mismatch("a list") }
        return ListItems(items: items, decoder: self)
    }

    package func singleValueContainer() -> any SingleValueDecodingContainer { SingleValue(decoder: self) }

    func unbox<T: Decodable>(_ type: T.Type) throws -> T {
        if type == Instant.self, let instant = try instant() as? T { return instant }
        if type == JSONValue.self, let value = value as? T { return value }
        return try T(from: self)
    }

    private func instant() throws -> Instant {
        guard let text = value.stringValue, let milliseconds = RFC3339.milliseconds(text) else {
            throw mismatch("a time such as 2026-11-24T01:02:03Z")
        }
        return Instant(milliseconds: milliseconds)
    }

    func mismatch(_ expected: String) -> DecodingError {
        .typeMismatch(
            JSONValue.self,
            .init(codingPath: codingPath, debugDescription: "\(expected) was expected, not \(value.kindName)"))
    }

    func whole<T: FixedWidthInteger>(_ type: T.Type) throws -> T {
        guard let whole = value.integerValue else { throw mismatch("a whole number") }
        guard let fitting = T(exactly: whole) else { throw mismatch("a smaller number") }
        return fitting
    }

    func number() throws -> Double {
        guard let number = value.numberValue else { throw mismatch("a number") }
        return number
    }

    func text() throws -> String {
        guard let text = value.stringValue else { throw mismatch("a text") }
        return text
    }

    func flag() throws -> Bool {
        guard let flag = value.boolValue else { throw mismatch("true or false") }
        return flag
    }
}

extension JSONValue: Decodable {
    package init(from decoder: any Decoder) throws {
        guard let decoder = decoder as? JSONValueDecoder else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "a JSON value is read by JSONValueDecoder only")
            )
        }
        self = decoder.value
    }
}

private struct KeyedMembers<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let object: JSONObject
    let decoder: JSONValueDecoder
    var codingPath: [any CodingKey] { decoder.codingPath }
    var allKeys: [Key] { object.names.compactMap { Key(stringValue: $0) } }

    func contains(_ key: Key) -> Bool { object[key.jsonName] != nil }
    func decodeNil(forKey key: Key) -> Bool { object[key.jsonName]?.isNull ?? true }

    private func member(_ key: Key) throws -> JSONValueDecoder {
        guard let value = object[key.jsonName] else {
            throw DecodingError.keyNotFound(key, .init(codingPath: codingPath + [key], debugDescription: "is missing"))
        }
        return JSONValueDecoder(value: value, codingPath: codingPath + [key])
    }

    func decode(_: Bool.Type, forKey key: Key) throws -> Bool { try member(key).flag() }
    func decode(_: String.Type, forKey key: Key) throws -> String { try member(key).text() }
    func decode(_: Double.Type, forKey key: Key) throws -> Double { try member(key).number() }
    func decode(_: Float.Type, forKey key: Key) throws -> Float { Float(try member(key).number()) }
    func decode<T: Decodable & FixedWidthInteger>(_ type: T.Type, forKey key: Key) throws -> T {
        try member(key).whole(type)
    }
    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T { try member(key).unbox(type) }

    func nestedContainer<N: CodingKey>(keyedBy type: N.Type, forKey key: Key) throws -> KeyedDecodingContainer<N> {
        try member(key).container(keyedBy: type)
    }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try member(key).unkeyedContainer()
    }
    func superDecoder() throws -> any Decoder { decoder }
    func superDecoder(forKey key: Key) throws -> any Decoder { try member(key) }
}

private struct ListItems: UnkeyedDecodingContainer {
    let items: [JSONValue]
    let decoder: JSONValueDecoder
    var currentIndex = 0
    var codingPath: [any CodingKey] { decoder.codingPath }
    var count: Int? { items.count }
    var isAtEnd: Bool { currentIndex >= items.count }

    init(items: [JSONValue], decoder: JSONValueDecoder) {
        self.items = items
        self.decoder = decoder
    }

    private mutating func next() throws -> JSONValueDecoder {
        guard !isAtEnd else {
            throw DecodingError.valueNotFound(
                JSONValue.self, .init(codingPath: codingPath, debugDescription: "the list is too short"))
        }
        defer { currentIndex += 1 }
        return JSONValueDecoder(value: items[currentIndex], codingPath: codingPath)
    }

    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd, items[currentIndex].isNull else { return false }
        currentIndex += 1
        return true
    }
    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { try next().unbox(type) }
    mutating func nestedContainer<N: CodingKey>(keyedBy type: N.Type) throws -> KeyedDecodingContainer<N> {
        try next().container(keyedBy: type)
    }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try next().unkeyedContainer() }
    mutating func superDecoder() throws -> any Decoder { try next() }
}

private struct SingleValue: SingleValueDecodingContainer {
    let decoder: JSONValueDecoder
    var codingPath: [any CodingKey] { decoder.codingPath }

    func decodeNil() -> Bool { decoder.value.isNull }
    func decode(_: Bool.Type) throws -> Bool { try decoder.flag() }
    func decode(_: String.Type) throws -> String { try decoder.text() }
    func decode(_: Double.Type) throws -> Double { try decoder.number() }
    func decode(_: Float.Type) throws -> Float { Float(try decoder.number()) }
    func decode<T: Decodable & FixedWidthInteger>(_ type: T.Type) throws -> T { try decoder.whole(type) }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try decoder.unbox(type) }
}
