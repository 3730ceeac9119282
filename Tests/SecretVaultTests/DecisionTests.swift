import Fernet
import JSONKit
import Kernel
import Persistence
import TestSupport
import Testing

@testable import SecretVault

@Suite("Vault: what a start decides")
struct DecisionTests {
    private let first = VaultKey.random()
    private let second = VaultKey.random()

    @Test("every case of key and database")
    func table() {
        func decide(_ current: VaultKey?, old: [VaultKey] = [], trouble: String? = nil, known: VaultKey?) -> KeyDecision
        {
            KeyDecision(
                found: FoundKeys(current: current, old: old, source: .dataFile, trouble: trouble), current: known?.id)
        }

        #expect(decide(nil, known: nil) == .make)
        #expect(decide(nil, trouble: "x", known: nil) == .uninitialised("x"))
        #expect(decide(nil, known: first) == .locked(.lost(first.id)))
        #expect(decide(nil, trouble: "x", known: first) == .locked(.unusable("x")))
        #expect(decide(first, known: nil) == .adopt(first.id))
        #expect(decide(first, known: first) == .use(first.id))
        #expect(decide(second, old: [first], known: first) == .adopt(second.id))
        #expect(
            decide(second, known: first)
                == .locked(.wrong(needed: first.id, found: second.id, isOverlooked: false)))
    }
}

@Suite("Vault: sealed texts")
struct SealedTextTests {
    @Test("a sealed text tells its key and its age, and prints as nothing")
    func form() throws {
        let key = VaultKey.random()
        let ring = Keyring(current: key, others: [])
        let sealed = try ring.seal(Secret("hunter2"), with: key, at: TestClock.start)
        let stored = try #require(String(sqlValue: sealed.sqlValue))
        let back = try #require(SealedText(sqlValue: .text(stored)))

        #expect(back == sealed && back.keyID == key.id)
        #expect(stored.hasPrefix("v1:\(key.id.text):gAAAAA"))
        #expect(back.since == TestClock.start)
        #expect(try ring.open(back)?.reveal() == "hunter2")
        var dumped = ""
        dump(back, to: &dumped)
        #expect(!"\(back)\(String(reflecting: back))\(dumped)".contains("gAAAA"))
    }

    @Test("a new key seals, and the age of a secret stays")
    func resealed() throws {
        let (old, new) = (VaultKey.random(), VaultKey.random())
        let sealed = try Keyring(current: old, others: []).seal(Secret("s"), with: old, at: TestClock.start)
        let ring = Keyring(current: new, others: [old])

        let fresh = try #require(try ring.resealed(sealed, with: new, at: TestClock.start + .seconds(9)))

        #expect(fresh.keyID == new.id && fresh.since == sealed.since)
        #expect(try Keyring(current: new, others: []).open(fresh)?.reveal() == "s")
        #expect(try Keyring(current: new, others: []).open(sealed) == nil)
    }

    @Test("a bare token of another program opens with whichever key is its own")
    func bare() throws {
        let (mine, theirs) = (VaultKey.random(), VaultKey.random())
        let token = try FernetToken.seal(Array("old".utf8), with: theirs.key, at: TestClock.start)
        let sealed = SealedText(stored: token)

        #expect(sealed.keyID == nil)
        #expect(try Keyring(current: mine, others: [theirs]).open(sealed)?.reveal() == "old")
        #expect(try Keyring(current: mine, others: []).open(sealed) == nil)
    }

    @Test("damaged texts are refused, never crash")
    func damaged() throws {
        let key = VaultKey.random()
        let ring = Keyring(current: key, others: [])
        for text in [
            "", "v1:", "v1:0123", "v1:\(key.id.text)", "v1:\(key.id.text):", "v1:\(key.id.text):gAAA", "ü",
            "v1:üüüüüüüüüüüüüüüü:x",
        ] {
            #expect(try ring.open(SealedText(stored: text)) == nil)
        }
    }
}

@Suite("Vault: the registry")
struct RegistryTests {
    @Test("every column of the registry is in the schema, with a name for each row", arguments: Engine.available)
    func columns(on engine: Engine) async throws {
        let store = try await engine.freshStore()

        let found = try await store.read { tx -> Int in
            var count = try SealedValues.survey(in: tx).count
            count += try SealedValues.locked(.empty, by: .contents, in: tx).count
            for column in SealedColumn.allCases {
                count += try SealedValues.notUnder(VaultKey.random().id, of: column, limit: 1, in: tx).count
            }
            return count
        }

        #expect(found == 0)
    }

    @Test("no column that sounds like a secret is outside of the registry")
    func nothingOutside() async throws {
        let words = ["password", "secret", "seed", "passphrase", "community", "credential", "private_key"]
        // Digests, and marks about a secret, hold none.
        let harmless = ["_hash", "_at", "_changed", "must_", "_key", "_id", "credentials"]
        let store = try await Engine.sqlite.freshStore()
        let registered = Set(SealedColumn.allCases.map { "\($0.place.table).\($0.place.column)" })

        let columns = try await store.read { tx in
            try tx.rows(
                """
                SELECT m.name AS table_name, p.name AS column_name, p.type AS type
                FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'
                """
            ).filter { try $0.get("type", as: String.self) == "TEXT" }
                .map { (try $0.get("table_name", as: String.self), try $0.get("column_name", as: String.self)) }
        }
        let suspects = columns.filter { _, column in
            words.contains { column.contains($0) } && !harmless.contains { column.contains($0) }
        }.map { "\($0.0).\($0.1)" }

        #expect(Set(suspects).subtracting(registered).isEmpty)
    }
}
