extension IPAddress {
    package enum ParseError: Error, Hashable, CustomStringConvertible {
        case empty
        case badIPv4(Substring)
        case badIPv6(Substring)
        /// A zone (`%eth0`) names an interface of one machine, so it cannot be part of an address others share.
        case zone(Substring)

        package var description: String {
            switch self {
            case .empty: "Give an address."
            case .badIPv4: "An IPv4 address is four numbers from 0 to 255 without leading zeros, such as 10.0.20.5."
            case .badIPv6: "An IPv6 address is up to eight groups of hexadecimal digits, such as fd00:20::5."
            case .zone: "An address is written without the zone after the percent sign."
            }
        }
    }

    /// Reads dotted IPv4 and the three text forms of RFC 4291 section 2.2; nothing around them is forgiven.
    package init(parsing text: some StringProtocol) throws(ParseError) {
        let whole = Substring(text)
        let utf8 = Array(whole.utf8.prefix(Self.longestText + 1))
        guard !utf8.isEmpty else { throw .empty }
        guard utf8.contains(UInt8(ascii: ":")) else {
            guard let value = Self.dotted(utf8[...]) else { throw .badIPv4(whole) }
            self.init(v4: value)
            return
        }
        if let percent = whole.firstIndex(of: "%") { throw .zone(whole[percent...]) }
        guard utf8.count <= Self.longestText, let bits = Self.groups(utf8) else { throw .badIPv6(whole) }
        self.init(bits: bits)
    }

    /// `0000:0000:0000:0000:0000:ffff:255.255.255.255`
    private static let longestText = 45

    private static func dotted(_ text: ArraySlice<UInt8>) -> UInt32? {
        let octets = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard octets.count == 4 else { return nil }
        var address: UInt32 = 0
        for octet in octets {
            guard (1...3).contains(octet.count), octet.count == 1 || octet.first != UInt8(ascii: "0") else {
                return nil
            }
            var value = 0
            for digit in octet {
                guard let digit = digit.decimalValue else { return nil }
                value = value * 10 + digit
            }
            guard value <= 255 else { return nil }
            address = address << 8 | UInt32(value)
        }
        return address
    }

    private static func groups(_ text: [UInt8]) -> UInt128? {
        let colon = UInt8(ascii: ":")
        let gap = (0..<(text.count - 1)).first { text[$0] == colon && text[$0 + 1] == colon }
        guard let gap else {
            guard let all = run(text[...], endsAddress: true), all.count == 8 else { return nil }
            return number(all)
        }
        guard let head = run(text[..<gap], endsAddress: false),
            let tail = run(text[(gap + 2)...], endsAddress: true), head.count + tail.count < 8
        else { return nil }
        return number(head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail)
    }

    private static func run(_ text: ArraySlice<UInt8>, endsAddress: Bool) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count <= 8 else { return nil }
        var groups: [UInt16] = []
        for (index, part) in parts.enumerated() {
            if endsAddress, index == parts.count - 1, part.contains(UInt8(ascii: ".")) {
                guard let v4 = dotted(part) else { return nil }
                groups += [UInt16(v4 >> 16), UInt16(truncatingIfNeeded: v4)]
                continue
            }
            guard (1...4).contains(part.count) else { return nil }
            var group: UInt16 = 0
            for digit in part {
                guard let value = digit.hexValue else { return nil }
                group = group << 4 | UInt16(value)
            }
            groups.append(group)
        }
        return groups.count <= 8 ? groups : nil
    }

    private static func number(_ groups: [UInt16]) -> UInt128 {
        groups.reduce(0) { $0 << 16 | UInt128($1) }
    }
}

extension IPAddress: LosslessStringConvertible {
    package init?(_ description: String) {
        guard let address = try? IPAddress(parsing: description) else { return nil }
        self = address
    }

    /// The canonical text: dotted IPv4, or IPv6 as RFC 5952 has it.
    package var description: String {
        if let v4 { return (0..<4).map { String(v4 >> UInt32(24 - 8 * $0) & 0xFF) }.joined(separator: ".") }
        let groups = (0..<8).map { UInt16(truncatingIfNeeded: bits >> UInt128(112 - 16 * $0)) }
        guard let zeros = Self.longestZeroRun(groups) else { return Self.text(groups[...]) }
        return Self.text(groups[..<zeros.lowerBound]) + "::" + Self.text(groups[zeros.upperBound...])
    }

    private static func text(_ groups: ArraySlice<UInt16>) -> String {
        groups.map { String($0, radix: 16) }.joined(separator: ":")
    }

    /// The first of the longest runs of two or more zero groups.
    private static func longestZeroRun(_ groups: [UInt16]) -> Range<Int>? {
        var best: Range<Int>?
        var start: Int?
        for index in 0...groups.count {
            if index < groups.count, groups[index] == 0 {
                start = start ?? index
            } else if let first = start {
                if index - first > max(1, best?.count ?? 0) { best = first..<index }
                start = nil
            }
        }
        return best
    }
}

extension IPAddress: TextCodable {
    static let textNoun = "an IP address"
}
