import JSONKit
import Kernel
import TestSupport
import Testing

@testable import Access

@Suite("Sign-in providers")
struct ProviderTests {
    private let strict = ProviderAddress.Rules()

    @Test(
        "only plain, protected addresses of somebody else are asked",
        arguments: [
            "http://id.example.org", "https://u@id.example.org", "https://id.example.org?x", "https://id.example.org#x",
            "https://169.254.169.254/latest", "https://[fe80::1]", "https://[::ffff:169.254.1.1]", "https://0.0.0.0",
            "https://224.0.0.1", "https://id.example.org:0", "https://id.example.org:x", "https://", "https://a\\b",
            "file:///etc/passwd", "//id.example.org", "https://id.example.org/\u{0}",
        ])
    func refusedAddresses(_ text: String) {
        #expect(ProviderAddress.problem(text, strict) != nil)
        #expect(ProviderAddress.problem(text, .init(allowsPlainLoopback: true)) != nil)
    }

    @Test(
        "a provider may be in the local network",
        arguments: [
            "https://id.example.org", "https://10.0.0.5:8443/realms/lab", "https://[fd00::5]/x", "https://keycloak",
        ])
    func takenAddresses(_ text: String) {
        #expect(ProviderAddress.problem(text, strict) == nil)
    }

    @Test("plain HTTP is for this machine, and only where the option says so")
    func loopback() {
        let allowed = ProviderAddress.Rules(allowsPlainLoopback: true)
        for text in ["http://localhost:9000", "http://127.0.0.1:9000", "http://[::1]:9000"] {
            #expect(ProviderAddress.problem(text, strict) != nil)
            #expect(ProviderAddress.problem(text, allowed) == nil)
        }
        #expect(ProviderAddress.problem("http://192.168.1.5", allowed) != nil)
        #expect(ProviderAddress.problem("http://localhost.evil.example", allowed) != nil)
    }

    @Test(
        "signing in goes on to pages of this application only",
        arguments: [
            "https://evil.example", "//evil.example", "/\\evil.example", "javascript:x", "", "/a\r\nSet-Cookie: x",
            "/ä",
        ])
    func returnPaths(_ text: String) {
        #expect(ReturnPath.checked(text) == "/map")
        #expect(ReturnPath.checked("/networks?q=lan") == "/networks?q=lan")
    }

    private func key(_ members: [String: String]) -> JSONValue {
        .object(JSONObject(members.map { (name: $0.key, value: .string($0.value)) }))
    }

    @Test("a key is chosen by id, kind and use, and never where that is not clear")
    func keys() throws {
        let set = try JWKSet(
            JSONObject([
                (
                    name: "keys",
                    value: .array([
                        key(["kty": "RSA", "kid": "a", "n": "x", "e": "AQAB"]),
                        key(["kty": "RSA", "kid": "b", "use": "enc"]), key(["kty": "EC", "crv": "P-256", "kid": "a"]),
                        key(["kty": "oct", "kid": "c", "k": "secret"]),
                        key(["kty": "RSA", "kid": "d", "alg": "RS512"]),
                    ])
                )
            ]))

        #expect(set.key(for: .init(algorithm: .rs256, keyID: "a"))?["n"] == "x")
        #expect(set.key(for: .init(algorithm: .es256, keyID: "a"))?["crv"] == "P-256")
        #expect(set.key(for: .init(algorithm: .es384, keyID: "a")) == nil)
        #expect(set.key(for: .init(algorithm: .rs256, keyID: "b")) == nil)
        #expect(set.key(for: .init(algorithm: .rs256, keyID: "d")) == nil)
        #expect(set.key(for: .init(algorithm: .rs256, keyID: nil))?["kid"] == "a")
        #expect(set.key(for: .init(algorithm: .rs512, keyID: nil)) == nil)
        #expect(set.key(for: .init(algorithm: .edDSA, keyID: nil)) == nil)
    }

    @Test(
        "no algorithm without a key pair is read at all",
        arguments: ["none", "None", "NONE", "HS256", "HS384", "HS512", "RS1", ""])
    func algorithms(_ name: String) {
        let header = Base64URL.text(Array(#"{"alg":"\#(name)"}"#.utf8))
        #expect(throws: ProviderRefusal.badSignature) { try IDToken.header(of: "\(header).e30.AAAA") }
    }

    @Test("nonce, verifier and cookie are three things, the same for one browser only")
    func attempt() throws {
        let one = ProviderAttempt()
        let again = try #require(ProviderAttempt(cookie: one.secret.reveal()))
        #expect(one.nonce == again.nonce && one.verifier == again.verifier && one.browserHash == again.browserHash)
        #expect(Set([one.nonce, one.verifier, one.challenge, one.secret.reveal(), ProviderAttempt().nonce]).count == 5)
        #expect(one.verifier.utf8.count == 43)
        #expect(ProviderAttempt(cookie: nil) == nil && ProviderAttempt(cookie: "short") == nil)
    }

    @Test("GitHub: the primary address counts if it is verified, and no other")
    func gitHub() throws {
        func person(_ emails: String) throws -> ProviderPerson {
            let user = try #require(JSONParser.parse(#"{"id":7,"login":"grace","name":null}"#).objectValue)
            let list = try #require(JSONParser.parse(emails).arrayValue)
            return try ProviderPerson(github: user, emails: list, organisations: [])
        }
        let good = try person(
            #"[{"email":"old@example.org","verified":true,"primary":false},{"email":"g@example.org","verified":true,"primary":true}]"#
        )
        #expect(good.email == "g@example.org" && good.subject == "7" && good.name == "grace")
        #expect(throws: ProviderRefusal.unverifiedEmail) {
            try person(
                #"[{"email":"v@example.org","verified":true,"primary":false},{"email":"g@example.org","verified":false,"primary":true}]"#
            )
        }
        #expect(throws: ProviderRefusal.noEmail) { try person(#"[{"email":"v@example.org","verified":true}]"#) }
        #expect(throws: ProviderRefusal.noEmail) { try person("[]") }
    }

    @Test("secrets of links are compared by digest, and nothing else is looked up")
    func links() {
        let token = LinkToken()
        #expect(LinkToken.hash(of: token.value) == token.hash)
        #expect(token.link(.reset, base: "https://lab").reveal().hasPrefix("https://lab/reset-password#"))
        for bad in ["", "x", String(repeating: "a", count: 42), String(repeating: "a", count: 42) + "-"] {
            #expect(LinkToken.hash(of: Secret(bad)) == nil)
        }
    }
}
