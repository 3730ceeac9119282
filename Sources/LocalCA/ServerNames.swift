import Glibc
import Kernel

/// The names and addresses a server certificate stands for. Both are kept in one spelling (lower case, no final dot;
/// addresses as `inet_ntop` writes them), so that two sets can be compared.
package struct ServerNames: Sendable, Hashable {
    package private(set) var dns: Set<String> = []
    package private(set) var addresses: Set<String> = []

    package init() {}

    /// The names every machine answers to (`HOST`, its first label, `HOST.local`, `localhost` and the loopback
    /// addresses), its own addresses, and what an administrator asked for besides, be it a name or an address.
    package init(hostName: String, addresses: [String], asked: [String] = []) throws {
        for address in ["127.0.0.1", "::1"] + addresses {
            try insert(address: address)
        }
        insert(dns: "localhost")
        for name in Self.names(ofHost: hostName) where Self.isDNSName(name) {
            insert(dns: name)
        }
        for name in asked where !name.isEmpty {
            if Self.addressBytes(name) != nil {
                try insert(address: name)
            } else if Self.isDNSName(Self.spelled(name)) {
                insert(dns: name)
            } else {
                throw AppError(
                    .invalid,
                    "\(name) is neither a host name nor an IP address, so it cannot stand in the server certificate. "
                        + "Use letters, digits, hyphens and dots, for example nas.home.arpa.")
            }
        }
    }

    package var isEmpty: Bool { dns.isEmpty && addresses.isEmpty }

    /// For messages: every name and address, sorted.
    package var list: String { (dns.sorted() + addresses.sorted()).joined(separator: ", ") }

    package func contains(_ other: ServerNames) -> Bool {
        dns.isSuperset(of: other.dns) && addresses.isSuperset(of: other.addresses)
    }

    /// Whether a TLS client that asks for `host` accepts these names: `*.example.org` stands for one label.
    package func covers(host: String) -> Bool {
        if dns.contains(host) { return true }
        guard let dot = host.firstIndex(of: "."), dot != host.startIndex else { return false }
        return dns.contains("*\(host[dot...])")
    }

    package func subtracting(_ other: ServerNames) -> ServerNames {
        var result = self
        result.dns.subtract(other.dns)
        result.addresses.subtract(other.addresses)
        return result
    }

    func filtered(_ isIncluded: (Entry) -> Bool) -> ServerNames {
        var result = ServerNames()
        result.dns = dns.filter { isIncluded(.dns($0)) }
        result.addresses = addresses.filter { Self.addressBytes($0).map { isIncluded(.address($0)) } ?? false }
        return result
    }

    enum Entry { case dns(String), address([UInt8]) }

    mutating func insert(dns name: String) { dns.insert(Self.spelled(name)) }

    mutating func insert(addressBytes bytes: [UInt8]) {
        if let text = Self.addressText(bytes) { addresses.insert(text) }
    }

    private mutating func insert(address: String) throws {
        guard let bytes = Self.addressBytes(address) else {
            throw AppError(.invalid, "\(address) is not an IP address.")
        }
        insert(addressBytes: bytes)
    }

    private static func names(ofHost hostName: String) -> [String] {
        let full = spelled(hostName)
        guard let label = full.split(separator: ".").first, label != "localhost" else { return [] }
        return [full, String(label), "\(label).local"]
    }

    private static func spelled(_ name: String) -> String {
        let lower = name.lowercased()
        return lower.hasSuffix(".") ? String(lower.dropLast()) : lower
    }

    /// Letters, digits, hyphens and underscores in labels of 1 to 63; a first label of `*` may stand for any.
    /// The text goes into OpenSSL's extension syntax, where a comma or colon would mean something.
    static func isDNSName(_ name: String) -> Bool {
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard name.utf8.count <= 253, !labels.isEmpty else { return false }
        return labels.enumerated().allSatisfy { index, label in
            if index == 0, label == "*", labels.count > 1 { return true }
            return (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                && label.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                        true
                    default: false
                    }
                }
        }
    }

    /// Four or sixteen bytes, or nil. A zone (`%eth0`) is dropped: a certificate cannot carry it.
    static func addressBytes(_ text: String) -> [UInt8]? {
        let plain = String(text.prefix { $0 != "%" })
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, plain, &bytes) == 1 { return Array(bytes.prefix(4)) }
        return inet_pton(AF_INET6, plain, &bytes) == 1 ? bytes : nil
    }

    static func addressText(_ bytes: [UInt8]) -> String? {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        return inet_ntop(family, bytes, &text, socklen_t(text.count)).map { String(cString: $0) }
    }
}
