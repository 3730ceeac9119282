import JSONKit
import Kernel
import Persistence
import TestSupport
import Testing

@testable import Access

@Suite("Sign-in")
struct SignInTests {
    private let right = #"{"email":"ada@example.org","password":"correct horse battery 9"}"#
    private let wrong = #"{"email":"ada@example.org","password":"wrong horse battery 9"}"#
    private let unknown = #"{"email":"eve@example.org","password":"wrong horse battery 9"}"#

    @Test("with the right password one is in, with a cookie a page cannot read", arguments: Engine.available)
    func signsIn(engine: Engine) async throws {
        let (house, _) = try await AccessHouse.ready(engine)

        let answer = try await house.visitor().post(
            "auth/sign-in", #"{"email":" ADA@example.org","password":"correct horse battery 9"}"#)

        #expect(answer.status == 200)
        #expect(answer["user"]?.objectValue?["display_name"] == "Ada")
        let field = try #require(answer.header("set-cookie"))
        for part in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=2592000"] {
            #expect(field.contains(part))
        }
        #expect(!answer.text.contains(try #require(answer.cookie)))
        let ada = house.visitor(cookie: answer.cookie)
        #expect(try await ada.get("things").status == 204)
        #expect(try await house.audit().last?.action == "signed_in")
    }

    @Test("the secret of a session is stored as a digest only", arguments: Engine.available)
    func digestOnly(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        let cookie = try #require(ada.cookie)

        let stored = try await house.store.read {
            try $0.one("SELECT token_hash FROM user_sessions").get("token_hash", as: String.self)
        }

        #expect(stored == Fingerprint.of(cookie))
        #expect(cookie.utf8.count == 43)
    }

    @Test("wrong, unknown and deactivated are answered alike", arguments: Engine.available)
    func alike(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        _ = try await house.person(ada, .viewer)
        #expect(try await ada.patch("users/2", #"{"active":false}"#).status == 200)

        let answers = [
            try await house.visitor().post("auth/sign-in", wrong),
            try await house.visitor().post("auth/sign-in", unknown),
            try await house.visitor().post(
                "auth/sign-in", #"{"email":"viewer@example.org","password":"another long passphrase 7"}"#),
        ]

        for answer in answers {
            #expect(answer.status == 401)
            #expect(answer["message"] == answers[0]["message"])
            #expect(answer.fields == answers[0].fields)
            #expect(answer.cookie == nil)
        }
        let reasons = try await house.audit().filter { $0.action == "sign_in_failed" }.map(\.after)
        #expect(reasons.map { $0?.contains("wrong_password") } == [true, false, false])
        #expect(reasons[1]?.contains("unknown_account") == true)
        #expect(reasons[2]?.contains("inactive") == true)
    }

    @Test("five wrong passwords lock the account, known or not, longer each time", arguments: Engine.available)
    func locks(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)

        for body in [wrong, unknown] {
            for _ in 0..<5 { #expect(try await house.visitor().post("auth/sign-in", body).status == 401) }
            let locked = try await house.visitor().post("auth/sign-in", body)
            #expect(locked.status == 429)
            #expect(locked.header("retry-after") == "30")
        }
        #expect(try await house.visitor().post("auth/sign-in", right).status == 429)
        #expect(try await ada.get("users").items.first?.objectValue?["locked_until"]?.stringValue != nil)
        house.clock.advance(by: .seconds(31))
        #expect(try await house.visitor().post("auth/sign-in", wrong).status == 401)
        #expect(try await house.visitor().post("auth/sign-in", right).header("retry-after") == "60")
        house.clock.advance(by: .seconds(61))
        #expect(try await house.visitor().post("auth/sign-in", right).status == 200)
        #expect(try await house.visitor().post("auth/sign-in", wrong).status == 401)
    }

    @Test("an administrator unlocks an account at once", arguments: Engine.available)
    func unlocks(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        _ = try await house.person(ada, .editor)
        for _ in 0..<5 {
            _ = try await house.visitor().post(
                "auth/sign-in", #"{"email":"editor@example.org","password":"not this one 1"}"#)
        }

        let answer = try await ada.post("users/2/unlock")

        #expect(answer.status == 200)
        #expect(answer["locked_until"] == .null)
        _ = try await house.signIn("editor@example.org", "another long passphrase 7")
        #expect(try await house.audit().contains { $0.action == "unlocked" })
    }

    @Test("an address that tries many accounts waits, and others do not", arguments: Engine.available)
    func addresses(engine: Engine) async throws {
        let (house, _) = try await AccessHouse.ready(engine)
        let stranger = house.visitor(from: "2001:db8::1"), neighbour = house.visitor(from: "2001:db8::2")

        for number in 0..<20 {
            _ = try await stranger.post(
                "auth/sign-in", #"{"email":"p\#(number)@example.org","password":"guess guess 1"}"#)
        }

        #expect(try await stranger.post("auth/sign-in", right).status == 429)
        // One customer holds the whole /64.
        #expect(try await neighbour.post("auth/sign-in", right).status == 429)
        #expect(try await house.visitor(from: "2001:db8:1::1").post("auth/sign-in", right).status == 200)
    }

    @Test(
        "a right password does not count when the account was locked while it was checked", arguments: Engine.available)
    func lockedMeanwhile(engine: Engine) async throws {
        let (house, _) = try await AccessHouse.ready(engine)

        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<15 {
                let body = number == 14 ? right : wrong
                group.addTask { try await house.visitor().post("auth/sign-in", body).status }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }

        let failures = try await house.store.read {
            try LockoutStore.find(.account(emailKey: "ada@example.org"), in: $0).failures
        }
        #expect(failures <= 5)
        #expect(statuses.filter { $0 == 401 }.count <= 10)
    }

    @Test("the password never reaches the trail, the outbox or an answer", arguments: Engine.available)
    func neverKept(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        _ = try await house.visitor().post("auth/sign-in", wrong)
        _ = try await ada.post("me/password", #"{"current":"correct horse battery 9","new":"a quite different one 4"}"#)
        _ = try await house.person(ada, .viewer)

        let texts = try await house.store.read { tx in
            try tx.rows(
                "SELECT COALESCE(before_json, '') || COALESCE(after_json, '') || entity_name AS t FROM audit_log"
            )
            .map { try $0.get("t", as: String.self) }
                + tx.rows("SELECT payload AS t FROM outbox").map { try $0.get("t", as: String.self) }
        }

        for secret in ["horse battery", "quite different", "long passphrase", "$scrypt$"] {
            #expect(!texts.contains { $0.contains(secret) }, "\(secret)")
        }
    }

    @Test("a hash of another cost is replaced at the next sign-in", arguments: Engine.available)
    func rehashes(engine: Engine) async throws {
        let (house, _) = try await AccessHouse.ready(engine)
        let old = try ScryptHash(of: Secret(AccessHouse.password), cost: .init(log2Rounds: 3)).text
        try await house.store.write { try $0.run("UPDATE users SET password_hash = \(old)") }

        _ = try await house.signIn("ada@example.org", AccessHouse.password)

        let stored = try await house.store.read {
            try $0.one("SELECT password_hash FROM users").get("password_hash", as: String.self)
        }
        #expect(ScryptHash(text: stored)?.cost == .init(log2Rounds: 4))
        _ = try await house.signIn("ada@example.org", AccessHouse.password)
    }

    @Test(
        "what cannot be right is refused without looking",
        arguments: [
            #"{"email":"ada","password":"x"}"#, #"{"email":"ada@example.org","password":""}"#,
            #"{"email":"a b@example.org","password":"x"}"#, #"{"email":"ada@example.org"}"#,
            #"{"email":7,"password":"x"}"#,
            #"{"email":"ada@example.org\u0000","password":"x"}"#, #"{"email":"a@b@c","password":"x"}"#,
        ])
    func malformed(body: String) async throws {
        let (house, _) = try await AccessHouse.ready(.sqlite)

        #expect(try await house.visitor().post("auth/sign-in", body).status == 422)
        #expect(try await house.audit().count == 2)
    }

    @Test("a page of another site cannot sign people in")
    func foreign() async throws {
        let (house, _) = try await AccessHouse.ready(.sqlite)

        for headers in [["origin": "https://evil.example"], ["sec-fetch-site": "cross-site"], ["origin": "null"]] {
            #expect(try await house.visitor().send("POST", "auth/sign-in", right, headers: headers).status == 403)
        }
    }

    @Test("signing in again in one browser takes the place of its session", arguments: Engine.available)
    func replaces(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)

        let answer = try await ada.post("auth/sign-in", right)

        #expect(answer.status == 200)
        #expect(try await ada.get("auth/session").status == 401)
        #expect(try await house.visitor(cookie: answer.cookie).get("me/sessions").items.count == 1)
    }

    @Test("signing out ends the session and takes the cookie away", arguments: Engine.available)
    func signsOut(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        #expect(try await ada.get("auth/session").status == 200)

        let answer = try await ada.post("auth/sign-out")

        #expect(answer.status == 204)
        #expect(answer.header("set-cookie")?.contains("cb_session=; Path=/; Max-Age=0") == true)
        #expect(try await ada.get("auth/session").status == 401)
        #expect(try await house.visitor().post("auth/sign-out").status == 204)
        #expect(try await house.audit().last?.action == "signed_out")
        #expect(try await house.subjects().last == "access.session.ended")
    }
}

@Suite("What is counted against those who guess")
struct LockoutTests {
    private let now = TestClock.start

    @Test("the wait doubles up to its longest, and is forgotten after a time")
    func backsOff() {
        var lockout = Lockout()
        var waits: [Int64] = []
        var moment = now
        for _ in 0..<16 {
            lockout.fail(at: moment, .pair)
            let wait = lockout.wait(at: moment).map { $0 - moment } ?? .zero
            waits.append(wait.milliseconds / 1000)
            moment = moment + wait
        }

        #expect(waits == [0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600, 3600, 3600])
        lockout.fail(at: moment + .seconds(86_401), .pair)
        #expect(lockout.failures == 1)
        #expect(lockout.wait(at: moment + .seconds(86_401)) == nil)
    }
}
