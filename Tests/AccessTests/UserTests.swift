import JSONKit
import Kernel
import Persistence
import TestSupport
import Testing

@testable import Access

@Suite("People")
struct UserTests {
    @Test("an administrator adds people, and each may what the role says", arguments: Engine.available)
    func adds(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)

        let viewer = try await house.person(ada, .viewer)
        let editor = try await house.person(ada, .editor)

        #expect(try await viewer.get("things").status == 204)
        #expect(try await viewer.post("things").status == 403)
        #expect(try await editor.post("things").status == 204)
        #expect(try await editor.get("users").status == 403)
        #expect(try await ada.get("users").items.count == 3)
        #expect(try await house.subjects().filter { $0 == "access.user.created" }.count == 3)
    }

    @Test("an e-mail address belongs to one person, however it is written", arguments: Engine.available)
    func unique(engine: Engine) async throws {
        let (_, ada) = try await AccessHouse.ready(engine)

        let answer = try await ada.post(
            "users",
            #"{"email":"ADA@Example.org","display_name":"B","role":"viewer","password":"another long passphrase 7"}"#)

        #expect(answer.status == 409)
        #expect(answer.fields == ["email"])
    }

    @Test("all that is wrong with a new account is said at once")
    func problems() async throws {
        let (_, ada) = try await AccessHouse.ready(.sqlite)

        let answer = try await ada.post(
            "users", #"{"email":"x","display_name":"","role":"viewer","password":"1234567890"}"#)

        #expect(answer.status == 422)
        #expect(answer.fields == ["display_name", "email", "password"])
        #expect(!answer.text.contains("1234567890"))
        let role = try await ada.post(
            "users", #"{"email":"x@y.z","display_name":"X","role":"owner","password":"another long passphrase 7"}"#)
        #expect(role.fields == ["role"])
    }

    @Test("the last active administrator stays one", arguments: Engine.available)
    func lastAdmin(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine, apiToken: "0123456789abcdef0123456789abcdef")
        let program = house.visitor(token: "0123456789abcdef0123456789abcdef")

        #expect(try await program.patch("users/1", #"{"active":false}"#).status == 409)
        #expect(try await program.patch("users/1", #"{"role":"editor"}"#).status == 409)
        #expect(try await program.delete("users/1").status == 409)
        _ = try await house.person(ada, .admin)
        #expect(try await ada.patch("users/1", #"{"active":false}"#).status == 409)
        #expect(try await ada.delete("users/1").status == 409)
        #expect(try await program.patch("users/1", #"{"active":false}"#).status == 200)
        #expect(try await program.patch("users/2", #"{"role":"viewer"}"#).status == 409)
        #expect(try await ada.get("things").status == 401)
        #expect(try await program.patch("users/1", #"{"active":true}"#).status == 200)
        #expect(try await program.delete("users/2").status == 204)
    }

    @Test("two administrators at once cannot remove each other", arguments: Engine.available)
    func mutual(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        let bob = try await house.person(ada, .admin, email: "bob@example.org")

        async let first = ada.patch("users/2", #"{"active":false}"#)
        async let second = bob.patch("users/1", #"{"active":false}"#)
        _ = try await (first, second)

        let left = try await house.store.read {
            try $0.one("SELECT COUNT(*) AS n FROM users WHERE is_active = 1").get("n", as: Int.self)
        }
        #expect(left == 1)
    }

    @Test("deactivating stops sessions and tokens at once; activating lets in again", arguments: Engine.available)
    func deactivates(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        let bob = try await house.person(ada, .admin, email: "bob@example.org")
        let made = try await bob.post("tokens", #"{"name":"bobs","role":"viewer"}"#)
        let program = house.visitor(token: try #require(made["token"]?.stringValue))
        #expect(try await program.get("things").status == 204)

        #expect(try await ada.patch("users/2", #"{"active":false}"#).status == 200)

        #expect(try await bob.get("things").status == 401)
        #expect(try await program.get("things").status == 401)
        #expect(try await ada.patch("users/2", #"{"active":true}"#).status == 200)
        #expect(try await program.get("things").status == 204)
        #expect(try await bob.get("things").status == 401)
    }

    @Test("a role that changes holds from the next request on, for tokens too", arguments: Engine.available)
    func demotes(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        let bob = try await house.person(ada, .admin, email: "bob@example.org")
        let made = try await bob.post("tokens", #"{"name":"bobs","role":"admin"}"#)
        let program = house.visitor(token: try #require(made["token"]?.stringValue))
        #expect(try await program.post("things").status == 204)
        #expect(try await bob.get("users").status == 200)

        #expect(try await ada.patch("users/2", #"{"role":"viewer"}"#).status == 200)

        #expect(try await program.post("things").status == 403)
        #expect(try await bob.get("users").status == 401)
        let again = try await house.signIn("bob@example.org", "another long passphrase 7")
        #expect(try await again.get("users").status == 403)
        #expect(try await again.get("things").status == 204)
    }

    @Test("a password given by an administrator ends all sessions and must be changed", arguments: Engine.available)
    func givenPassword(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        let old = try await house.person(ada, .editor, email: "bob@example.org")

        #expect(try await ada.post("users/2/password", #"{"password":"abcde-FGHJK-mnpqr-23456"}"#).status == 200)

        #expect(try await old.get("things").status == 401)
        let entry = try await house.visitor().post(
            "auth/sign-in", #"{"email":"bob@example.org","password":"abcde-FGHJK-mnpqr-23456"}"#)
        #expect(entry.status == 202)
        #expect(entry["next"] == "new_password")
        #expect(entry.cookie == nil)
        let bob = house.visitor(pending: entry.pendingCookie)
        #expect(try await bob.get("things").status == 401)
        let weak = try await bob.post("auth/sign-in/new-password", #"{"password":"short"}"#)
        #expect(weak.fields == ["password"])
        let same = try await bob.post("auth/sign-in/new-password", #"{"password":"abcde-FGHJK-mnpqr-23456"}"#)
        #expect(same.fields == ["password"])
        let changed = try await bob.post("auth/sign-in/new-password", #"{"password":"my very own words 3"}"#)
        #expect(changed.status == 200)
        #expect(try await house.visitor(cookie: changed.cookie).get("things").status == 204)
        #expect(try await bob.post("auth/sign-in/new-password", #"{"password":"my very own words 4"}"#).status == 401)
        #expect(try await ada.post("users/1/password", #"{"password":"abcde-FGHJK-mnpqr-23456"}"#).status == 409)
    }

    @Test(
        "somebody who is told to change the password can do only that, in an open session too",
        arguments: Engine.available)
    func mustChange(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        let bob = try await house.person(ada, .editor, email: "bob@example.org")

        #expect(try await ada.patch("users/2", #"{"force_password_change":true}"#).status == 200)

        let session = try await bob.get("auth/session")
        #expect(session["permissions"] == ["account.own"])
        #expect(session["must"] == "change_password")
        let refused = try await bob.get("things")
        #expect(refused.status == 403)
        #expect(refused["message"]?.stringValue?.contains("new password") == true)
        #expect(try await bob.get("me").status == 200)
        let change = #"{"current":"another long passphrase 7","new":"my very own words 3"}"#
        #expect(try await bob.post("me/password", change).status == 204)
        #expect(try await bob.get("things").status == 204)
    }

    @Test("of two changes to one person the stale one is told", arguments: Engine.available)
    func stale(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        _ = try await house.person(ada, .viewer)
        let read = try await ada.get("users/2")
        let revision = try #require(read["revision"]?.integerValue.map(Int.init))
        #expect(read.header("etag") == "\"\(revision)\"")

        #expect(try await ada.patch("users/2", #"{"display_name":"One"}"#, revision: revision).status == 200)

        #expect(try await ada.patch("users/2", #"{"display_name":"Two"}"#, revision: revision).status == 412)
        #expect(try await ada.get("users/2")["display_name"] == "One")
    }

    @Test("people choose their look, language and picture themselves", arguments: Engine.available)
    func profile(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        let viewer = try await house.person(ada, .viewer)

        let answer = try await viewer.patch(
            "me",
            #"{"display_name":"Grace","theme":"nord","font":"inter","language":"de","timezone":"Europe/Berlin","photo":"gravatar"}"#
        )

        #expect(answer.status == 200)
        #expect(answer["theme"] == "nord")
        #expect(answer["photo"] == "gravatar")
        #expect(answer["gravatar_hash"]?.stringValue == Fingerprint.of("viewer@example.org"))
        let cleared = try await viewer.patch("me", #"{"theme":null,"photo":null,"timezone":""}"#)
        #expect(cleared["theme"] == .null)
        #expect(cleared["timezone"] == .null)
        #expect(cleared["language"] == "de")
        #expect(try await viewer.patch("me", #"{"role":"admin"}"#).status == 422)
    }

    @Test("a look of earlier days stays, and does not stand in the way of another change", arguments: Engine.available)
    func earlierLook(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        try await house.store.write {
            try $0.run("UPDATE users SET theme = 'paper', timezone = 'Mars/Olympus' WHERE id = 1")
        }

        let answer = try await ada.patch("me", #"{"display_name":"Ada L","timezone":"Mars/Olympus"}"#)

        #expect(answer.status == 200)
        #expect(answer["theme"] == "paper")
        #expect(answer["timezone"] == "Mars/Olympus")
        #expect(try await ada.patch("me", #"{"timezone":"Mars/Base"}"#).status == 422)
    }

    @Test(
        "a profile that is not right is refused by field",
        arguments: [
            (#"{"theme":"paper"}"#, ["theme"]), (#"{"timezone":"Mars/Olympus"}"#, ["timezone"]),
            (#"{"theme":"No Such"}"#, ["theme"]), (#"{"language":"xx","font":"../x"}"#, ["font", "language"]),
            (#"{"timezone":"/etc/passwd"}"#, ["timezone"]), (#"{"display_name":"a\u0000b"}"#, ["display_name"]),
            (#"{"photo":"https://evil.example/x.png"}"#, ["photo"]),
            (#"{"photo":"data:image/png;base64,PHNjcmlwdD4="}"#, ["photo"]),
            (#"{"photo":"picture"}"#, ["photo"]), (#"{"email":"b@example.org"}"#, ["email"]),
        ])
    func badProfile(body: String, fields: [String]) async throws {
        let (_, ada) = try await AccessHouse.ready(.sqlite)

        let answer = try await ada.patch("me", body)

        #expect(answer.status == 422)
        #expect(answer.fields == fields)
    }

    @Test("people are listed page by page", arguments: Engine.available)
    func pages(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        for number in 0..<4 { _ = try await house.person(ada, .viewer, email: "p\(number)@example.org") }

        let first = try await ada.get("users?limit=2")
        let second = try await ada.get("users?limit=2&cursor=\(first["next"]?.stringValue ?? "")")
        let third = try await ada.get("users?limit=2&cursor=\(second["next"]?.stringValue ?? "")")

        #expect([first, second, third].map { $0.items.count } == [2, 2, 1])
        #expect(third["next"] == .null)
        #expect(try await ada.get("users?cursor=x").status == 400)
        #expect(try await ada.get("users?limit=0").status == 422)
    }

    @Test("what does not exist is not found")
    func missing() async throws {
        let (_, ada) = try await AccessHouse.ready(.sqlite)

        #expect(try await ada.get("users/99").status == 404)
        #expect(try await ada.get("users/x").status == 404)
        #expect(try await ada.patch("users/99", #"{"active":false}"#).status == 404)
        #expect(try await ada.delete("users/99").status == 404)
        #expect(try await ada.post("users/99/unlock").status == 404)
        #expect(try await ada.post("users/99/password", #"{"password":"another long passphrase 7"}"#).status == 404)
    }
}
