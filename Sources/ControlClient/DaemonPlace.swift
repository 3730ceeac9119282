/// A place where the daemon may answer.
package enum DaemonPlace: Sendable, Equatable {
    case socket(path: String)
    case server(ServerAddress)
}

/// An address on the network, and the name that its certificate must be for.
package struct ServerAddress: Sendable, Equatable {
    package var isTLS: Bool
    /// Without brackets.
    package var host: String
    package var port: Int
    /// Where to connect to instead of looking `host` up: a certificate names the machine as people know it, and the
    /// daemon may be reached over loopback all the same.
    package var connectTo: String?

    package init(isTLS: Bool, host: String, port: Int, connectTo: String? = nil) {
        self.isTLS = isTLS
        self.host = host
        self.port = port
        self.connectTo = connectTo
    }

    /// Reads `https://lab.example.org:8443`, without a path behind it.
    package init?(url: String) {
        let lower = url.lowercased()
        guard let scheme = ["https://", "http://"].first(where: lower.hasPrefix) else { return nil }
        isTLS = scheme == "https://"
        var rest = url.dropFirst(scheme.count)
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        guard !rest.isEmpty, !rest.contains(where: { "/?#@ ".contains($0) || !$0.isASCII }) else { return nil }
        if rest.hasPrefix("[") {
            guard let end = rest.firstIndex(of: "]") else { return nil }
            host = String(rest[rest.index(after: rest.startIndex)..<end])
            rest = rest[rest.index(after: end)...]
        } else {
            host = String(rest.prefix { $0 != ":" })
            rest = rest.dropFirst(host.count)
        }
        guard !host.isEmpty else { return nil }
        if rest.isEmpty {
            port = isTLS ? 443 : 80
        } else {
            guard rest.first == ":", let number = UInt16(rest.dropFirst()), number > 0 else { return nil }
            port = Int(number)
        }
    }

    /// `lab.example.org:8443`; the port is left out where the scheme implies it.
    package var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isTLS ? 443 : 80) ? name : "\(name):\(port)"
    }
}

extension DaemonPlace: CustomStringConvertible {
    package var description: String {
        switch self {
        case .socket(let path): path
        case .server(let address): "\(address.isTLS ? "https" : "http")://\(address.authority)"
        }
    }
}
