extension ProxyConfiguration {
    /// Sections to stand behind the `global` section of haproxy.cfg.
    var haproxy: String {
        let pair = certificate.map { "\($0.file) and \($0.key)" } ?? "the certificate with its chain, and its key"
        return """
            \(Self.commented(
                preface(
                    "HAProxy", place: "/etc/haproxy/haproxy.cfg, behind `global`", reload: "systemctl reload haproxy")
                    + ["", "HAProxy wants \(pair) in one file: \(Self.haproxyPair(hostName))."]))

            defaults circuit-breaker
                mode http
                timeout connect 5s
                timeout http-request 10s
                timeout http-keep-alive 60s
                timeout client 125s
                timeout server \(answerSeconds)s
                # Live updates are silent for as long as nothing changes.
                timeout tunnel 1h
            \(haproxyRedirect)
            frontend circuit-breaker from circuit-breaker
                bind :::\(port) v4v6 ssl crt \(Self.haproxyPair(hostName)) alpn h2,http/1.1 ssl-min-ver TLSv1.2
                http-request deny deny_status 413 if { req.hdr_val(content-length) gt \(bodyBytes) }
                # Only the address that HAProxy sees itself: what a client writes into this header is not passed on.
                http-request set-header X-Forwarded-For %[src]
                http-request set-header X-Forwarded-Proto https
                http-request set-header X-Forwarded-Host %[req.hdr(host)]
            \(headers.map(Self.haproxyHeader).joined(separator: "\n"))
                use_backend circuit-breaker-live if { path_reg \(Self.streamPattern) }
                default_backend circuit-breaker

            # The daemon takes an upgrade as the first request of a connection only.
            backend circuit-breaker-live from circuit-breaker
                http-reuse never
                server daemon \(upstream.authority)\(haproxyVerification)

            backend circuit-breaker from circuit-breaker
                server daemon \(upstream.authority)\(haproxyVerification)

            """
    }

    static func haproxyPair(_ hostName: String) -> String { "/etc/haproxy/certs/\(hostName).pem" }

    /// After-response rules cover HAProxy's own error pages as well.
    private static func haproxyHeader(_ header: (name: String, value: String)) -> String {
        "    http-after-response set-header \(header.name) \"\(header.value)\" "
            + "unless { res.hdr(\(header.name)) -m found }"
    }

    private var haproxyRedirect: String {
        guard port == 443 else { return "" }
        return """

            frontend circuit-breaker-redirect from circuit-breaker
                bind :::80 v4v6
                http-request redirect scheme https code 308

            """
    }

    private var haproxyVerification: String {
        guard upstream.isTLS else { return "" }
        let name = upstream.certificateName
        return
            " ssl verify required ca-file \(upstream.authorityFile) sni str(\(name)) verifyhost \(name) alpn http/1.1"
    }
}
