import Foundation
import HTTPKit
import HTTPTypes
import JSONKit
import Kernel
import Persistence
import TestSupport
import Testing

@testable import SecretVault

@Suite("Vault: keys brought back, and a vault without its key")
struct RecoveryTests {
    private func proof(_ vault: SecretVault) throws -> String {
        let path = try vault.beginRecovery()
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        return try String(contentsOfFile: path, encoding: .utf8)
    }

    @Test("a kept copy brings a lost key back, whatever stood in the file", arguments: Engine.available)
    func bringBack(on engine: Engine) async throws {
        let place = try await VaultPlace(engine)
        _ = try await place.start()
        let kept = try #require(place.env)
        for left in [nil, "CB_VAULT_KEY=broken\n", "CB_OTHER=1\n"] {
            try? FileManager.default.removeItem(atPath: place.envPath)
            if let left { try place.write(left) }
            let vault = try await place.start()
            #expect(try await vault.status().condition == .locked)

            await #expect(throws: AppError.self) { try await vault.rekey(from: [.random()], by: .system) }
            #expect(place.env == left)
            let outcome = try await vault.rekey(from: KeyList.keys(Secret("# mine\n" + kept)), by: .system)

            #expect(outcome.isKeyBack)
            #expect(try await vault.status().condition == .unlocked)
            #expect(try await place.start().status().condition == .unlocked)
            #expect(place.keyText.map { kept.contains($0) } == true)
        }
    }

    @Test("behind a wrong supplied key, the kept key hands over to the supplied one", arguments: Engine.available)
    func handOver(on engine: Engine) async throws {
        let place = try await VaultPlace(engine)
        let (old, new) = (VaultKey.random(), VaultKey.random())
        _ = try await place.start(old)
        let vault = try await place.start(new)

        let outcome = try await vault.rekey(from: [old], by: .system)

        #expect(outcome.resealed == 1)
        let status = try await place.start(new).status()
        #expect(status.condition == .unlocked && status.current == new.id && status.left == 0)
        #expect(place.env == nil)
    }

    @Test("recovery makes a new key for a lost one, and says so in the trail", arguments: Engine.available)
    func recover(on engine: Engine) async throws {
        let place = try await VaultPlace(engine)
        _ = try await place.start()
        let lost = try #require(place.keyText)
        try FileManager.default.removeItem(atPath: place.envPath)
        let vault = try await place.start()

        try await vault.recover(proof: try proof(vault), by: .system)

        let made = try #require(place.keyText)
        #expect(made != lost)
        #expect(try await vault.status().condition == .unlocked)
        #expect(try await place.start().status().condition == .unlocked)
        let trail = try await place.store.read { try $0.rows("SELECT * FROM audit_log").map { "\($0.values)" } }
        #expect(trail.contains { $0.contains("key_recovered") })
        #expect(!trail.contains { $0.contains(made.prefix(10)) || $0.contains(lost.prefix(10)) })
    }

    @Test("recovery refuses over a working vault, over a key that is only hidden, and without the right code")
    func refusals() async throws {
        let place = try await VaultPlace(.sqlite)
        let working = try await place.start()
        let before = place.env
        #expect(throws: AppError.self) { try working.beginRecovery() }
        await #expect(throws: AppError.self) { try await working.recover(proof: "x", by: .system) }
        let hidden = try await place.start(.random())
        #expect(throws: AppError.self) { try hidden.beginRecovery() }
        #expect(place.env == before)

        try FileManager.default.removeItem(atPath: place.envPath)
        let vault = try await place.start()
        let right = try proof(vault)
        await #expect(throws: AppError.self) { try await vault.recover(proof: "wrong", by: .system) }
        await #expect(throws: AppError.self) { try await vault.recover(proof: right, by: .system) }
        let late = try proof(vault)
        place.clock.advance(by: .seconds(601))
        await #expect(throws: AppError.self) { try await vault.recover(proof: late, by: .system) }
        #expect(place.env == nil && !FileManager.default.fileExists(atPath: place.place.folder + "/vault-proof"))
    }

    @Test("a first start that can write nothing is uninitialised, and recovers once it can")
    func uninitialised() async throws {
        let place = try await VaultPlace(.sqlite)
        try FileManager.default.createDirectory(atPath: place.envPath, withIntermediateDirectories: false)
        let vault = try await place.start()
        #expect(try await vault.status().condition == .uninitialised)
        #expect(try await vault.health().severity == .warning)

        try await vault.recover(proof: try proof(vault), by: .system)

        #expect(try await vault.status().condition == .unlocked)
        #expect(try await place.start().status().condition == .unlocked)
    }
}

@Suite("Vault: the ceremony and the routes")
struct VaultRoutesTests {
    private func routes(_ vault: SecretVault) throws -> RouteHarness {
        try RouteHarness { VaultRoutes(vault: vault).register(in: &$0) }
    }

    @Test("the key is shown to a person until a copy is confirmed, and never after", arguments: Engine.available)
    func ceremony(on engine: Engine) async throws {
        let place = try await VaultPlace(engine)
        let vault = try await place.start()
        let routes = try routes(vault)
        let token = RouteHarness.Who.caller(Caller(kind: .token, name: "t", permissions: [.manageVault]))

        #expect(try await routes.send("POST", "vault/ceremony", as: token).status == 403)
        let shown = try await routes.send("POST", "vault/ceremony")
        let key = try #require(try shown.json().objectValue?["key"]?.stringValue)
        #expect(key == place.keyText && shown.header("Cache-Control") == "no-store")
        let asked = try #require(try shown.json().objectValue?["asked"]?.arrayValue)
        let parts = asked.compactMap(\.integerValue).map { String(key.dropFirst((Int($0) - 1) * 4).prefix(4)) }
        #expect(parts.count == 2)

        for wrong in [#"["",""]"#, #"["AAAA","AAAA"]"#, "[]", #"["\#(parts[0])"]"#] {
            #expect(try await routes.post("vault/ceremony/confirmation", #"{"parts":\#(wrong)}"#).status == 422)
        }
        #expect(try await routes.send("POST", "vault/ceremony").status == 200)
        let done = try await routes.post(
            "vault/ceremony/confirmation", #"{"parts":["\#(parts[0])"," \#(parts[1])"]}"#)
        #expect(done.status == 200 && !done.text.contains(key))
        #expect(try await routes.send("POST", "vault/ceremony").status == 409)
        #expect(try await vault.health().severity == .ok)
    }

    @Test("a supplied key is not shown")
    func suppliedCeremony() async throws {
        let place = try await VaultPlace(.sqlite)
        let routes = try routes(try await place.start(.random()))

        #expect(try await routes.send("POST", "vault/ceremony").status == 409)
    }

    @Test("nobody but an administrator reaches the vault")
    func refusals() async throws {
        let routes = try routes(try await VaultPlace(.sqlite).start())
        for endpoint in routes.endpoints {
            let path = String(endpoint.path.dropFirst("/api/v1/".count))
            #expect(try await routes.send(endpoint.method.rawValue, path, as: .editor, body: "{}").status == 403)
            #expect(try await routes.send(endpoint.method.rawValue, path, as: .nobody, body: "{}").status == 401)
        }
    }

    @Test("keys that are none are refused by their place, and not repeated")
    func rekeyBody() async throws {
        let routes = try routes(try await VaultPlace(.sqlite).start())

        let answer = try await routes.post("vault/rekey", #"{"keys":"\#(VaultKey.random().text.reveal()), hunter2"}"#)

        #expect(answer.status == 422 && answer.text.contains("Entry 2 of 2") && !answer.text.contains("hunter2"))
        #expect(try await routes.post("vault/rekey", ##"{"keys":"# nothing"}"##).status == 422)
    }
}
