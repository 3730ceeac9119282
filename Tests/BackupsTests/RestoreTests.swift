import BackupFile
import Foundation
import JSONKit
import Kernel
import Persistence
import Schema
import TestSupport
import Testing

@testable import Backups
@testable import SecretVault

@Suite("Restoring")
struct RestoreTests {
    static let pairs = Engine.available.flatMap { from in Engine.available.map { (from, $0) } }

    /// What changes by the restore itself: it is an event of its own.
    static let history: Set = ["audit_log", "audit_end", "outbox"]

    static func hashes(_ manifest: BackupManifest, without names: Set<String> = []) -> [String: String] {
        let tables = manifest.tables.filter { !names.contains($0.name) }
        return Dictionary(uniqueKeysWithValues: tables.map { ($0.name, "\($0.rows) \($0.sha256) \($0.counter ?? -1)") })
    }

    static func restore(_ path: String, into lab: Lab) async throws -> String {
        try await lab.store.close()
        let prepared = try await Restorer(lab.places).prepare(path, key: lab.key(), by: .system)
        try prepared.decide()
        return try #require(try await Takeover.run(lab.places))
    }

    @Test("what went in comes back, on either engine", arguments: pairs)
    func across(_ from: Engine, _ to: Engine) async throws {
        let source = try await Lab(from)
        try await source.fill(seed: 20)
        try await source.storeSecret("open sesame")
        let target = try await Lab(to)
        try target.write("uploads/theirs.txt", "theirs")
        let made = try await source.backup()

        let kept = try await Self.restore(made.path, into: target)
        let store = try target.place.open()
        let again = try await BackupMaker(store: store, places: target.places)
            .make(at: "\(target.place.folder)/again.cbb", key: target.key())

        #expect(Self.hashes(again.manifest, without: Self.history) == Self.hashes(made.manifest, without: Self.history))
        #expect(again.manifest.files == made.manifest.files)
        #expect(target.read("uploads/icons/switch.svg") == "<svg/>")
        #expect(target.read("uploads/theirs.txt") == nil)
        #expect(try String(contentsOfFile: "\(kept)/uploads/theirs.txt", encoding: .utf8) == "theirs")
        let verdict = try await AuditTrail(store).verify()
        #expect(verdict.isSound && verdict.rows == Int(made.manifest.auditRow) + 1)
        let vault = SecretVault(store: store, folder: target.place.folder)
        try await vault.begin()
        let sealed = try await store.read { tx in
            try tx.one("SELECT password FROM mail_settings").get(0, as: SealedText.self)
        }
        #expect(try vault.open(sealed, of: .mailPassword).reveal() == "open sesame")
        // The next number is one that was never given.
        try await store.write { tx in
            try tx.run(
                """
                INSERT INTO objects (kind, name, name_key, source, created_at, updated_at)
                VALUES ('tag', 'new', 'new', 'person', 0, 0)
                """)
            #expect(try tx.one("SELECT max(id) FROM objects").integer(0) == 41)
        }
        try await store.close()
    }

    @Test("many restores and rehearsals with random contents", arguments: pairs)
    func rehearsals(_ from: Engine, _ to: Engine) async throws {
        let rounds = ProcessInfo.processInfo.environment["CB_TEST_LONG"] == nil ? 1 : 100 / Self.pairs.count
        for round in 0..<rounds {
            let lab = try await Lab(from, uploads: round.isMultiple(of: 2))
            try await lab.fill(seed: UInt64(1_000 + round), objects: 8 + round % 90)
            if round % 3 == 1 {
                try await lab.storeSecret("secret \(round)")
                try await lab.vault.rotate(by: .system)
                try await lab.vault.sealAnew()
            }
            let made = try await lab.backup(chunkSize: 512 << (round % 9))

            let report = try await Rehearsal.run(made.path, key: lab.key(), scratch: lab.place.folder)
            let target = try await Lab(to, uploads: false)
            try await target.store.close()
            let restorer = Restorer(target.places)
            let prepared = try await restorer.prepare(made.path, key: lab.key(), by: .system)
            try await restorer.discard()

            #expect(report.isSound && report.manifest == made.manifest, "round \(round)")
            #expect(prepared.manifest == made.manifest, "round \(round)")
            try await lab.store.close()
        }
    }

    @Test("after two rotations of the vault's key secrets open again", arguments: Engine.available)
    func rotations(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        try await lab.storeSecret("first")
        let early = try await lab.backup("early.cbb")
        for _ in 1...2 {
            try await lab.vault.rotate(by: .system)
            try await lab.vault.sealAnew()
            try await lab.vault.retire(by: .system)
        }
        try await lab.storeSecret("second")
        let late = try await lab.backup("late.cbb")

        for (made, secret) in [(early, "first"), (late, "second")] {
            let target = try await Lab(engine)
            _ = try await Self.restore(made.path, into: target)
            let store = try target.place.open()
            let vault = SecretVault(store: store, folder: target.place.folder)
            try await vault.begin()
            let sealed = try await store.read { tx in
                try tx.one("SELECT password FROM mail_settings").get(0, as: SealedText.self)
            }
            #expect(try vault.open(sealed, of: .mailPassword).reveal() == secret)
            try await store.close()
        }
    }

    @Test("in the middle of a rotation every value finds its key")
    func midRotation() async throws {
        let lab = try await Lab(.sqlite)
        try await lab.storeSecret("under the old key")
        try await lab.vault.rotate(by: .system)

        let made = try await lab.backup()

        #expect(made.manifest.contents.vaultKeys.count == 2)
        let report = try await Rehearsal.run(made.path, key: lab.key(), scratch: lab.place.folder)
        #expect(report.vaultOpens == true)
    }

    @Test("a backup of an earlier schema is brought to the present", arguments: pairs)
    func earlierSchema(_ from: Engine, _ to: Engine) async throws {
        let place = try from.freshPlace()
        let old = try place.open()
        try await Migrator(old, steps: Array(Migration.all.prefix(9))).migrate()
        try await old.write { tx in
            try tx.emit(Noted(number: 1), by: .system)
            try tx.run(
                """
                INSERT INTO users (email, email_key, display_name, role, password_hash, password_changed_at, created_at,
                    updated_at)
                VALUES ('a@example.org', 'a@example.org', 'A', 'admin', 'x', 0, 0, 0)
                """)
        }
        let places = StatePlaces(directory: place.folder)
        let made = try await BackupMaker(store: old, places: places)
            .make(at: "\(place.folder)/old.cbb", key: Lab.key.get())
        let target = try await Lab(to)

        let plan = try await Restorer(target.places).plan(made.path, key: target.key())
        _ = try await Self.restore(made.path, into: target)

        #expect(plan.migrations == Migration.all.dropFirst(9).map(\.number))
        let store = try target.place.open()
        #expect(try await Migrator(store).state().missing.isEmpty)
        #expect(try await store.read { try $0.one("SELECT email FROM users").text(0) } == "a@example.org")
        #expect(try await SchemaPicture.draw(store) == SchemaPicture.draw(to.freshStore()))
        try await store.close()
    }

    @Test("the plan says what will be done before anything is")
    func plan() async throws {
        let source = try await Lab(.sqlite)
        let made = try await source.backup()
        let target = try await Lab(.sqlite)

        let plan = try await Restorer(target.places).plan(made.path, key: target.key())

        #expect(plan.lines.count >= 5 && plan.lines[1].contains("Replace the database"))
        #expect(plan.replaced?.hasPrefix("\(target.place.folder)/replaced/") == true)
        #expect(plan.warnings.isEmpty && plan.migrations.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: "\(target.place.folder)/restore"))
    }
}
