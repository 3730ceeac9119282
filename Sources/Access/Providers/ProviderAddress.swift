import Kernel
import NetAddress

/// Addresses that the daemon itself asks something of: HTTPS only, without anything that hides where they lead.
enum ProviderAddress {
    struct Rules: Sendable, Equatable {
        /// Plain HTTP to this machine, for tests and for a provider beside the daemon. An option, not a setting.
        var allowsPlainLoopback = false
    }

    struct Parts: Sendable, Equatable {
        let isTLS: Bool
        let host: String
        let port: Int
        /// From the first slash on, without a query.
        let path: String
    }

    /// Why such an address is not asked, or nil.
    static func problem(_ text: String, _ rules: Rules) -> String? {
        guard let parts = parts(of: text) else {
            return "Give an address such as https://id.example.org, without a user name, “?” or “#”."
        }
        let isLoopback = isLoopback(parts.host)
        guard parts.isTLS || rules.allowsPlainLoopback && isLoopback else {
            return "Only addresses that begin with https:// are used: a password for this daemon goes over them."
        }
        if let address = IPAddress(parts.host), let reason = refusal(of: address, rules) { return reason }
        return nil
    }

    /// Why a machine with that address is not spoken to, or nil. A provider may well stand in the local network.
    static func refusal(of address: IPAddress, _ rules: Rules) -> String? {
        let plain = address
        if plain.isLinkLocal || plain.isMulticast || plain.isUnspecified {
            return "This address belongs to the machine's own network card or to nobody, not to a provider."
        }
        return nil
    }

    static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || IPAddress(host).map { $0.isLoopback } ?? false
    }

    static func parts(of text: String) -> Parts? {
        guard (9...2000).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return nil
        }
        guard let scheme = ["https://", "http://"].first(where: text.hasPrefix) else { return nil }
        let rest = text.dropFirst(scheme.count)
        guard !rest.contains(where: { "?#\\\"<>@".contains($0) }) else { return nil }
        let authority = rest.prefix { $0 != "/" }
        let path = rest[authority.endIndex...]
        guard let (host, port) = split(authority, isTLS: scheme == "https://") else { return nil }
        return Parts(isTLS: scheme == "https://", host: host, port: port, path: path.isEmpty ? "/" : String(path))
    }

    private static func split(_ authority: Substring, isTLS: Bool) -> (host: String, port: Int)? {
        var host = authority
        var port = isTLS ? 443 : 80
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[authority.index(after: authority.startIndex)..<end]
            let after = authority[authority.index(after: end)...]
            if !after.isEmpty {
                guard after.hasPrefix(":"), let number = UInt16(after.dropFirst()) else { return nil }
                port = Int(number)
            }
            guard IPAddress(String(host)) != nil else { return nil }
        } else {
            if let colon = authority.firstIndex(of: ":") {
                guard let number = UInt16(authority[authority.index(after: colon)...]), number > 0 else { return nil }
                port = Int(number)
                host = authority[..<colon]
            }
            guard "a@\(host)".isEmailAddress else { return nil }
        }
        return (host.lowercased(), port)
    }
}
