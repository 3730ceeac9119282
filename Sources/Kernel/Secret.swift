/// A value that must not be printed. `"\(secret)"`, `dump` and `Mirror` show `[secret]`; only `reveal()` gives it out.
package struct Secret<Value: Sendable>: Sendable {
    private let value: Value

    package init(_ value: Value) {
        self.value = value
    }

    package func reveal() -> Value { value }
}

extension Secret: Equatable where Value: Equatable {}

extension Secret: Decodable where Value: Decodable {
    package init(from decoder: any Decoder) throws {
        value = try Value(from: decoder)
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "[secret]" }
    package var debugDescription: String { "[secret]" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
