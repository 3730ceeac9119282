/// An IPv4 or IPv6 address without a zone.
///
/// Both families share one 128-bit number line: IPv4 lies at `::ffff:0:0/96`, so ordering, sort keys and range
/// arithmetic are the same for both. The text `::ffff:10.0.0.1` therefore names the IPv4 address `10.0.0.1`.
package struct IPAddress: Hashable, Sendable {
    package enum Family: String, Sendable, Codable, CaseIterable {
        case v4
        case v6

        /// Length of an address of the family, in bits.
        package var width: Int { self == .v4 ? 32 : 128 }
    }

    /// The address as one number; IPv4 is mapped to `::ffff:a.b.c.d`.
    package let bits: UInt128

    package init(bits: UInt128) {
        self.bits = bits
    }

    package init(v4 value: UInt32) {
        bits = Self.mappedPrefix | UInt128(value)
    }

    /// Takes the 4 or 16 bytes of an address in network order; any other count is refused.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        let value = bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        bits = bytes.count == 4 ? Self.mappedPrefix | value : value
    }

    package var family: Family { bits >> 32 == 0xFFFF ? .v4 : .v6 }

    /// The number of an IPv4 address.
    package var v4: UInt32? { family == .v4 ? UInt32(truncatingIfNeeded: bits) : nil }

    /// The address in network order: 4 or 16 bytes.
    package var bytes: [UInt8] {
        let count = family.width / 8
        return (0..<count).map { UInt8(truncatingIfNeeded: bits >> UInt128(8 * (count - 1 - $0))) }
    }

    static let mappedPrefix: UInt128 = 0xFFFF_0000_0000
}

// MARK: - Sort keys

extension IPAddress {
    /// 32 lower-case hexadecimal digits that sort like the address, so that one `BETWEEN` serves both families.
    package var sortKey: String {
        let digits = String(bits, radix: 16)
        return String(repeating: "0", count: 32 - digits.count) + digits
    }

    package init?(sortKey: String) {
        guard sortKey.utf8.count == 32, sortKey.utf8.allSatisfy({ $0.hexValue != nil }) else { return nil }
        guard let bits = UInt128(sortKey, radix: 16) else { return nil }
        self.bits = bits
    }
}

extension IPAddress: Comparable {
    package static func < (left: IPAddress, right: IPAddress) -> Bool { left.bits < right.bits }
}

// MARK: - What an address is for

extension IPAddress {
    package var isUnspecified: Bool { bits == 0 || v4 == 0 }

    package var isLoopback: Bool { v4.map { $0 >> 24 == 127 } ?? (bits == 1) }

    /// 169.254.0.0/16 (RFC 3927) and fe80::/10 (RFC 4291).
    package var isLinkLocal: Bool { v4.map { $0 >> 16 == 0xA9FE } ?? (bits >> 118 == 0x3FA) }

    /// 224.0.0.0/4 and ff00::/8.
    package var isMulticast: Bool { v4.map { $0 >> 28 == 0xE } ?? (bits >> 120 == 0xFF) }

    /// The private blocks of RFC 1918 and the unique local addresses of RFC 4193.
    package var isPrivate: Bool {
        guard let v4 else { return bits >> 121 == 0x7E }
        return v4 >> 24 == 10 || v4 >> 20 == 0xAC1 || v4 >> 16 == 0xC0A8
    }

    /// Whether one device can hold the address on a network others reach it by.
    package var isUnicast: Bool { !isUnspecified && !isLoopback && !isMulticast && v4 != .max }

    /// The address so many places further, or nil beyond the end of the family.
    package func advanced(by distance: UInt128) -> IPAddress? {
        let (sum, overflow) = bits.addingReportingOverflow(distance)
        let next = IPAddress(bits: sum)
        return overflow || next.family != family ? nil : next
    }
}
