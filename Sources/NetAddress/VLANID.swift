/// The number of a VLAN: 1–4094. IEEE 802.1Q keeps 0 for priority tags and 4095 for itself.
package struct VLANID: Hashable, Sendable, RawRepresentable {
    package let rawValue: UInt16

    package enum ParseError: Error, Hashable, CustomStringConvertible {
        case outOfRange(Substring)

        package var description: String { "A VLAN is a number from 1 to 4094." }
    }

    package init?(rawValue: UInt16) {
        guard (1...4094).contains(rawValue) else { return nil }
        self.rawValue = rawValue
    }

    package init(parsing text: some StringProtocol) throws(ParseError) {
        guard let id = text.plainNumber.flatMap({ UInt16(exactly: $0) }).flatMap(VLANID.init(rawValue:)) else {
            throw .outOfRange(Substring(text))
        }
        self = id
    }
}

extension VLANID: LosslessStringConvertible, NumberCodable {
    static let textNoun = "a VLAN number"

    package init?(_ description: String) {
        guard let id = try? VLANID(parsing: description) else { return nil }
        self = id
    }

    package var description: String { String(rawValue) }
}

extension VLANID: Comparable {
    package static func < (left: VLANID, right: VLANID) -> Bool { left.rawValue < right.rawValue }
}
