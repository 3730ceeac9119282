import HTTPKit
import HTTPTypes
import NetAddress
import Serving

/// Where a request really came from. `X-Forwarded-…` counts only when the peer is a proxy that is trusted, because
/// anybody can write these headers.
package struct TrustedProxies: Sendable {
    private let networks: [CIDRBlock]
    /// `server.public_url`: what people see of a proxy that does not pass on how it was addressed.
    private let publicURL: (isTLS: Bool, host: String)?

    package init(_ networks: [CIDRBlock], publicURL: String? = nil) {
        self.networks = networks
        let parts = publicURL?.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false) ?? []
        self.publicURL =
            parts.count == 3
            ? (parts[0].lowercased() == "https:", String(parts[2].prefix { $0 != "/" })) : nil
    }

    package func contains(_ address: String) -> Bool {
        guard !networks.isEmpty, let address = IPAddress(address) else { return false }
        return networks.contains { $0.contains(address) }
    }

    package func origin(of head: HTTPRequest, over connection: ConnectionInfo) -> RequestOrigin {
        var origin = RequestOrigin(
            address: connection.address, isTLS: connection.isTLS, host: head.authority ?? "",
            isLocalSocket: connection.isUnixSocket, localUser: connection.user)
        guard contains(connection.address) else { return origin }
        if let client = client(in: head.headerFields[values: .xForwardedFor]) { origin.address = client }
        if let scheme = last(head.headerFields[values: .xForwardedProto]) {
            origin.isTLS = scheme.lowercased() == "https"
        } else if let publicURL {
            origin.isTLS = publicURL.isTLS
        }
        if let host = last(head.headerFields[values: .xForwardedHost]) ?? publicURL?.host { origin.host = host }
        return origin
    }

    /// The last address of the list that is no trusted proxy: what stands before it, its sender may have invented.
    private func client(in lines: [String]) -> String? {
        var client: String?
        for entry in lines.joined(separator: ",").split(separator: ",").reversed() {
            guard let address = IPAddress(Self.bare(entry)) else { break }
            client = address.description
            if !networks.contains(where: { $0.contains(address) }) { break }
        }
        return client
    }

    /// Some proxies write `192.0.2.1:4711` or `[2001:db8::1]:4711`.
    private static func bare(_ entry: Substring) -> String {
        let text = entry.filter { $0 != " " }
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            return String(text[text.index(after: text.startIndex)..<end])
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 2 ? String(parts[0]) : String(text)
    }

    private func last(_ lines: [String]) -> String? {
        lines.last?.split(separator: ",").last.map { String($0.filter { $0 != " " }) }.flatMap { $0.isEmpty ? nil : $0 }
    }
}

extension HTTPField.Name {
    static let xForwardedFor = HTTPField.Name(parsed: "x-forwarded-for") ?? .via
    static let xForwardedProto = HTTPField.Name(parsed: "x-forwarded-proto") ?? .via
    static let xForwardedHost = HTTPField.Name(parsed: "x-forwarded-host") ?? .via
}
