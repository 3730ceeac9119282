/// The configuration of a reverse proxy in front of the daemon: TLS, HTTP/2, WebSockets, forwarded headers, limits, and
/// the security headers of `HeaderTable`.
///
/// The texts hold what they are given as it is: names and paths are checked by `isPlain` before.
package struct ProxyConfiguration: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case caddy, nginx, traefik, haproxy
    }

    /// Where the proxy finds the daemon.
    package struct Upstream: Sendable {
        package var isTLS: Bool
        package var host: String
        package var port: Int
        /// The name that the daemon's certificate must hold.
        package var certificateName: String
        /// The CA to verify it with.
        package var authorityFile: String

        package init(isTLS: Bool, host: String, port: Int, certificateName: String, authorityFile: String) {
            self.isTLS = isTLS
            self.host = host
            self.port = port
            self.certificateName = certificateName
            self.authorityFile = authorityFile
        }

        var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }

        var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

        var url: String { "\(isTLS ? "https" : "http")://\(authority)" }
    }

    /// What people type into the browser.
    package var hostName: String
    /// Where the proxy listens.
    package var port = 443
    package var upstream: Upstream
    /// The proxy's own certificate; nil where it gets one by itself, or has its usual place for it.
    package var certificate: (file: String, key: String)?
    package var bodyBytes = 16 << 20
    /// How long the daemon may take for one answer; the proxy waits a little longer, so that the daemon is the one to
    /// say so.
    package var requestSeconds = 60
    package var origins = ForeignOrigins.all

    package init(hostName: String, upstream: Upstream) {
        self.hostName = hostName
        self.upstream = upstream
    }

    package func text(for kind: Kind) -> String {
        switch kind {
        case .caddy: caddy
        case .nginx: nginx
        case .traefik: traefik
        case .haproxy: haproxy
        }
    }

    /// Whether the text means itself in every one of the configurations: no blanks, quotes, braces or `$`.
    package static func isPlain(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 1024
            && text.unicodeScalars.allSatisfy { scalar in
                scalar.value > 0x20 && scalar.value != 0x7F && !"\"'`\\{}$#;%&|<>*()".unicodeScalars.contains(scalar)
                    && !scalar.properties.isWhitespace
            }
    }

    // MARK: - What all of them say

    /// `Content-Security-Policy` and the others, spelled as people spell them.
    var headers: [(name: String, value: String)] {
        HeaderTable.fields(origins, hasStrictTransport: true).map { field in
            let words = field.name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }
            return (words.joined(separator: "-"), field.value)
        }
    }

    /// Longer than the daemon takes to say that it gave up.
    var answerSeconds: Int { requestSeconds + 15 }

    /// Live updates are silent for as long as nothing changes.
    static let streamPattern = "^/api/v1/(discovery|topology|status)/stream$"

    var publicURL: String { "https://\(hostName)\(port == 443 ? "" : ":\(port)")" }

    var certificateFile: String { certificate?.file ?? "/etc/letsencrypt/live/\(hostName)/fullchain.pem" }
    var certificateKey: String { certificate?.key ?? "/etc/letsencrypt/live/\(hostName)/privkey.pem" }

    /// The first lines of each file: what has to be set on the daemon's side.
    func preface(_ name: String, place: String, reload: String) -> [String] {
        var lines = [
            "Circuit Breaker behind \(name), written by `cb proxy-config`. Put it into", "\(place), then `\(reload)`.",
            "",
            "The daemon believes X-Forwarded-For, -Proto and -Host from this proxy only when it is told to. Set in",
            "/etc/circuit-breaker/config.yaml, and then run `cb restart`:", "",
            "  server:",
        ]
        if upstream.isLoopback { lines.append("    host: \(upstream.host == "::1" ? "\"::1\"" : "127.0.0.1")") }
        lines += [
            "    port: \(upstream.port)",
            upstream.isLoopback
                ? "    trusted_proxies: [127.0.0.1, \"::1\"]"
                : "    trusted_proxies: [ADDRESS-OF-THIS-PROXY]",
            "    public_url: \(publicURL)",
        ]
        if !upstream.isTLS {
            lines += [
                "  tls:", "    mode: off", "",
                "Between proxy and daemon everything is in the clear: keep both on one machine.",
            ]
        }
        lines += [
            "", "Each security header is added where the daemon's answer has none, which leaves the proxy's own error",
            "pages; the daemon's headers pass as they are, with what the settings say about foreign origins.",
        ]
        return lines
    }

    static func commented(_ lines: [String]) -> String {
        lines.map { $0.isEmpty ? "#" : "# \($0)" }.joined(separator: "\n")
    }
}
