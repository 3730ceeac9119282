/// Consecutive addresses of one family, both ends included, such as a DHCP pool. Written `10.0.20.100-10.0.20.199`.
package struct IPAddressRange: Hashable, Sendable {
    package let first: IPAddress
    package let last: IPAddress

    package enum ParseError: Error, Hashable, CustomStringConvertible {
        case missingEnd
        case badAddress(Substring)
        /// The families differ or the end lies before the start.
        case disordered

        package var description: String {
            switch self {
            case .missingEnd: "A range is two addresses joined by a hyphen, such as 10.0.20.100-10.0.20.199."
            case .badAddress: "Both ends of the range are IPv4 or IPv6 addresses."
            case .disordered: "The range ends at or after its start, in the same address family."
            }
        }
    }

    package init(_ first: IPAddress, _ last: IPAddress) throws(ParseError) {
        guard first.family == last.family, first <= last else { throw .disordered }
        self.init(unchecked: first, last)
    }

    init(unchecked first: IPAddress, _ last: IPAddress) {
        self.first = first
        self.last = last
    }

    package init(parsing text: some StringProtocol) throws(ParseError) {
        let parts = Substring(text).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw .missingEnd }
        guard let first = IPAddress(String(parts[0])) else { throw .badAddress(parts[0]) }
        guard let last = IPAddress(String(parts[1])) else { throw .badAddress(parts[1]) }
        try self.init(first, last)
    }

    package func contains(_ address: IPAddress) -> Bool {
        first <= address && address <= last && address.family == first.family
    }

    package func overlaps(_ range: IPAddressRange) -> Bool {
        first <= range.last && range.first <= last && first.family == range.first.family
    }

    /// Number of addresses, saturating at `UInt128.max`.
    package var size: UInt128 {
        let (size, overflow) = (last.bits - first.bits).addingReportingOverflow(1)
        return overflow ? .max : size
    }
}

extension IPAddressRange: Sequence {
    package struct Iterator: IteratorProtocol {
        var upcoming: IPAddress?
        let last: IPAddress

        package mutating func next() -> IPAddress? {
            guard let address = upcoming else { return nil }
            upcoming = address < last ? IPAddress(bits: address.bits + 1) : nil
            return address
        }
    }

    package func makeIterator() -> Iterator { Iterator(upcoming: first, last: last) }

    /// Kept small on purpose: a block can hold more addresses than memory.
    package var underestimatedCount: Int { 0 }
}

extension IPAddressRange: LosslessStringConvertible {
    package init?(_ description: String) {
        guard let range = try? IPAddressRange(parsing: description) else { return nil }
        self = range
    }

    package var description: String { "\(first)-\(last)" }
}

extension IPAddressRange: TextCodable {
    static let textNoun = "a range of IP addresses"
}

extension IPAddressRange: Comparable {
    package static func < (left: IPAddressRange, right: IPAddressRange) -> Bool {
        (left.first, left.last) < (right.first, right.last)
    }
}
