extension ProxyConfiguration {
    /// A site for the Caddyfile.
    var caddy: String {
        var preface = preface("Caddy", place: "/etc/caddy/Caddyfile", reload: "systemctl reload caddy")
        if upstream.isTLS {
            preface += [
                "",
                "Caddy's user cannot read the daemon's certificates; give it a copy of the CA's (never of its key):",
                "",
                "  install -m 0644 \(upstream.authorityFile) \(Self.caddyAuthority)",
            ]
        }
        let tls = certificate.map { "\ttls \($0.file) \($0.key)\n\n" } ?? ""
        let site = port == 443 ? hostName : "\(hostName):\(port)"
        return """
            \(Self.commented(preface))

            (circuit_breaker_policy) {
            \(headers.map { "\theader ?\($0.name) \"\($0.value)\"" }.joined(separator: "\n"))
            }

            \(site) {
            \(tls)\timport circuit_breaker_policy

            \trequest_body {
            \t\tmax_size \(bodyBytes)
            \t}

            \t# X-Forwarded-For, -Proto and -Host are set by Caddy itself, and what a client sends under these names is
            \t# dropped. Each live stream has a connection of its own: the daemon takes an upgrade as the first request
            \t# of a connection only.
            \t@live path_regexp \(Self.streamPattern)
            \treverse_proxy @live \(upstream.url) {
            \t\ttransport http {
            \(caddyTransport)
            \t\t\tkeepalive off
            \t\t}
            \t}
            \treverse_proxy \(upstream.url) {
            \t\ttransport http {
            \(caddyTransport)
            \t\t}
            \t}

            \thandle_errors {
            \t\timport circuit_breaker_policy
            \t\trespond "{http.error.status_code} {http.error.status_text}"
            \t}
            }

            """
    }

    static var caddyAuthority: String { "/etc/caddy/circuit-breaker-ca.crt" }

    private var caddyTransport: String {
        var lines = ["dial_timeout 5s", "response_header_timeout \(answerSeconds)s", "versions 1.1"]
        if upstream.isTLS {
            lines += ["tls_trusted_ca_certs \(Self.caddyAuthority)", "tls_server_name \(upstream.certificateName)"]
        }
        return lines.map { "\t\t\t\($0)" }.joined(separator: "\n")
    }
}
