extension ProxyConfiguration {
    /// A file for the file provider's directory.
    var traefik: String {
        let certificates = certificate.map { pair in
            """

            tls:
              certificates:
                - certFile: "\(pair.file)"
                  keyFile: "\(pair.key)"
            """
        }
        return """
            \(Self.commented(traefikPreface))

            http:
              routers:
                circuit-breaker:
                  rule: "Host(`\(hostName)`)"
                  entryPoints: [websecure]
                  tls: {}
                  middlewares: [circuit-breaker-policy]
                  service: circuit-breaker
              middlewares:
                circuit-breaker-policy:
                  headers:
                    customResponseHeaders:
            \(headers.map { "          \($0.name): \"\($0.value)\"" }.joined(separator: "\n"))
              services:
                circuit-breaker:
                  loadBalancer:
                    passHostHeader: true
                    serversTransport: circuit-breaker
                    servers:
                      - url: "\(upstream.url)"
              serversTransports:
                circuit-breaker:
            \(traefikTransport)\(certificates ?? "")

            """
    }

    private var traefikPreface: [String] {
        var lines = preface(
            "Traefik", place: "a file of the file provider's directory", reload: "nothing: Traefik watches it")
        // Traefik replaces headers and cannot look first.
        lines.removeLast(2)
        return lines + [
            "Traefik replaces the daemon's headers by these. Print this file again with `cb proxy-config traefik`",
            "after a foreign origin was switched off or on in the settings.", "",
            "The entry point `websecure` listens on port \(port), speaks HTTP/2 and passes WebSockets. Leave its",
            "`forwardedHeaders` unset: then X-Forwarded-For, -Proto and -Host are set by Traefik, and what a client",
            "sends under these names is dropped. The largest body is the daemon's to refuse",
            "(server.limits.body_bytes).",
        ]
    }

    private var traefikTransport: String {
        var lines: [String] = []
        if upstream.isTLS {
            lines += ["serverName: \(upstream.certificateName)", "rootCAs:", "  - \"\(upstream.authorityFile)\""]
        }
        lines += [
            "# The daemon takes an upgrade as the first request of a connection only, so none is used twice.",
            "maxIdleConnsPerHost: -1", "forwardingTimeouts:", "  dialTimeout: 5s",
            "  responseHeaderTimeout: \(answerSeconds)s",
        ]
        return lines.map { "      \($0)" }.joined(separator: "\n")
    }
}
