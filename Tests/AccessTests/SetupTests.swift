import Foundation
import HTTPKit
import HTTPTypes
import JSONKit
import Kernel
import Persistence
import TestSupport
import Testing

@testable import Access

@Suite("Set-up")
struct SetupTests {
    @Test("before the first administrator only set-up and health answer", arguments: Engine.available)
    func onlySetUp(engine: Engine) async throws {
        let house = try await AccessHouse(engine, apiToken: "0123456789abcdef0123456789abcdef")
        let open: Set = ["/api/v1/setup", "/api/v1/setup/code", "/api/v1/setup/account", "/api/v1/health"]

        for endpoint in house.endpoints where !open.contains(endpoint.path) {
            let path = String(endpoint.path.dropFirst("/api/v1/".count).replacing(":id", with: "7"))
            let anyone = try await house.visitor().send(endpoint.method.rawValue, path)
            let program = try await house.visitor(token: "0123456789abcdef0123456789abcdef")
                .send(endpoint.method.rawValue, path)
            #expect(anyone.status == 403 && anyone.code == "setup_needed", "\(endpoint.path)")
            #expect(program.code == "setup_needed", "\(endpoint.path)")
        }
        #expect(try await house.visitor().get("health").status == 204)
        #expect(try await house.visitor().get("setup")["needed"] == true)
    }

    @Test("the code makes the first administrator, who is signed in", arguments: Engine.available)
    func claims(engine: Engine) async throws {
        let house = try await AccessHouse(engine)
        let code = try #require(try await house.access.beginFirstRun(codeFile: nil)).reveal()
        let anyone = house.visitor()

        #expect(try await anyone.post("setup/code", #"{"code":" \#(code.lowercased()) "}"#).status == 204)
        let answer = try await anyone.post("setup/account", account(code))

        #expect(answer.status == 201)
        #expect(answer["setup_step"] == "look")
        #expect(answer["user"]?.objectValue?["role"] == "admin")
        let ada = house.visitor(cookie: answer.cookie)
        #expect(try await ada.get("auth/session")["caller"] == "ada@example.org")
        #expect(try await anyone.get("setup")["needed"] == false)
        #expect(try await house.audit().map(\.action) == ["created", "signed_in"])
        #expect(try await house.subjects() == ["access.user.created", "access.session.created"])
    }

    @Test("the code works once, and set-up does not open again", arguments: Engine.available)
    func once(engine: Engine) async throws {
        let house = try await AccessHouse(engine)
        let code = try #require(try await house.access.beginFirstRun(codeFile: nil)).reveal()
        _ = try await house.visitor().post("setup/account", account(code))

        let again = try await house.visitor().post("setup/account", account(code, email: "eve@example.org"))

        #expect(again.status == 409)
        #expect(try await house.visitor().post("setup/code", #"{"code":"\#(code)"}"#).status == 409)
        #expect(try await house.access.beginFirstRun(codeFile: nil) == nil)
    }

    @Test("of two first administrators at once there is one", arguments: Engine.available)
    func race(engine: Engine) async throws {
        let house = try await AccessHouse(engine)
        let code = try #require(try await house.access.beginFirstRun(codeFile: nil)).reveal()

        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<6 {
                group.addTask {
                    try await house.visitor().post("setup/account", account(code, email: "p\(number)@example.org"))
                        .status
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }

        #expect(statuses.sorted() == [201, 409, 409, 409, 409, 409])
        let admins = try await house.store.read { try $0.one("SELECT COUNT(*) AS n FROM users").get("n", as: Int.self) }
        #expect(admins == 1)
    }

    @Test("five wrong codes lock set-up, also for the right one and over a restart", arguments: Engine.available)
    func locks(engine: Engine) async throws {
        let house = try await AccessHouse(engine)
        let code = try #require(try await house.access.beginFirstRun(codeFile: nil)).reveal()
        let anyone = house.visitor()

        for _ in 0..<5 { #expect(try await anyone.post("setup/code", #"{"code":"WRONG"}"#).status == 422) }
        let locked = try await anyone.post("setup/account", account(code))

        #expect(locked.status == 429)
        #expect(Int(locked.header("retry-after") ?? "") ?? 0 > 0)
        #expect(try await anyone.get("setup")["locked_until"]?.stringValue != nil)
        let restarted = FirstRun(store: house.store, hasher: house.hasher)
        let fresh = try #require(try await restarted.begin(codeFile: nil)).reveal()
        await #expect(throws: AppError.self) { try await restarted.check(fresh, by: .system) }
        house.clock.advance(by: .seconds(301))
        #expect(try await anyone.post("setup/account", account(code)).status == 201)
        #expect(try await house.audit().filter { $0.severity == "critical" }.count == 1)
    }

    @Test("the code's file is the owner's only, and goes when the code was used")
    func file() async throws {
        let place = try Engine.sqlite.freshPlace()
        let path = place.folder + "/setup-code"
        let house = try await AccessHouse(.sqlite)
        try Data("old".utf8).write(to: URL(filePath: path))

        let code = try #require(try await house.access.beginFirstRun(codeFile: path)).reveal()

        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == code + "\n")
        _ = try await house.visitor().post("setup/account", account(code))
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("leaving half-way resumes where it stopped", arguments: Engine.available)
    func resumes(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)

        #expect(try await ada.put("setup/step", #"{"step":"region"}"#).status == 204)

        #expect(
            try await house.signIn("ada@example.org", AccessHouse.password).get("auth/session")["setup_step"]
                == "region")
        #expect(try await house.visitor().get("setup")["step"] == "region")
        #expect(try await ada.put("setup/step", #"{"step":"done"}"#).status == 204)
        #expect(try await ada.get("auth/session")["setup_step"] == "done")
        #expect(try await ada.put("setup/step", #"{"step":"code"}"#).status == 422)
    }

    @Test("an account that is not good enough says all that is wrong, and costs no try")
    func problems() async throws {
        let house = try await AccessHouse(.sqlite)
        let code = try #require(try await house.access.beginFirstRun(codeFile: nil)).reveal()

        let answer = try await house.visitor().post(
            "setup/account", #"{"code":"\#(code)","email":"nobody","display_name":" ","password":"short"}"#)

        #expect(answer.status == 422)
        #expect(answer.fields == ["display_name", "email", "password"])
        #expect(!answer.text.contains("short\""))
    }

    @Test("a page of another site cannot try codes")
    func foreign() async throws {
        let house = try await AccessHouse(.sqlite)
        _ = try await house.access.beginFirstRun(codeFile: nil)

        let answer = try await house.visitor().send(
            "POST", "setup/code", #"{"code":"A"}"#, headers: ["origin": "https://evil.example"])

        #expect(answer.status == 403)
        #expect(try await house.visitor().get("setup")["locked_until"] == .null)
    }

    private func account(_ code: String, email: String = "ada@example.org") -> String {
        """
        {"code":"\(code)","email":"\(email)","display_name":"Ada","password":"\(AccessHouse.password)"}
        """
    }
}
