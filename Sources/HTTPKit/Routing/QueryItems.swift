/// The query of an address, decoded as browsers encode it (`application/x-www-form-urlencoded`, WHATWG URL section 5.1):
/// a plus is a space, which the router's own reader leaves as it is.
package struct QueryItems: Sendable, Equatable {
    private let items: [Item]

    private struct Item: Sendable, Equatable {
        let name: String
        let value: String
    }

    package init(_ text: some StringProtocol) {
        items = text.split(separator: "&").map { pair in
            let name = pair.prefix { $0 != "=" }
            return Item(name: Self.decoded(name), value: Self.decoded(pair.dropFirst(name.count + 1)))
        }
    }

    /// The first of that name.
    package subscript(name: String) -> String? { items.first { $0.name == name }?.value }

    package var all: [(name: String, value: String)] { items.map { ($0.name, $0.value) } }

    /// What is no escape stays as it is; what is no UTF-8 becomes U+FFFD.
    private static func decoded(_ text: some StringProtocol) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
            return String(text)
        }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                if let high = rest.first.flatMap(digit), let low = rest.dropFirst().first.flatMap(digit) {
                    bytes.append(high << 4 | low)
                    rest = rest.dropFirst(2)
                } else {
                    bytes.append(byte)
                }
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
