import SecurityPolicy
import Testing

@Suite("Proxy configurations")
struct ProxyConfigurationTests {
    private static let kinds = ProxyConfiguration.Kind.allCases

    private func configuration(isTLS: Bool = true) -> ProxyConfiguration {
        ProxyConfiguration(
            hostName: "lab.example.org",
            upstream: .init(
                isTLS: isTLS, host: "127.0.0.1", port: 8443, certificateName: "localhost",
                authorityFile: "/etc/circuit-breaker/certs/ca.crt"))
    }

    @Test("each carries every header of the table, once", arguments: kinds, ForeignOrigins.allCases)
    func headers(_ kind: ProxyConfiguration.Kind, _ origins: ForeignOrigins) {
        var proxied = configuration()
        proxied.origins = origins
        let text = proxied.text(for: kind)

        for field in HeaderTable.fields(origins, hasStrictTransport: true) {
            #expect(text.components(of: "\"\(field.value)\"") >= 1, "\(field.name)")
        }
        #expect(text.components(of: HeaderTable.contentSecurityPolicy(origins)) == 1)
    }

    @Test("each says what to set on the daemon's side", arguments: kinds)
    func advice(_ kind: ProxyConfiguration.Kind) {
        let text = configuration().text(for: kind)

        #expect(text.contains("trusted_proxies: [127.0.0.1, \"::1\"]"))
        #expect(text.contains("public_url: https://lab.example.org"))
        #expect(text.contains("lab.example.org"))
    }

    @Test("an upstream with TLS is verified, one without is said to be clear", arguments: kinds)
    func upstream(_ kind: ProxyConfiguration.Kind) {
        let secure = configuration().text(for: kind)
        let clear = configuration(isTLS: false).text(for: kind)

        #expect(secure.contains("ca.crt"))
        #expect(!clear.contains("ca.crt"))
        #expect(clear.contains("mode: off"))
        #expect(!secure.contains("mode: off"))
    }

    @Test(
        "what means something in a configuration is not taken",
        arguments: ["", "a b", "a;b", "a\"b", "a{b", "a\nb", "$x", "#x", "a\u{7F}", "a\u{00A0}b"])
    func plain(_ text: String) {
        #expect(!ProxyConfiguration.isPlain(text))
    }

    @Test("paths and names are plain", arguments: ["lab.example.org", "/etc/ssl/a-b_c.pem", "/srv/ä.pem"])
    func notPlain(_ text: String) {
        #expect(ProxyConfiguration.isPlain(text))
    }
}

extension String {
    func components(of part: String) -> Int { ranges(of: part).count }
}
