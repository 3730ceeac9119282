/// What a root may vouch for (RFC 5280 §4.2.1.10). A stolen root key then opens the lab's own names, not the bank's.
package struct NameConstraints: Sendable, Hashable {
    /// A permitted name covers itself and everything below it.
    package let dns: Set<String>
    /// Permitted ranges as `address/mask`, both spelled as addresses, which is how OpenSSL takes them.
    package let ranges: Set<String>

    package init(dns: Set<String>, ranges: Set<String>) {
        self.dns = dns
        self.ranges = ranges
    }

    /// Names that no public authority may hand out (RFC 6762, RFC 8375, ICANN's `internal`, and the usual `lan`).
    static let privateNames: Set<String> = ["localhost", "local", "home.arpa", "internal", "lan"]

    /// RFC 1918, loopback, link-local, shared address space (RFC 6598, which overlay networks use), and for IPv6
    /// loopback, link-local and unique local addresses.
    static let privateRanges: Set<String> = [
        "10.0.0.0/255.0.0.0", "172.16.0.0/255.240.0.0", "192.168.0.0/255.255.0.0", "127.0.0.0/255.0.0.0",
        "169.254.0.0/255.255.0.0", "100.64.0.0/255.192.0.0",
        "::1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fe80::/ffc0::", "fc00::/fe00::",
    ]

    /// The private names and ranges, and what the machine itself has outside of them. A public IPv6 address is
    /// permitted with its /64, because hosts change the lower half by themselves; a public IPv4 address alone.
    package init(covering names: ServerNames) {
        let own = NameConstraints(dns: Self.privateNames, ranges: Self.privateRanges)
        let rest = names.filtered { !own.permits($0) }
        dns = own.dns.union(rest.dns.map { $0.hasPrefix("*.") ? String($0.dropFirst(2)) : $0 })
        ranges = own.ranges.union(rest.addresses.compactMap(Self.range(around:)))
    }

    package func permitted(in names: ServerNames) -> ServerNames { names.filtered(permits) }

    func permits(_ entry: ServerNames.Entry) -> Bool {
        switch entry {
        case .dns(let name):
            let bare = name.hasPrefix("*.") ? String(name.dropFirst(2)) : name
            return dns.contains { bare == $0 || bare.hasSuffix("." + $0) }
        case .address(let bytes):
            return ranges.contains { Self.covers($0, bytes) }
        }
    }

    /// OpenSSL's configuration syntax. Only checked names and addresses get here, so nothing needs quoting.
    var extensionValue: String {
        let names = dns.sorted().map { "permitted;DNS:\($0)" }
        return "critical," + (names + ranges.sorted().map { "permitted;IP:\($0)" }).joined(separator: ",")
    }

    private static func range(around address: String) -> String? {
        guard let bytes = ServerNames.addressBytes(address) else { return nil }
        guard bytes.count == 16 else { return "\(address)/255.255.255.255" }
        let network = bytes.prefix(8) + [UInt8](repeating: 0, count: 8)
        return ServerNames.addressText(Array(network)).map { "\($0)/ffff:ffff:ffff:ffff::" }
    }

    private static func covers(_ range: String, _ address: [UInt8]) -> Bool {
        let halves = range.split(separator: "/").compactMap { ServerNames.addressBytes(String($0)) }
        guard halves.count == 2, halves[0].count == address.count else { return false }
        return address.indices.allSatisfy { address[$0] & halves[1][$0] == halves[0][$0] & halves[1][$0] }
    }
}
