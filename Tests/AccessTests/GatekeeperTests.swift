import HTTPKit
import HTTPTypes
import JSONKit
import Kernel
import NetAddress
import Persistence
import TestSupport
import Testing

@testable import Access

@Suite("The gatekeeper")
struct GatekeeperTests {
    @Test(
        "a write by cookie needs a proof that it came from our own page",
        arguments: [
            (["origin": ""], 403), (["origin": "https://evil.example"], 403), (["origin": "null"], 403),
            (["origin": "https://lab.local:8443", "sec-fetch-site": "cross-site"], 403),
            (["origin": "https://lab.local:8443", "sec-fetch-site": "same-site"], 403),
            (["origin": "http://lab.local:8443"], 403), (["origin": "https://lab.local"], 403),
            (["origin": "", "referer": "https://lab.local:8443@evil.example/"], 403),
            (["origin": "", "referer": "https://evil.example/https://lab.local:8443/"], 403),
            (["origin": "", "referer": "https://lab.local:8443/hardware?x=1"], 204),
            (["origin": "", "sec-fetch-site": "same-origin"], 204), (["origin": "https://LAB.local:8443"], 204),
        ])
    func sameOrigin(headers: [String: String], status: Int) async throws {
        let (_, ada) = try await AccessHouse.ready(.sqlite)

        #expect(try await ada.send("POST", "things", "{}", headers: headers).status == status)
        #expect(try await ada.send("GET", "things", headers: headers).status == 204)
    }

    @Test("the port that the scheme implies may be left out")
    func impliedPort() {
        func facts(_ host: String, _ origin: String) -> RequestFacts {
            RequestFacts(
                method: .post, path: "/", headers: [.origin: origin],
                origin: RequestOrigin(isTLS: true, host: host), requestID: "r")
        }

        #expect(SameOrigin.isProven(by: facts("lab.local:443", "https://lab.local")))
        #expect(SameOrigin.isProven(by: facts("lab.local", "https://lab.local:443")))
        #expect(!SameOrigin.isProven(by: facts("lab.local", "http://lab.local")))
        #expect(!SameOrigin.isProven(by: facts("", "https://")))
    }

    @Test("a bearer token needs no proof, and what is no token is not even a reader", arguments: Engine.available)
    func bearer(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine, rules: AccessRules(isReadingOpen: true))
        let made = try await ada.post("tokens", #"{"name":"p","role":"editor"}"#)
        let program = house.visitor(token: made["token"]?.stringValue)

        #expect(try await program.post("things").status == 204)
        for wrong in [
            "cbt_nonsense", "x", "cbt_" + String(repeating: "a", count: 60), String(repeating: "z", count: 4000),
        ] {
            let answer = try await house.visitor(token: wrong).get("things")
            #expect(answer.status == 401)
            #expect(answer.header("www-authenticate") != nil)
            #expect(try await house.visitor(token: wrong).get("auth/session").status == 401)
            #expect(try await house.visitor(token: wrong).get("health").status == 204)
            #expect(wrong.count < 10 || !answer.text.contains(wrong))
        }
        for scheme in ["Basic YWRhOnB3", "Bearer", "bearer cbt_x", "Digest a b"] {
            #expect(try await house.visitor().send("GET", "things", headers: ["authorization": scheme]).status == 401)
        }
    }

    @Test(
        "a cookie that is not a session is nobody",
        arguments: [
            "", "x", String(repeating: "a", count: 43), String(repeating: "a", count: 5000), "' OR 1=1 --",
            "\u{E9}\u{E9}",
        ])
    func badCookies(cookie: String) async throws {
        let (house, _) = try await AccessHouse.ready(.sqlite)

        let answer = try await house.visitor(cookie: cookie).get("things")

        #expect(answer.status == 401)
        #expect(answer.code == "unauthenticated")
    }

    @Test(
        "reading is open to the local network only where the owner says so",
        arguments: [
            (false, "lab", "192.168.1.7", 401), (true, "lab", "192.168.1.7", 204), (true, "lab", "fd00::7", 204),
            (true, "lab", "fe80::1", 204), (true, "lab", "127.0.0.1", 204), (true, "lab", "203.0.113.5", 401),
            (true, "lab", "2001:db8:5::1", 204), (true, "lab", "2001:db8:6::1", 401), (true, "lab", "", 401),
            (true, "hardened", "192.168.1.7", 401),
        ])
    func openReading(isOpen: Bool, profile: String, address: String, status: Int) async throws {
        let rules = AccessRules(
            profile: try #require(.init(rawValue: profile)), isReadingOpen: isOpen,
            localNetworks: [try CIDRBlock(parsing: "2001:db8:5::/48")])
        let (house, _) = try await AccessHouse.ready(.sqlite, rules: rules)
        let reader = house.visitor(from: address)

        #expect(try await reader.get("things").status == status)
        #expect(try await reader.post("things").status == 401)
        #expect(try await reader.get("me").status == 401)
        #expect(try await reader.get("users").status == 401)
        let session = try await reader.get("auth/session")
        #expect(session.status == (status == 204 ? 200 : 401))
        if status == 204 {
            #expect(session["user"] == .null)
            #expect(session["caller"] == "anonymous")
        }
    }

    @Test("every route says what it needs, and each caller gets through where it may", arguments: Engine.available)
    func matrix(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        var callers: [(name: String, visitor: Visitor, held: Set<Permission>)] = [
            ("anonymous", house.visitor(), []), ("admin", ada, Role.admin.permissions),
            ("viewer", try await house.person(ada, .viewer), Role.viewer.permissions),
            ("editor", try await house.person(ada, .editor), Role.editor.permissions),
        ]
        for permission in Permission.allCases where permission != .ownAccount {
            let made = try await ada.post(
                "tokens", #"{"name":"\#(permission.rawValue)","scopes":["\#(permission.rawValue)"]}"#)
            callers.append((permission.rawValue, house.visitor(token: made["token"]?.stringValue), [permission]))
        }

        for endpoint in house.endpoints where !endpoint.path.hasSuffix("sign-out") {
            let path = String(endpoint.path.dropFirst("/api/v1/".count).replacing(":id", with: "99999"))
            let body = endpoint.method == .get || endpoint.method == .delete ? nil : "{}"
            for (name, visitor, held) in callers {
                // Ends the callers' own sessions, which other cells still need.
                if endpoint.method == .delete, path == "me/sessions" { continue }
                let answer = try await visitor.send(endpoint.method.rawValue, path, body)
                // A token that carries one permission has none to do what is dangerous unattended.
                let isUnattended = endpoint.stepUp == .recent && visitor.token != nil
                let isAllowed = !isUnattended && (endpoint.need.permission.map { held.contains($0) } ?? true)
                if isAllowed {
                    let mayRefuse = endpoint.need == .nothing
                    #expect(
                        answer.status < 500 && answer.status != 403,
                        "\(endpoint.method) \(path) as \(name): \(answer.text)")
                    #expect(mayRefuse || answer.status != 401, "\(endpoint.method) \(path) as \(name)")
                } else {
                    #expect(answer.status == (name == "anonymous" ? 401 : 403), "\(endpoint.method) \(path) as \(name)")
                }
            }
        }
    }

    @Test("only these routes are open")
    func open() async throws {
        let house = try await AccessHouse(.sqlite)

        let open = house.endpoints.filter { $0.need == .nothing }.map { "\($0.method) \($0.path)" }.sorted()

        #expect(
            open == [
                "DELETE /api/v1/auth/masquerade", "DELETE /api/v1/auth/sign-in", "GET /api/v1/auth/session",
                "GET /api/v1/auth/sign-in", "GET /api/v1/health", "GET /api/v1/setup", "POST /api/v1/auth/sign-in",
                "POST /api/v1/auth/sign-in/code", "POST /api/v1/auth/sign-in/enrol/passkey",
                "POST /api/v1/auth/sign-in/enrol/passkey/options", "POST /api/v1/auth/sign-in/enrol/totp",
                "POST /api/v1/auth/sign-in/enrol/totp/confirm", "POST /api/v1/auth/sign-in/new-password",
                "POST /api/v1/auth/sign-in/passkey", "POST /api/v1/auth/sign-in/passkey/options",
                "POST /api/v1/auth/sign-out", "POST /api/v1/setup/account", "POST /api/v1/setup/code",
            ])
    }
}

@Suite("The gate of live sockets")
struct LiveGateTests {
    private func handshake(
        cookie: String? = nil, token: String? = nil, origin: String? = nil, from address: String = "192.168.1.7",
        isTLS: Bool = true
    ) -> RequestFacts {
        var headers: HTTPFields = [:]
        headers[.cookie] = cookie.map { "cb_session=\($0)" }
        headers[.authorization] = token.map { "Bearer \($0)" }
        headers[.origin] = origin
        return RequestFacts(
            method: .get, path: "/api/v1/topology/stream", headers: headers,
            origin: RequestOrigin(address: address, isTLS: isTLS, host: "lab.local:8443"), requestID: "r")
    }

    private let own = "https://lab.local:8443"

    @Test("a browser is admitted by its cookie, and no longer after it signed out", arguments: Engine.available)
    func cookie(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        let gate = house.access.gatekeeper

        let caller = try #require(try await gate.caller(ofHandshake: handshake(cookie: ada.cookie, origin: own)))

        #expect(caller.name == "ada@example.org")
        #expect(try await gate.renewed(caller) == caller)
        _ = try await ada.post("auth/sign-out")
        #expect(try await gate.renewed(caller) == nil)
        #expect(try await gate.caller(ofHandshake: handshake(cookie: ada.cookie, origin: own)) == nil)
    }

    @Test("a page of another site is refused, with a cookie and without")
    func foreign() async throws {
        let (house, ada) = try await AccessHouse.ready(.sqlite, rules: AccessRules(isReadingOpen: true))

        for cookie in [ada.cookie, nil] {
            await #expect {
                try await house.access.gatekeeper.caller(
                    ofHandshake: handshake(cookie: cookie, origin: "https://evil.example"))
            } throws: { ($0 as? AppError)?.kind == .forbidden }
        }
    }

    @Test(
        "a program is admitted by its token, and no longer when it is revoked or its person goes",
        arguments: Engine.available)
    func token(engine: Engine) async throws {
        let secret = "0123456789abcdef0123456789abcdef"
        let (house, ada) = try await AccessHouse.ready(engine, apiToken: secret)
        let bob = try await house.person(ada, .admin, email: "bob@example.org")
        let made = try await bob.post("tokens", #"{"name":"ws","role":"viewer"}"#)
        let text = try #require(made["token"]?.stringValue)
        let gate = house.access.gatekeeper

        #expect(try await gate.caller(ofHandshake: handshake()) == nil)
        let caller = try await gate.caller(ofToken: text, handshake())
        let inHead = try await gate.caller(ofHandshake: handshake(token: text))
        #expect(caller == inHead)
        let configured = try await gate.caller(ofToken: secret, handshake())
        #expect(try await gate.renewed(configured) == configured)
        _ = try await ada.patch("users/2", #"{"active":false}"#)
        #expect(try await gate.renewed(caller) == nil)
        _ = try await ada.patch("users/2", #"{"active":true}"#)
        #expect(try await gate.renewed(caller) == caller)
        _ = try await ada.delete("tokens/1")
        #expect(try await gate.renewed(caller) == nil)
        for wrong in ["cbt_wrong", "", text + "x"] {
            await #expect(throws: AppError.self) { try await gate.caller(ofToken: wrong, handshake()) }
        }
    }

    @Test("a person's rights are those of now", arguments: Engine.available)
    func renewedRights(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        let editor = try await house.person(ada, .editor)
        let gate = house.access.gatekeeper
        let caller = try #require(try await gate.caller(ofHandshake: handshake(cookie: editor.cookie, origin: own)))

        _ = try await ada.patch("users/2", #"{"force_password_change":true}"#)

        #expect(try await gate.renewed(caller)?.permissions == [.ownAccount])
        _ = try await ada.patch("users/2", #"{"role":"viewer"}"#)
        #expect(try await gate.renewed(caller) == nil)
    }

    @Test("a session that ended by time is over for its socket, which is no use of it", arguments: Engine.available)
    func byTime(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        let gate = house.access.gatekeeper
        let caller = try #require(try await gate.caller(ofHandshake: handshake(cookie: ada.cookie, origin: own)))

        house.clock.advance(by: .seconds(6 * 86_400))
        #expect(try await gate.renewed(caller) != nil)
        house.clock.advance(by: .seconds(2 * 86_400))
        #expect(try await gate.renewed(caller) == nil)
    }

    @Test("who reads without signing in is admitted as a page only, while reading is open")
    func reader() async throws {
        let (house, _) = try await AccessHouse.ready(.sqlite, rules: AccessRules(isReadingOpen: true))
        let gate = house.access.gatekeeper

        let caller = try #require(try await gate.caller(ofHandshake: handshake(origin: own)))
        #expect(caller.kind == .anonymous)
        #expect(try await gate.caller(ofHandshake: handshake()) == nil)
        #expect(try await gate.caller(ofHandshake: handshake(origin: own, from: "203.0.113.5")) == nil)
        house.policy.update(AccessRules())
        #expect(try await gate.renewed(caller) == nil)
    }

    @Test("the hardened profile admits over TLS only")
    func hardened() async throws {
        let (house, ada) = try await AccessHouse.ready(.sqlite)
        let gate = house.access.gatekeeper
        let clear = handshake(cookie: ada.cookie, origin: "http://lab.local:8443", isTLS: false)

        #expect(try await gate.caller(ofHandshake: clear) != nil)
        house.policy.update(AccessRules(profile: .hardened))
        await #expect { try await gate.caller(ofHandshake: clear) } throws: { ($0 as? AppError)?.kind == .forbidden }
        #expect(try await gate.caller(ofHandshake: handshake(cookie: ada.cookie, origin: own)) != nil)
    }

    @Test("before set-up nobody is admitted")
    func beforeSetUp() async throws {
        let house = try await AccessHouse(.sqlite)

        await #expect { try await house.access.gatekeeper.caller(ofHandshake: handshake(origin: own)) } throws: {
            ($0 as? AppError)?.kind == .setupNeeded
        }
    }
}
