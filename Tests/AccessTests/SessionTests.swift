import JSONKit
import Kernel
import Persistence
import TestSupport
import Testing

@testable import Access

@Suite("Sessions")
struct SessionTests {
    @Test("one sees where one is signed in, and which is this one", arguments: Engine.available)
    func lists(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        house.clock.advance(by: .seconds(60))
        let other = try await house.signIn("ada@example.org", AccessHouse.password)

        let items = try await other.get("me/sessions").items.compactMap(\.objectValue)

        #expect(items.map { $0["current"] } == [true, false])
        #expect(items.first?["user_agent"]?.stringValue?.contains("Firefox") == true)
        #expect(items.first?["address"] == "192.168.1.7")
        #expect(try await ada.get("me/sessions").items.count == 2)
    }

    @Test("one ends one's other sessions, one or all, and nobody else's", arguments: Engine.available)
    func ends(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        let others = try await [
            house.signIn("ada@example.org", AccessHouse.password),
            house.signIn("ada@example.org", AccessHouse.password),
        ]
        let viewer = try await house.person(ada, .viewer)
        for person in others + [viewer] { #expect(try await person.get("things").status == 204) }

        #expect(try await viewer.delete("me/sessions/2").status == 404)
        #expect(try await ada.delete("me/sessions/2").status == 204)
        #expect(try await others[0].get("things").status == 401)
        #expect(try await others[1].get("things").status == 204)
        #expect(try await ada.delete("me/sessions").status == 204)
        #expect(try await others[1].get("things").status == 401)
        #expect(try await ada.get("things").status == 204)
        #expect(try await viewer.get("things").status == 204)
        #expect(try await ada.delete("me/sessions/2").status == 404)
        #expect(try await house.audit().filter { $0.action == "session_ended" }.count == 2)
    }

    @Test("a session ends after a time without use, and at the latest after its longest", arguments: Engine.available)
    func endsByTime(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)

        for _ in 0..<4 {
            house.clock.advance(by: .seconds(6 * 86_400))
            #expect(try await ada.get("things").status == 204)
        }
        house.clock.advance(by: .seconds(6 * 86_400))
        #expect(try await ada.get("things").status == 401)
        let fresh = try await house.signIn("ada@example.org", AccessHouse.password)
        house.clock.advance(by: .seconds(7 * 86_400))
        #expect(try await fresh.get("things").status == 401)
    }

    @Test("the hardened profile is shorter and stricter, from the next request on", arguments: Engine.available)
    func hardened(engine: Engine) async throws {
        let (house, admin) = try await AccessHouse.ready(engine)
        let ada = try await house.person(admin, .editor)
        house.clock.advance(by: .seconds(1700))
        #expect(try await ada.get("things").status == 204)

        house.policy.update(AccessRules(profile: .hardened, isReadingOpen: true))

        house.clock.advance(by: .seconds(1799))
        #expect(try await ada.get("auth/session")["profile"] == "hardened")
        house.clock.advance(by: .seconds(1800))
        #expect(try await ada.get("things").status == 401)
        #expect(try await house.visitor().get("things").status == 401)
        let answer = try await house.visitor().post(
            "auth/sign-in", #"{"email":"editor@example.org","password":"another long passphrase 7"}"#)
        #expect(answer.header("set-cookie")?.contains("SameSite=Strict") == true)
        let person = house.visitor(cookie: answer.cookie)
        for _ in 0..<25 {
            house.clock.advance(by: .seconds(1700))
            _ = try await person.get("things")
        }
        #expect(try await person.get("things").status == 204)
        house.clock.advance(by: .seconds(1000))
        #expect(try await person.get("things").status == 401)
    }

    @Test("uses are written once a minute, not once a request", arguments: Engine.available)
    func uses(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        let before = try await seen(house)
        house.clock.advance(by: .seconds(40))
        for _ in 0..<3 { _ = try await ada.get("things") }

        #expect(try await seen(house) == before)
        #expect(
            try await ada.get("me/sessions").items.first?.objectValue?["last_seen_at"]?.stringValue
                == "2026-09-21T14:14:00.000Z")
        try await house.access.writeDownUses()

        #expect(try await seen(house) == before + .seconds(40))
        try await house.access.writeDownUses()
    }

    @Test("what has ended by time is removed", arguments: Engine.available)
    func upkeep(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        _ = try await house.signIn("ada@example.org", AccessHouse.password)
        house.clock.advance(by: .seconds(5 * 86_400))
        _ = try await ada.get("things")
        try await house.access.writeDownUses()
        house.clock.advance(by: .seconds(3 * 86_400))

        try await house.access.removeEnded()

        let left = try await house.store.read {
            try $0.one("SELECT COUNT(*) AS n FROM user_sessions").get("n", as: Int.self)
        }
        #expect(left == 1)
        #expect(try await ada.get("things").status == 204)
    }

    @Test("nobody keeps more than fifty sessions", arguments: Engine.available)
    func most(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        for _ in 0..<SignIns.mostSessions { _ = try await house.signIn("ada@example.org", AccessHouse.password) }

        let left = try await house.store.read {
            try $0.one("SELECT COUNT(*) AS n FROM user_sessions").get("n", as: Int.self)
        }

        #expect(left == SignIns.mostSessions)
        #expect(try await ada.get("things").status == 401)
    }

    @Test("a new password ends the other sessions and is asked for the old one", arguments: Engine.available)
    func password(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        let other = try await house.signIn("ada@example.org", AccessHouse.password)

        let wrong = try await ada.post("me/password", #"{"current":"not this one 12","new":"a quite different one 4"}"#)
        #expect(wrong.status == 422)
        #expect(wrong.fields == ["current"])
        let weak = try await ada.post("me/password", #"{"current":"\#(AccessHouse.password)","new":"short"}"#)
        #expect(weak.fields == ["new"])
        #expect(try await other.get("things").status == 204)
        let right = try await ada.post(
            "me/password", #"{"current":"\#(AccessHouse.password)","new":"a quite different one 4"}"#)

        #expect(right.status == 204)
        #expect(try await ada.get("things").status == 204)
        #expect(try await other.get("things").status == 401)
        await #expect(throws: AccessHouse.Unexpected.self) {
            try await house.signIn("ada@example.org", AccessHouse.password)
        }
        _ = try await house.signIn("ada@example.org", "a quite different one 4")
        #expect(try await house.audit().contains { $0.action == "password_changed" && $0.entity == "user" })
    }

    @Test("somebody with a stolen session cannot guess the password for ever", arguments: Engine.available)
    func guesses(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        let body = #"{"current":"not this one 12","new":"a quite different one 4"}"#

        for _ in 0..<5 { #expect(try await ada.post("me/password", body).status == 422) }

        #expect(try await ada.post("me/password", body).status == 429)
        _ = house
    }

    private func seen(_ house: AccessHouse) async throws -> Instant {
        Instant(
            milliseconds: try await house.store.read {
                try $0.one("SELECT last_seen_at FROM user_sessions").get("last_seen_at")
            })
    }
}

@Suite("What is remembered of credentials")
struct CredentialCacheTests {
    private func session(_ id: Int64, of user: Int64) -> KnownSession {
        KnownSession(
            id: id, userID: user, email: "a", role: .viewer, mustChangePassword: false, createdAt: TestClock.start,
            lastSeenAt: TestClock.start)
    }

    @Test("what was read before something was forgotten is not kept")
    func stale() {
        let cache = CredentialCache()
        let ticket = cache.ticket
        cache.forget(.person(1))

        cache.keep(session(1, of: 1), for: "a", ticket)

        #expect(cache.session("a") == nil)
        cache.keep(session(1, of: 1), for: "a", cache.ticket)
        #expect(cache.session("a") != nil)
    }

    @Test("forgetting takes what it is about and nothing else")
    func scopes() {
        let cache = CredentialCache()
        for (id, user) in [(1, 1), (2, 1), (3, 2)] as [(Int64, Int64)] {
            cache.keep(session(id, of: user), for: "s\(id)", cache.ticket)
        }
        cache.keep(KnownToken(id: 9, ownerID: 1, name: "t", permissions: [], expiresAt: nil), for: "t", cache.ticket)

        cache.forget(.sessions(of: 1, except: 2))
        #expect([1, 2, 3].map { cache.session("s\($0)") != nil } == [false, true, true])
        #expect(cache.token("t") != nil)
        cache.forget(.person(1))
        #expect([1, 2, 3].map { cache.session("s\($0)") != nil } == [false, false, true])
        #expect(cache.token("t") == nil)
        cache.forget(.session(3))
        #expect(cache.session("s3") == nil)
    }

    @Test("it is bounded")
    func bounded() {
        let cache = CredentialCache(limit: 10)
        for id in 0..<100 { cache.keep(session(Int64(id), of: 1), for: "s\(id)", cache.ticket) }

        #expect((0..<100).filter { cache.session("s\($0)") != nil }.count <= 10)
    }

    @Test("uses that could not be written are tried again, the newer ones winning")
    func givesBack() {
        let cache = CredentialCache()
        cache.use(session: "a", id: 1, at: TestClock.start)
        let taken = cache.takeUses()
        cache.use(session: "a", id: 1, at: TestClock.start + .seconds(9))

        cache.giveBack(taken)

        #expect(cache.takeUses().sessions == [1: TestClock.start + .seconds(9)])
        #expect(cache.takeUses().isEmpty)
    }
}
