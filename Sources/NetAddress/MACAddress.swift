/// A 48-bit hardware address (EUI-48).
package struct MACAddress: Hashable, Sendable {
    /// The address in the low 48 bits.
    package let bits: UInt64

    package enum ParseError: Error, Hashable, CustomStringConvertible {
        case badLength(Int)
        case badGroups(Substring)
        case badDigit(Substring)

        package var description: String {
            switch self {
            case .badLength: "A MAC address has twelve hexadecimal digits, such as 00:1b:21:aa:bb:cc."
            case .badGroups: "A MAC address is written aa:bb:cc:dd:ee:ff, aa-bb-cc-dd-ee-ff or aabb.ccdd.eeff."
            case .badDigit: "A MAC address has only the digits 0 to 9 and a to f."
            }
        }
    }

    package init(bits: UInt64) {
        self.bits = bits & 0xFFFF_FFFF_FFFF
    }

    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 6 else { return nil }
        bits = bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Reads colons, hyphens, the dotted triple and bare digits. Octets between colons or hyphens may drop a leading
    /// zero, as some switches print them.
    package init(parsing text: some StringProtocol) throws(ParseError) {
        let whole = Substring(text)
        guard whole.utf8.count <= 17 else { throw .badLength(whole.utf8.count) }
        let separators = Set(whole.unicodeScalars.filter { ":-.".unicodeScalars.contains($0) })
        guard separators.count <= 1 else { throw .badGroups(whole) }
        guard let separator = separators.first.map(Character.init) else {
            guard whole.utf8.count == 12 else { throw .badLength(whole.utf8.count) }
            self.init(bits: try Self.number(whole))
            return
        }
        let groups = whole.split(separator: separator, omittingEmptySubsequences: false)
        let isTriple = separator == "."
        guard groups.count == (isTriple ? 3 : 6),
            groups.allSatisfy({ isTriple ? $0.utf8.count == 4 : (1...2).contains($0.utf8.count) })
        else { throw .badGroups(whole) }
        var bits: UInt64 = 0
        for group in groups { bits = bits << (isTriple ? 16 : 8) | (try Self.number(group)) }
        self.init(bits: bits)
    }

    private static func number(_ text: Substring) throws(ParseError) -> UInt64 {
        var value: UInt64 = 0
        for digit in text.utf8 {
            guard let digit = digit.hexValue else { throw .badDigit(text) }
            value = value << 4 | UInt64(digit)
        }
        return value
    }

    package var bytes: [UInt8] { (0..<6).map { UInt8(truncatingIfNeeded: bits >> UInt64(40 - 8 * $0)) } }

    /// Made up by software or a privacy setting, so it identifies no device.
    package var isLocallyAdministered: Bool { bits >> 41 & 1 == 1 }

    package var isMulticast: Bool { bits >> 40 & 1 == 1 }
    package var isBroadcast: Bool { bits == 0xFFFF_FFFF_FFFF }
    package var isZero: Bool { bits == 0 }

    /// Whether the address was given to one device by its maker.
    package var identifiesDevice: Bool { !isZero && !isMulticast && !isLocallyAdministered }

    /// The 24 bits of the maker, as in `00:1b:21`; it says nothing for locally administered addresses.
    package var oui: String { String(description.prefix(8)) }
}

extension MACAddress: LosslessStringConvertible {
    package init?(_ description: String) {
        guard let address = try? MACAddress(parsing: description) else { return nil }
        self = address
    }

    package var description: String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
    }
}

extension MACAddress: TextCodable {
    static let textNoun = "a MAC address"
}

extension MACAddress: Comparable {
    package static func < (left: MACAddress, right: MACAddress) -> Bool { left.bits < right.bits }
}
