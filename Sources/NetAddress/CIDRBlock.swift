/// A network in CIDR notation, such as `10.0.20.0/24` or `fd00:20::/64`.
///
/// Host bits may be written: `10.0.20.7/24` names the block `10.0.20.0/24`.
package struct CIDRBlock: Hashable, Sendable {
    /// The lowest address of the block.
    package let base: IPAddress
    /// Length of the prefix within the family: 0–32 or 0–128.
    package let prefix: Int

    package enum ParseError: Error, Hashable, CustomStringConvertible {
        case missingPrefix
        case badPrefix(Substring)
        case badAddress(Substring)

        package var description: String {
            switch self {
            case .missingPrefix: "A network is an address and a prefix length, such as 10.0.20.0/24."
            case .badPrefix: "The prefix length is a number from 0 to 32 for IPv4 and from 0 to 128 for IPv6."
            case .badAddress: "The part before the slash is an IPv4 or IPv6 address, such as 10.0.20.0."
            }
        }
    }

    /// The block an address lies in; nil if the prefix does not fit the family.
    package init?(_ address: IPAddress, prefix: Int) {
        guard (0...address.family.width).contains(prefix) else { return nil }
        self.prefix = prefix
        self.base = IPAddress(bits: address.bits & ~Self.hostMask(address.family.width - prefix))
    }

    package init(parsing text: some StringProtocol) throws(ParseError) {
        let parts = Substring(text).split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw .missingPrefix }
        guard let address = IPAddress(String(parts[0])) else { throw .badAddress(parts[0]) }
        guard var prefix = parts[1].plainNumber else { throw .badPrefix(parts[1]) }
        // A prefix written for the mapped form counts the 96 bits before the IPv4 address as well.
        if address.family == .v4, parts[0].utf8.contains(UInt8(ascii: ":")) { prefix -= 96 }
        guard let block = CIDRBlock(address, prefix: prefix) else { throw .badPrefix(parts[1]) }
        self = block
    }

    private static func hostMask(_ hostBits: Int) -> UInt128 {
        hostBits >= 128 ? .max : (1 << UInt128(hostBits)) - 1
    }

    package var family: IPAddress.Family { base.family }

    /// The highest address of the block; the broadcast address of an ordinary IPv4 network.
    package var last: IPAddress { IPAddress(bits: base.bits | Self.hostMask(family.width - prefix)) }

    /// Lower bound of the block for `BETWEEN`. The few IPv6 blocks that span `::ffff:0:0/96` (`::/0` to `::/80`)
    /// enclose the IPv4 keys too; who asks for those says the family as well.
    package var lowerKey: String { base.sortKey }
    package var upperKey: String { last.sortKey }

    /// Number of addresses, `UInt128.max` for the one block that has more.
    package var size: UInt128 {
        let hostBits = family.width - prefix
        return hostBits >= 128 ? .max : 1 << UInt128(hostBits)
    }

    /// The netmask of an IPv4 block, such as `255.255.255.0`.
    package var netmask: IPAddress? {
        family == .v4 ? IPAddress(v4: prefix == 0 ? 0 : UInt32.max << UInt32(32 - prefix)) : nil
    }
}

// MARK: - Hosts

extension CIDRBlock {
    /// Addresses a host can hold, `Int.max` if there are more. Blocks of /31 and /32 have no network or broadcast
    /// address to give up (RFC 3021); IPv6 gives up only the subnet-router address, and none at /127 and /128.
    package var usableHosts: Int {
        Int(clamping: size - lowest - highest)
    }

    package var firstUsable: IPAddress { IPAddress(bits: base.bits + lowest) }
    package var lastUsable: IPAddress { IPAddress(bits: last.bits - highest) }

    /// The usable addresses in order, made one at a time.
    package var usableAddresses: IPAddressRange { IPAddressRange(unchecked: firstUsable, lastUsable) }

    /// All addresses in order, made one at a time.
    package var addresses: IPAddressRange { IPAddressRange(unchecked: base, last) }

    private var lowest: UInt128 { family.width - prefix > 1 ? 1 : 0 }
    private var highest: UInt128 { family == .v4 ? lowest : 0 }

    package func contains(_ address: IPAddress) -> Bool {
        address.family == family && base <= address && address <= last
    }

    /// Whether the other block lies inside this one; a block contains itself.
    package func contains(_ block: CIDRBlock) -> Bool {
        block.family == family && prefix <= block.prefix && contains(block.base)
    }

    package func overlaps(_ block: CIDRBlock) -> Bool {
        contains(block) || block.contains(self)
    }

    /// The next usable addresses that are neither taken nor inside an avoided range, lowest first. The work is bounded
    /// by the addresses and ranges in the way, never by the size of the block.
    package func nextFree(
        count: Int = 1, taken: Set<IPAddress>, avoiding ranges: [IPAddressRange] = [], from start: IPAddress? = nil
    ) -> [IPAddress] {
        let ranges = ranges.sorted { $0.first < $1.first }
        var found: [IPAddress] = []
        var candidate: IPAddress? = max(start ?? firstUsable, firstUsable)
        var nextRange = 0
        while let address = candidate, address <= lastUsable, found.count < count {
            if nextRange < ranges.count, ranges[nextRange].first <= address {
                if ranges[nextRange].contains(address) { candidate = ranges[nextRange].last.advanced(by: 1) }
                nextRange += 1
                continue
            }
            if !taken.contains(address) { found.append(address) }
            candidate = address.advanced(by: 1)
        }
        return found
    }
}

extension CIDRBlock: LosslessStringConvertible {
    package init?(_ description: String) {
        guard let block = try? CIDRBlock(parsing: description) else { return nil }
        self = block
    }

    package var description: String { "\(base)/\(prefix)" }
}

extension CIDRBlock: TextCodable {
    static let textNoun = "a CIDR block"
}

extension CIDRBlock: Comparable {
    package static func < (left: CIDRBlock, right: CIDRBlock) -> Bool {
        (left.base, left.prefix) < (right.base, right.prefix)
    }
}
