import JSONKit
import Kernel
import Persistence
import TestSupport
import Testing

@testable import Access

@Suite("API tokens")
struct TokenTests {
    @Test("a token is shown once, stored as a digest, and may what its scopes say", arguments: Engine.available)
    func makes(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)

        let made = try await ada.post(
            "tokens", #"{"name":"home-assistant","scopes":["inventory.view"],"expires_at":null}"#)

        #expect(made.status == 201)
        let text = try #require(made["token"]?.stringValue)
        #expect(APIToken.isWellFormed(text))
        #expect(made["created_by"]?.objectValue?["name"] == "ada@example.org")
        let program = house.visitor(token: text)
        #expect(try await program.get("things").status == 204)
        #expect(try await program.post("things").status == 403)
        #expect(try await program.get("auth/session")["caller"] == "home-assistant")
        #expect(try await program.get("auth/session")["permissions"] == ["inventory.view"])
        let list = try await ada.get("tokens")
        #expect(list.items.count == 1)
        #expect(!list.text.contains(text))
        #expect(list.items.first?.objectValue?["token"] == nil)
        let stored = try await house.store.read {
            try $0.one("SELECT token_hash FROM api_tokens").get("token_hash", as: String.self)
        }
        #expect(stored == Fingerprint.of(text))
        let trail = try await house.audit()
        #expect(trail.last?.entity == "api_token" && trail.last?.action == "created")
        #expect(!trail.contains { $0.after?.contains(text) == true })
    }

    @Test("a role is its permissions but the person's own", arguments: Role.allCases)
    func roles(role: Role) async throws {
        let (house, ada) = try await AccessHouse.ready(.sqlite)

        let made = try await ada.post("tokens", #"{"name":"r","role":"\#(role.rawValue)"}"#)

        let program = house.visitor(token: made["token"]?.stringValue)
        let names = role.permissions.subtracting([.ownAccount, .actUnattended]).names.map { JSONValue.string($0) }
        #expect(try await program.get("auth/session")["permissions"] == .array(names))
        #expect(try await program.get("me").status == 403)
        #expect(try await program.get("me/sessions").status == 403)
    }

    @Test("a token ends at its instant, and when it is revoked", arguments: Engine.available)
    func ends(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        let first = try await ada.post("tokens", #"{"name":"a","role":"viewer","expires_at":"2026-09-21T15:00:00Z"}"#)
        let second = try await ada.post("tokens", #"{"name":"b","role":"viewer"}"#)
        let a = house.visitor(token: first["token"]?.stringValue),
            b = house.visitor(token: second["token"]?.stringValue)
        #expect(try await a.get("things").status == 204)
        #expect(try await b.get("things").status == 204)

        house.clock.set(Instant(milliseconds: RFC3339.milliseconds("2026-09-21T15:00:00Z") ?? 0))
        #expect(try await a.get("things").status == 401)
        #expect(try await ada.delete("tokens/2").status == 204)
        #expect(try await b.get("things").status == 401)
        #expect(try await ada.delete("tokens/2").status == 404)
        #expect(try await house.subjects().suffix(1) == ["access.token.deleted"])
    }

    @Test("the last use is written down", arguments: Engine.available)
    func lastUse(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        let made = try await ada.post("tokens", #"{"name":"a","role":"viewer"}"#)
        #expect(try await ada.get("tokens/1")["last_used_at"] == .null)
        house.clock.advance(by: .seconds(5))

        _ = try await house.visitor(token: made["token"]?.stringValue, from: "192.168.1.99").get("things")
        try await house.access.writeDownUses()

        let token = try await ada.get("tokens/1")
        #expect(token["last_used_from"] == "192.168.1.99")
        #expect(token["last_used_at"]?.stringValue == "2026-09-21T14:13:25.000Z")
    }

    @Test(
        "a token that is not right is refused by field",
        arguments: [
            (#"{"name":"","role":"viewer"}"#, ["name"]), (#"{"name":"api-token","role":"viewer"}"#, ["name"]),
            (#"{"name":"a"}"#, ["scopes"]), (#"{"name":"a","scopes":[]}"#, ["scopes"]),
            (#"{"name":"a","scopes":["account.own"]}"#, ["scopes"]),
            (#"{"name":"a","scopes":["no.such"]}"#, ["scopes"]),
            (#"{"name":"a","role":"viewer","scopes":["map.view"]}"#, ["scopes"]),
            (#"{"name":"a","role":"viewer","expires_at":"2020-01-01T00:00:00Z"}"#, ["expires_at"]),
            (#"{"name":"a\u0007","expires_at":"2020-01-01T00:00:00Z"}"#, ["expires_at", "name", "scopes"]),
            (#"{"name":"a","role":"owner"}"#, ["role"]),
        ])
    func problems(body: String, fields: [String]) async throws {
        let (_, ada) = try await AccessHouse.ready(.sqlite)

        let answer = try await ada.post("tokens", body)

        #expect(answer.status == 422)
        #expect(answer.fields == fields)
    }

    @Test("nobody gives away what they do not hold", arguments: Engine.available)
    func noEscalation(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        let made = try await ada.post(
            "tokens", #"{"name":"m","scopes":["tokens.manage","users.manage","users.view","inventory.view"]}"#)
        let program = house.visitor(token: made["token"]?.stringValue)

        #expect(try await program.post("tokens", #"{"name":"x","role":"admin"}"#).fields == ["scopes"])
        #expect(try await program.post("tokens", #"{"name":"y","scopes":["inventory.view"]}"#).status == 201)
        let person =
            #"{"email":"eve@example.org","display_name":"Eve","role":"admin","password":"another long passphrase 7"}"#
        #expect(try await program.post("users", person).status == 403)
        #expect(try await program.post("users/1/password", #"{"password":"another long passphrase 7"}"#).status == 403)
        #expect(try await program.patch("users/1", #"{"display_name":"Mallory"}"#).status == 403)
        #expect(try await program.delete("users/1").status == 403)
        // A token made by a token is of the same person and goes with the person.
        #expect(try await ada.get("tokens/2")["created_by"]?.objectValue?["id"] == 1)
    }

    @Test("a name is used once", arguments: Engine.available)
    func unique(engine: Engine) async throws {
        let (_, ada) = try await AccessHouse.ready(engine)
        _ = try await ada.post("tokens", #"{"name":"backup","role":"viewer"}"#)

        #expect(try await ada.post("tokens", #"{"name":"Backup","role":"viewer"}"#).fields == ["name"])
    }

    @Test(
        "CB_API_TOKEN may what an administrator's token may, and is recorded as api-token", arguments: Engine.available)
    func configured(engine: Engine) async throws {
        let secret = "0123456789abcdef0123456789abcdef"
        let (house, _) = try await AccessHouse.ready(engine, apiToken: secret)
        let program = house.visitor(token: secret)

        let session = try await program.get("auth/session")
        #expect(session["caller"] == "api-token")
        #expect(session["permissions"] == .array(APIToken.mostPermissions.names.map { .string($0) }))
        #expect(try await program.post("tokens", #"{"name":"made","role":"admin"}"#).status == 201)
        #expect(try await house.audit().last?.actor == "api-token")
        #expect(try await program.get("me").status == 403)
        for wrong in [secret + "x", String(secret.dropLast()), "", " ", "Bearer"] {
            #expect(try await house.visitor(token: wrong).get("things").status == 401)
        }
    }

    @Test("without CB_API_TOKEN an empty one is not let in")
    func notConfigured() async throws {
        for none in [nil, ""] {
            let (house, _) = try await AccessHouse.ready(.sqlite, apiToken: none)
            #expect(try await house.visitor(token: "").get("things").status == 401)
        }
    }

    @Test("a checksum tells a typing error from a token that has ended")
    func checksum() {
        let text = APIToken.makeText().reveal()

        #expect(text.hasPrefix("cbt_") && text.utf8.count == 53)
        #expect(APIToken.isWellFormed(text))
        for position in [4, 20, 46, 47, 52] {
            var letters = Array(text)
            letters[position] = letters[position] == "x" ? "y" : "x"
            #expect(!APIToken.isWellFormed(String(letters)))
        }
        for wrong in ["", "cbt_", "cbt_wrong", String(repeating: "a", count: 53), "\u{1F600}"] {
            #expect(!APIToken.isWellFormed(wrong))
        }
    }
}
