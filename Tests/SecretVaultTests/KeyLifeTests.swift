import Fernet
import Foundation
import Kernel
import Persistence
import SecretVault
import TestSupport
import Testing

@testable import SecretVault

/// A database and a data directory that can be started again and again, as a daemon is.
final class VaultPlace: Sendable {
    let place: TestPlace
    let store: any Store
    let clock = TestClock()

    init(_ engine: Engine) async throws {
        place = try engine.freshPlace()
        store = try await engine.freshStore(clock: clock)
    }

    var envPath: String { place.folder + "/.env" }
    var env: String? { try? String(contentsOfFile: envPath, encoding: .utf8) }
    var keyText: String? { value("CB_VAULT_KEY") }

    func value(_ name: String) -> String? {
        env?.split(separator: "\n").first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
    }

    func write(_ text: String) throws { try text.write(toFile: envPath, atomically: true, encoding: .utf8) }

    func start(_ supplied: VaultKey? = nil, old: [VaultKey] = [], source: KeySource = .environment) async throws
        -> SecretVault
    {
        let list = old.map { $0.text.reveal() }.joined(separator: ",")
        let vault = SecretVault(
            store: store,
            supplied: try supplied.map {
                try SuppliedKey($0.text, old: old.isEmpty ? nil : Secret(list), source: source)
            },
            folder: place.folder, clock: clock)
        try await vault.begin()
        try await vault.sealAnew()
        return vault
    }
}

@Suite("Vault: the life of its key")
struct KeyLifeTests {
    @Test(
        "the first start makes a key, writes it for the owner alone, and the next start uses it",
        arguments: Engine.available)
    func firstRun(on engine: Engine) async throws {
        let place = try await VaultPlace(engine)

        let first = try await place.start()
        let made = try #require(place.keyText)
        let second = try await place.start()

        #expect(place.keyText == made)
        #expect(try FernetKey(parsing: made).text.reveal() == made)
        let mode = try FileManager.default.attributesOfItem(atPath: place.envPath)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        for vault in [first, second] {
            let status = try await vault.status()
            #expect(status.condition == .unlocked)
            #expect(status.source == .dataFile)
            #expect(status.keys.map(\.record.version) == [1])
            #expect(vault.isCurrentKey(Secret(made)))
        }
    }

    @Test("a supplied key is used and never written or replaced", arguments: Engine.available, KeySource.allCases)
    func supplied(on engine: Engine, source: KeySource) async throws {
        guard source.isSupplied else { return }
        let place = try await VaultPlace(engine)
        let key = VaultKey.random()

        let vault = try await place.start(key, source: source)

        let status = try await vault.status()
        #expect(status.condition == .unlocked && status.current == key.id && status.source == source)
        #expect(place.env == nil)
        let refusal = try #require(await #expect(throws: AppError.self) { try await vault.rotate(by: .system) })
        #expect(refusal.kind == .conflict && refusal.message.contains("_OLD") == (source == .environment))
        #expect(place.env == nil)
    }

    @Test(
        "a wrong supplied key locks the vault and overwrites nothing; the right one opens it again",
        arguments: Engine.available)
    func wrongKey(on engine: Engine) async throws {
        let place = try await VaultPlace(engine)
        _ = try await place.start()
        let before = place.env

        let wrong = try await place.start(.random())
        let status = try await wrong.status()

        #expect(status.condition == .locked)
        #expect(status.trouble?.contains("remove the other one") == true)
        #expect(place.env == before)
        #expect(try await wrong.health().severity == .warning)
        await #expect(throws: AppError.self) {
            try await place.store.write { try wrong.seal(Secret("x"), for: .vaultCheck, in: $0) }
        }
        #expect(try await place.start().status().condition == .unlocked)
    }

    @Test("a new supplied key takes over where the former is named with it", arguments: Engine.available)
    func takeOver(on engine: Engine) async throws {
        let place = try await VaultPlace(engine)
        let (old, new) = (VaultKey.random(), VaultKey.random())
        _ = try await place.start(old)

        let status = try await place.start(new, old: [old]).status()

        #expect(status.condition == .unlocked && status.current == new.id && status.left == 0)
        #expect(status.rotation?.finishedAt != nil)
        #expect(try await place.start(new).status().condition == .unlocked)
    }

    @Test("a lost, broken or unreadable .env locks the vault and stays as it is", arguments: Engine.available)
    func lostFile(on engine: Engine) async throws {
        let place = try await VaultPlace(engine)
        _ = try await place.start()
        let good = try #require(place.env)

        try FileManager.default.removeItem(atPath: place.envPath)
        let lost = try await place.start().status()
        #expect(lost.condition == .locked && lost.trouble?.contains("is lost") == true)
        #expect(place.env == nil)

        for broken in [
            "CB_VAULT_KEY=short\n", "CB_VAULT_KEY=%%%\n", good + good, "CB_VAULT_KEY_OLD=x\n",
            good + "CB_VAULT_KEY_OLD=x\n",
        ] {
            try place.write(broken)
            let status = try await place.start().status()
            #expect(status.condition == .locked && status.trouble != nil)
            #expect(place.env == broken)
        }

        try FileManager.default.removeItem(atPath: place.envPath)
        try FileManager.default.createDirectory(atPath: place.envPath, withIntermediateDirectories: false)
        #expect(try await place.start().status().condition == .locked)
        try FileManager.default.removeItem(atPath: place.envPath)
        try place.write(good)
        #expect(try await place.start().status().condition == .unlocked)
    }

    @Test("a rotation keeps the former key until it is retired, and only then lets it go", arguments: Engine.available)
    func rotation(on engine: Engine) async throws {
        let place = try await VaultPlace(engine)
        let vault = try await place.start()
        let former = try #require(place.keyText)
        try place.write((place.env ?? "") + "CB_OTHER=kept\n")

        try await vault.rotate(by: .system)
        #expect(place.value("CB_VAULT_KEY_OLD") == former)
        await #expect(throws: AppError.self) { try await vault.rotate(by: .system) }
        await #expect(throws: AppError.self) { try await vault.retire(by: .system) }
        try await vault.sealAnew()
        let after = try await vault.status()
        #expect(after.left == 0 && after.rotation?.done == 1 && after.rotation?.finishedAt != nil)

        try await vault.retire(by: .system)
        #expect(place.value("CB_VAULT_KEY_OLD") == nil && place.value("CB_OTHER") == "kept")
        let status = try await place.start().status()
        #expect(status.condition == .unlocked && status.keys.count == 2)
        #expect(status.keys.first?.record.retiredAt != nil)
    }

    @Test("a key file that vanishes under a running daemon is told, and a rotation writes it anew")
    func vanished() async throws {
        let place = try await VaultPlace(.sqlite)
        let vault = try await place.start()
        try FileManager.default.removeItem(atPath: place.envPath)
        #expect(try await vault.health().message.contains("in memory only"))

        try await vault.rotate(by: .system)
        try await vault.sealAnew()

        #expect(try await vault.health().severity == .notice)
        #expect(try await place.start().status().condition == .unlocked)
    }

    @Test("a rotation that cannot write the key changes nothing", arguments: Engine.available)
    func unwritable(on engine: Engine) async throws {
        let place = try await VaultPlace(engine)
        let vault = try await place.start()
        let before = place.env
        // In the way of the temporary file, also for root.
        try FileManager.default.createDirectory(atPath: place.envPath + ".new", withIntermediateDirectories: false)

        await #expect(throws: AppError.self) { try await vault.rotate(by: .system) }

        #expect(place.env == before)
        #expect(try await vault.status().keys.count == 1)
        #expect(try await vault.status().condition == .unlocked)
    }
}
