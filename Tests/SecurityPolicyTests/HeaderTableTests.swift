import SecurityPolicy
import Testing

@Suite("Header table")
struct HeaderTableTests {
    @Test("the policy lets in what is switched on, and nothing inline, ever", arguments: ForeignOrigins.allCases)
    func policy(_ origins: ForeignOrigins) {
        let policy = HeaderTable.contentSecurityPolicy(origins)

        #expect(policy.contains("gravatar") == origins.gravatar)
        #expect(policy.contains("fonts.googleapis.com") == origins.googleFonts)
        #expect(policy.contains("fonts.gstatic.com") == origins.googleFonts)
        #expect(policy.contains("open-meteo.com") == origins.openMeteo)
        #expect(policy.hasPrefix("default-src 'self'; "))
        for part in ["object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"] {
            #expect(policy.contains(part))
        }
        #expect(!policy.contains("unsafe"))
        #expect(!policy.contains("*"))
        #expect(ForeignOrigins(ofPolicy: policy) == origins)
    }

    @Test("a policy from elsewhere has no origins")
    func foreignPolicy() {
        #expect(ForeignOrigins(ofPolicy: "default-src *") == nil)
        #expect(ForeignOrigins(ofPolicy: "") == nil)
    }

    @Test("the eight switches are eight policies")
    func distinct() {
        #expect(Set(ForeignOrigins.allCases.map(HeaderTable.contentSecurityPolicy)).count == 8)
    }

    @Test("strict transport is there with HTTPS only, and no name twice")
    func fields() {
        let secure = HeaderTable.fields(.all, hasStrictTransport: true)
        let clear = HeaderTable.fields(.all, hasStrictTransport: false)

        #expect(secure.count == clear.count + 1)
        #expect(!clear.contains { $0.name == "strict-transport-security" })
        #expect(Set(secure.map(\.name)).count == secure.count)
        #expect(secure.allSatisfy { $0.name == $0.name.lowercased() })
    }

    @Test("values fit between double quotes of every proxy's configuration", arguments: ForeignOrigins.allCases)
    func quotable(_ origins: ForeignOrigins) {
        for field in HeaderTable.fields(origins, hasStrictTransport: true) {
            #expect(!field.value.contains { "\"\\$%{}`\n\r".contains($0) }, "\(field)")
        }
    }
}
