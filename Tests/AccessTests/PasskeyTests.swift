import HTTPKit
import JSONKit
import Kernel
import TestSupport
import Testing

@testable import Access

@Suite("Passkeys")
struct PasskeyTests {
    private static let both: [(Engine, Bool)] = Engine.available.flatMap { [($0, true), ($0, false)] }

    private func challenge(_ visitor: Visitor) async throws -> String {
        let options = try await visitor.post("auth/sign-in/passkey/options")
        return try #require(options["challenge"]?.stringValue, "\(options.text)")
    }

    @Test("a passkey that knows its person opens by itself, ES256 and EdDSA", arguments: both)
    func opens(engine: Engine, isES256: Bool) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        let key = try await SoftAuthenticator.registered(isES256 ? .es256() : .ed25519(), by: ada)

        let stranger = house.visitor()
        let body = try key.proof(try await challenge(stranger))
        let answer = try await stranger.post("auth/sign-in/passkey", body)

        #expect(answer.status == 200, "\(answer.text)")
        #expect(answer["user"]?.objectValue?["email"] == "ada@example.org")
        #expect(try await house.visitor(cookie: answer.cookie).get("things").status == 204)
        #expect(try await house.audit().last { $0.action == "signed_in" }?.after?.contains("passkey") == true)
        // The challenge is used up.
        #expect(try await stranger.post("auth/sign-in/passkey", body).status == 401)
    }

    @Test("a touch alone is the second factor, not the first", arguments: Engine.available)
    func touch(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        var key = try await SoftAuthenticator.registered(.es256(), by: ada)
        key.flags = 0x01
        let alone = house.visitor()

        #expect(try await alone.post("auth/sign-in/passkey", key.proof(try await challenge(alone))).status == 401)

        let entry = try await house.visitor().post(
            "auth/sign-in", #"{"email":"ada@example.org","password":"\#(AccessHouse.password)"}"#)
        #expect(entry.status == 202)
        #expect(entry["next"] == "second_factor")
        #expect(entry["ways"] == ["passkey"])
        let half = house.visitor(pending: entry.pendingCookie)
        let answer = try await half.post("auth/sign-in/passkey", key.proof(try await challenge(half)))
        #expect(answer.status == 200, "\(answer.text)")
    }

    @Test("what is wrong with a proof is found", arguments: Engine.available)
    func refusals(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        let good = try await SoftAuthenticator.registered(.es256(), by: ada)
        let changes: [(String, @Sendable (inout SoftAuthenticator) -> Void)] = [
            ("another site", { $0.site = "evil.local" }), ("another origin", { $0.origin = "https://evil.local:8443" }),
            ("another port", { $0.origin = "https://lab.local:9443" }),
            ("http", { $0.origin = "http://lab.local:8443" }),
            ("nobody there", { $0.flags = 0x04 }), ("another key", { $0.key = SoftAuthenticator.es256().key }),
            ("another person", { $0.userHandle = "AAAA" }), ("no person", { $0.userHandle = nil }),
            ("unknown", { $0.id = [1, 2, 3] }), ("synced without being able to", { $0.flags = 0x15 }),
        ]

        for (number, (name, change)) in changes.enumerated() {
            var bad = good
            change(&bad)
            let visitor = house.visitor(from: "192.0.2.\(number + 1)")
            let answer = try await visitor.post("auth/sign-in/passkey", bad.proof(try await challenge(visitor)))
            #expect(answer.status == 401, "\(name): \(answer.text)")
            #expect(answer.cookie == nil, "\(name)")
        }
        let visitor = house.visitor(from: "192.0.2.99")
        let created = try good.proof(try await challenge(visitor), type: "webauthn.create")
        #expect(try await visitor.post("auth/sign-in/passkey", created).status == 401)
        #expect(try await visitor.post("auth/sign-in/passkey", good.proof("made-up")).status == 401)
        // A challenge of another purpose.
        let foreign = try await ada.post("me/passkeys/options")["challenge"]?.stringValue ?? ""
        #expect(try await visitor.post("auth/sign-in/passkey", good.proof(foreign)).status == 401)
        let late = try good.proof(try await challenge(visitor))
        house.clock.advance(by: .seconds(301))
        #expect(try await visitor.post("auth/sign-in/passkey", late).status == 401)
    }

    @Test("a counter that does not rise is refused and told", arguments: Engine.available)
    func counter(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        var key = SoftAuthenticator.ed25519()
        key.count = 7
        key = try await SoftAuthenticator.registered(key, by: ada)
        let visitor = house.visitor()

        #expect(try await visitor.post("auth/sign-in/passkey", key.proof(try await challenge(visitor))).status == 401)
        key.count = 8
        #expect(try await visitor.post("auth/sign-in/passkey", key.proof(try await challenge(visitor))).status == 200)
        #expect(try await visitor.post("auth/sign-in/passkey", key.proof(try await challenge(visitor))).status == 401)

        #expect(try await house.audit().filter { $0.action == "passkey_counter_regressed" }.count == 2)
    }

    @Test("a registration is checked, and counts once", arguments: Engine.available)
    func registration(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        let bob = try await house.person(ada, .viewer)
        let challenge = try await ada.post("me/passkeys/options")["challenge"]?.stringValue ?? ""
        let key = SoftAuthenticator.es256()

        // The challenge is Ada's.
        #expect(try await bob.post("me/passkeys", key.made(challenge)).status == 422)
        let again = try await ada.post("me/passkeys/options")["challenge"]?.stringValue ?? ""
        #expect(try await ada.post("me/passkeys", key.made(again, name: "YubiKey")).status == 201)
        #expect(try await ada.post("me/passkeys", key.made(again)).status == 422)
        // The same credential of somebody else.
        let other = try await bob.post("me/passkeys/options")["challenge"]?.stringValue ?? ""
        #expect(try await bob.post("me/passkeys", key.made(other)).status == 409)
        var elsewhere = SoftAuthenticator.es256()
        elsewhere.site = "other.local"
        let third = try await ada.post("me/passkeys/options")["challenge"]?.stringValue ?? ""
        #expect(try await ada.post("me/passkeys", elsewhere.made(third)).status == 422)

        let state = try await ada.get("me/second-factors")
        #expect(state["passkeys"]?.arrayValue?.count == 1)
        #expect(try await ada.patch("me/passkeys/1", #"{"name":"Blue key"}"#)["name"] == "Blue key")
        #expect(try await bob.delete("me/passkeys/1").status == 404)
        #expect(try await ada.delete("me/passkeys/1").status == 204)
    }

    @Test(
        "an address of digits, or clear text, has no passkeys and says why",
        arguments: [
            ("192.168.1.10:8443", true), ("[fd00::1]:8443", true), ("127.0.0.1", true), ("lab.local", false),
            ("0x7f.1", true), ("", true),
        ])
    func noSite(host: String, isTLS: Bool) {
        #expect(throws: AppError.self) { try PasskeySite(RequestOrigin(address: "", isTLS: isTLS, host: host)) }
    }

    @Test("a name has, and so has localhost in clear text")
    func sites() throws {
        #expect(try PasskeySite(RequestOrigin(isTLS: true, host: "Lab.Local:8443")).name == "lab.local")
        #expect(try PasskeySite(RequestOrigin(isTLS: false, host: "localhost:8088")).name == "localhost")
        #expect(try PasskeySite(RequestOrigin(isTLS: true, host: "cb")).name == "cb")
    }
}

@Suite("CBOR")
struct CBORReaderTests {
    private func read(_ hex: [UInt8]) throws -> CBORValue {
        var reader = CBORReader(hex)
        let value = try reader.value()
        #expect(reader.isAtEnd)
        return value
    }

    @Test("values of RFC 8949, appendix A")
    func published() throws {
        #expect(try read([0x00]) == .unsigned(0))
        #expect(try read([0x18, 0x64]) == .unsigned(100))
        #expect(try read([0x19, 0x03, 0xE8]) == .unsigned(1000))
        #expect(try read([0x1B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]) == .unsigned(.max))
        #expect(try read([0x20]).integer == -1)
        #expect(try read([0x38, 0x63]).integer == -100)
        #expect(try read([0x44, 1, 2, 3, 4]) == .bytes([1, 2, 3, 4]))
        #expect(try read([0x62, 0xC3, 0xBC]) == .text("ü") || (try read([0x62, 0xC3, 0xBC])) == .text("\u{FC}"))
        #expect(try read([0x83, 1, 2, 3]) == .array([.unsigned(1), .unsigned(2), .unsigned(3)]))
        #expect(try read([0xA2, 1, 2, 3, 4])[3] == .unsigned(4))
        #expect(try read([0xF5]) == .bool(true))
        #expect(try read([0xF6]) == .null)
    }

    @Test(
        "what is cut off, too long, too deep, doubled or of another kind is refused",
        arguments: [
            [], [0x18], [0x19, 1], [0x42, 1], [0x5B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
            [0x9B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0x5F, 0xFF], [0x9F, 0xFF], [0xBF, 0xFF],
            [0xC0, 0x00], [0xF9, 0, 0], [0xFF], [0x1C], [0x18, 0x17], [0x19, 0x00, 0xFF], [0x61, 0xFF],
            [0xA2, 1, 2, 1, 3], [0xA1, 1], [0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x00],
        ] as [[UInt8]])
    func refused(bytes: [UInt8]) {
        var reader = CBORReader(bytes)

        #expect(throws: CBORReader.ParseError.self) { try reader.value() }
    }

    @Test("no bytes make it fail, or read far more than there is")
    func fuzz() {
        var random = SplitMix(seed: 29)
        let seeds: [[UInt8]] = [
            SoftAuthenticator.es256().publicKey, SoftAuthenticator.ed25519().publicKey,
            SoftAuthenticator.es256().attestation(Array(repeating: 7, count: 300)),
        ]
        for round in 0..<20_000 {
            var bytes: [UInt8] =
                round % 2 == 0
                ? seeds[round / 2 % seeds.count]
                : (0..<Int.random(in: 0...80, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if round % 3 == 0 { bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random))) }
            var reader = CBORReader(bytes)
            _ = try? reader.value()
            #expect(reader.position <= bytes.count)
            _ = AuthenticatorData(bytes)
            _ = COSEKey(bytes: bytes)
        }
    }

    @Test("authenticator data reads to its last byte or not at all")
    func exact() {
        let key = SoftAuthenticator.es256()
        let plain = key.data(flags: 0x05)

        #expect(AuthenticatorData(plain)?.isVerified == true)
        #expect(AuthenticatorData(plain + [0]) == nil)
        #expect(AuthenticatorData(Array(plain.dropLast())) == nil)
        #expect(AuthenticatorData(key.data(flags: 0x45)) == nil)
        #expect(AuthenticatorData(key.data(flags: 0x85)) == nil)
        #expect(AuthenticatorData(key.data(flags: 0x85, attested: [0xA0])) != nil)
    }

    @Test("a point that is not on its curve is no key")
    func offCurve() {
        var bytes = SoftAuthenticator.es256().publicKey
        bytes[bytes.count - 1] ^= 1

        #expect(COSEKey(bytes: bytes) == nil)
        #expect(COSEKey(bytes: SoftAuthenticator.es256().publicKey + [0]) == nil)
    }

    @Test("base64url has one form")
    func base64URL() {
        #expect(Base64URL.bytes("AQID", atMost: 3) == [1, 2, 3])
        #expect(Base64URL.bytes("_-8", atMost: 3) == [0xFF, 0xEF])
        for bad in ["AQ==", "AQ=", "A", "AR", "A Q", "+-8", "AQIDBA"] {
            #expect(Base64URL.bytes(bad, atMost: 3) == nil, "\(bad)")
        }
    }
}
