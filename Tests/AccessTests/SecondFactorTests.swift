import JSONKit
import Kernel
import Persistence
import TestSupport
import Testing

@testable import Access

@Suite("Second factors")
struct SecondFactorTests {
    private let password = #"{"email":"ada@example.org","password":"correct horse battery 9"}"#

    /// Sets up an authenticator app; answers its seed.
    private func enrol(_ person: Visitor) async throws -> [UInt8] {
        let made = try await person.post("me/totp")
        #expect(made.status == 201, "\(made.text)")
        let url = try #require(made["url"]?.stringValue)
        #expect(url.hasPrefix("otpauth://totp/Circuit%20Breaker%20lab.local:"))
        let seed = try await seed(person.house)
        #expect(Base32.text(seed) == made["secret"]?.stringValue)
        let code = TOTP.code(seed, step: TOTP.step(at: person.house.clock.now))
        #expect(try await person.post("me/totp/confirm", #"{"code":"\#(code)"}"#).status == 204)
        return seed
    }

    private func seed(_ house: AccessHouse) async throws -> [UInt8] {
        let stored: String = try await house.store.read {
            try $0.one("SELECT seed_sealed FROM user_totp ORDER BY created_at DESC LIMIT 1").get("seed_sealed")
        }
        #expect(stored.hasPrefix("sealed:"))
        let opened = try GlassVault().open(stored).reveal()
        return try #require(Base64URL.bytes(opened, atMost: 64))
    }

    private func code(_ seed: [UInt8], _ house: AccessHouse, steps: Int64 = 0) -> String {
        #"{"code":"\#(TOTP.code(seed, step: TOTP.step(at: house.clock.now) + steps))"}"#
    }

    private func half(_ house: AccessHouse, from address: String = "192.168.1.7") async throws -> Visitor {
        let entry = try await house.visitor(from: address).post("auth/sign-in", password)
        #expect(entry.status == 202, "\(entry.text)")
        #expect(entry.cookie == nil)
        return house.visitor(pending: entry.pendingCookie, from: address)
    }

    @Test("with an app the password is half of it, and each code opens once", arguments: Engine.available)
    func totp(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        let seed = try await enrol(ada)

        let first = try await half(house)
        #expect(try await first.get("things").status == 401)
        #expect(try await first.get("auth/sign-in")["ways"] == ["totp"])
        // The code that confirmed it is used up, and so is each one after it.
        #expect(try await first.post("auth/sign-in/code", code(seed, house)).status == 422)
        house.clock.advance(by: .seconds(30))
        let answer = try await first.post("auth/sign-in/code", code(seed, house))
        #expect(answer.status == 200, "\(answer.text)")
        #expect(try await house.visitor(cookie: answer.cookie).get("things").status == 204)
        let second = try await half(house)
        #expect(try await second.post("auth/sign-in/code", code(seed, house)).status == 422)
        #expect(try await second.post("auth/sign-in/code", code(seed, house, steps: -1)).status == 422)
        #expect(try await second.post("auth/sign-in/code", code(seed, house, steps: 1)).status == 200)
        // Over is over.
        #expect(try await first.post("auth/sign-in/code", code(seed, house, steps: 1)).status == 401)
        #expect(try await house.audit().last { $0.action == "signed_in" }?.after?.contains("totp") == true)
    }

    @Test("of two at once with one code, one is in", arguments: Engine.available)
    func race(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        let seed = try await enrol(ada)
        house.clock.advance(by: .seconds(60))
        let halves = [try await half(house), try await half(house)]
        let body = code(seed, house)

        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for visitor in halves { group.addTask { try await visitor.post("auth/sign-in/code", body).status } }
            return try await group.reduce(into: []) { $0.append($1) }
        }

        #expect(statuses.sorted() == [200, 422])
    }

    @Test("five wrong codes end the sign-in and lock the account from there", arguments: Engine.available)
    func wrongCodes(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        let seed = try await enrol(ada)
        house.clock.advance(by: .seconds(60))
        let half = try await half(house, from: "192.0.2.1")

        for _ in 0..<4 { #expect(try await half.post("auth/sign-in/code", #"{"code":"000000"}"#).status == 422) }
        #expect(try await half.post("auth/sign-in/code", #"{"code":"AAAA-BBBB-CCCC-DDDD"}"#).status == 401)

        #expect(try await half.post("auth/sign-in/code", code(seed, house)).status == 401)
        #expect(try await house.visitor(from: "192.0.2.1").post("auth/sign-in", password).status == 429)
        #expect(try await house.visitor(from: "192.0.2.2").post("auth/sign-in", password).status == 202)
    }

    @Test("a recovery code opens once, and is stored as a digest", arguments: Engine.available)
    func recovery(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        #expect(try await ada.post("me/recovery-codes").status == 409)
        _ = try await enrol(ada)
        let made = try await ada.post("me/recovery-codes")
        let codes = made["codes"]?.arrayValue?.compactMap(\.stringValue) ?? []
        #expect(codes.count == 10)
        let kept = try await house.store.read {
            try $0.rows("SELECT code_hash FROM user_recovery_codes").map { try $0.get("code_hash", as: String.self) }
        }
        #expect(kept.allSatisfy { hash in !codes.contains { hash.contains($0) } })

        let body = #"{"code":"\#(codes[3].lowercased())"}"#
        #expect(try await half(house).post("auth/sign-in/code", body).status == 200)
        #expect(try await half(house).post("auth/sign-in/code", body).status == 422)
        #expect(try await ada.get("me/second-factors")["recovery_codes_left"] == 9)
        // New ones end the old ones.
        _ = try await ada.post("me/recovery-codes")
        #expect(try await half(house).post("auth/sign-in/code", #"{"code":"\#(codes[4])"}"#).status == 422)
    }

    @Test("a sign-in on its way is of its browser, of its time, and over a restart", arguments: Engine.available)
    func progress(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        let seed = try await enrol(ada)
        house.clock.advance(by: .seconds(30))
        let half = try await half(house)

        let elsewhere = try await half.send(
            "POST", "auth/sign-in/code", code(seed, house), headers: ["user-agent": "curl/8"])
        #expect(elsewhere.status == 401)
        #expect(try await half.send("GET", "auth/sign-in").status == 202)
        let stored = try await house.store.read {
            try $0.one("SELECT token_hash FROM sign_ins_in_progress").get("token_hash", as: String.self)
        }
        #expect(stored == Fingerprint.of(half.pending ?? ""))
        // What cannot be read any more lets nobody in.
        try await house.store.write { try $0.run("UPDATE sign_ins_in_progress SET state = '{\"first\":\"magic\"}'") }
        #expect(try await half.post("auth/sign-in/code", code(seed, house)).status == 401)
        let late = try await self.half(house)
        house.clock.advance(by: .seconds(601))
        #expect(try await late.post("auth/sign-in/code", code(seed, house)).status == 401)
        let given = try await self.half(house)
        #expect(try await given.delete("auth/sign-in").status == 204)
        #expect(try await given.post("auth/sign-in/code", code(seed, house)).status == 401)
    }

    @Test("what an administrator does meanwhile counts", arguments: Engine.available)
    func meanwhile(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        let bob = try await house.person(ada, .editor, email: "bob@example.org")
        let seed = try await enrol(bob)
        let body = #"{"email":"bob@example.org","password":"another long passphrase 7"}"#
        func half() async throws -> Visitor {
            house.visitor(pending: try await house.visitor().post("auth/sign-in", body).pendingCookie)
        }
        house.clock.advance(by: .seconds(30))

        let deactivated = try await half()
        #expect(try await ada.patch("users/2", #"{"active":false}"#).status == 200)
        #expect(try await deactivated.post("auth/sign-in/code", code(seed, house)).status == 401)
        #expect(try await ada.patch("users/2", #"{"active":true}"#).status == 200)
        #expect(try await deactivated.post("auth/sign-in/code", code(seed, house)).status == 401)

        let forced = try await half()
        #expect(try await ada.patch("users/2", #"{"force_password_change":true}"#).status == 200)
        house.clock.advance(by: .seconds(30))
        let next = try await forced.post("auth/sign-in/code", code(seed, house))
        #expect(next.status == 202)
        #expect(next["next"] == "new_password")
        #expect(next.cookie == nil)

        // Given a new password by an administrator, what was under way is over.
        #expect(try await ada.post("users/2/password", #"{"password":"abcde-FGHJK-mnpqr-23456"}"#).status == 200)
        #expect(
            try await forced.post("auth/sign-in/new-password", #"{"password":"my very own words 3"}"#).status == 401)
    }

    @Test("lost factors are removed by an administrator, and everything ends", arguments: Engine.available)
    func lost(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        let bob = try await house.person(ada, .editor, email: "bob@example.org")
        _ = try await enrol(bob)

        #expect(try await ada.delete("users/2/second-factors").status == 204)

        #expect(try await bob.get("things").status == 401)
        _ = try await house.signIn("bob@example.org", "another long passphrase 7")
        #expect(try await ada.delete("users/2/second-factors").status == 409)
        #expect(try await ada.delete("users/1/second-factors").status == 409)
    }

    @Test("hardened: an administrator sets one up before anything else, and keeps one", arguments: Engine.available)
    func hardened(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        house.policy.update(AccessRules(profile: .hardened))

        // In the open session.
        let refused = try await ada.get("things")
        #expect(refused.status == 403)
        #expect(refused["message"]?.stringValue?.contains("second factor") == true)
        #expect(try await ada.get("auth/session")["must"] == "second_factor")
        // And at the sign-in.
        let entry = try await house.visitor().post("auth/sign-in", password)
        #expect(entry.status == 202)
        #expect(entry["next"] == "enrolment")
        let half = house.visitor(pending: entry.pendingCookie)
        #expect(try await half.post("auth/sign-in/code", #"{"code":"123456"}"#).status == 409)
        #expect(try await half.post("auth/sign-in/new-password", #"{"password":"my very own words 3"}"#).status == 409)
        #expect(try await half.post("auth/sign-in/enrol/totp").status == 200)
        #expect(try await half.post("auth/sign-in/enrol/totp/confirm", #"{"code":"000000"}"#).status == 422)
        let seed = try await seed(house)
        let answer = try await half.post("auth/sign-in/enrol/totp/confirm", code(seed, house))
        #expect(answer.status == 200, "\(answer.text)")
        let admin = house.visitor(cookie: answer.cookie)
        #expect(try await admin.get("things").status == 204)
        #expect(try await ada.get("things").status == 204)
        #expect(try await admin.delete("me/totp").status == 409)
        _ = try await SoftAuthenticator.registered(.es256(), by: admin)
        #expect(try await admin.delete("me/totp").status == 204)
        house.policy.update(AccessRules())
        #expect(try await admin.delete("me/passkeys/1").status == 204)
        #expect(try await house.visitor().post("auth/sign-in", password).status == 200)
    }

    @Test("a passkey serves for the factor that is asked for", arguments: Engine.available)
    func passkeyEnrolment(engine: Engine) async throws {
        let (house, _) = try await AccessHouse.ready(engine, rules: AccessRules(profile: .hardened))
        let half = house.visitor(pending: try await house.visitor().post("auth/sign-in", password).pendingCookie)
        let options = try await half.post("auth/sign-in/enrol/passkey/options")

        let answer = try await half.post(
            "auth/sign-in/enrol/passkey", SoftAuthenticator.ed25519().made(options["challenge"]?.stringValue ?? ""))

        #expect(answer.status == 200, "\(answer.text)")
        #expect(try await house.visitor(cookie: answer.cookie).get("things").status == 204)
    }
}
