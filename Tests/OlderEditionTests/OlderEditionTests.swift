import Access
import Crypto
import Fernet
import Foundation
import JSONKit
import Kernel
import Persistence
import SecretVault
import TestSupport
import Testing

@testable import OlderEdition

/// Seals seeds in a way that shows.
private struct GlassSeeds: SeedVault {
    func seal(_ seed: Secret<String>, in tx: any Session) throws -> String { "glass:" + seed.reveal() }
    func open(_ sealed: String) throws -> Secret<String> { Secret(String(sealed.dropFirst(6))) }
}

@Suite("OlderEdition")
struct OlderEditionTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func importer(_ engine: Engine) async throws -> (OlderImport, any Store) {
        let store = try await engine.freshStore()
        let vault = SecretVault(store: store, folder: folder.path)
        try await vault.begin()
        return (OlderImport(store: store, vault: vault, seeds: GlassSeeds(), folder: folder.path), store)
    }

    private func export(_ text: String) throws -> OlderImport.Wish {
        let path = folder.path + "/export.json"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return OlderImport.Wish(file: path)
    }

    private static let small = """
        {"version": 2, "hardware": [
            {"id": 1, "name": "nas", "memory_gb": 16, "ip_address": "not an address", "role": "ip_camera", "colour": "red"},
            {"id": 2, "name": "switch", "telemetry_config": {"snmp_community": "verysecret", "port": 161}}],
         "services": [{"id": 4, "name": "files", "slug": "files", "hardware_id": 1, "ports": "445/tcp"},
            {"id": 5, "name": "lost", "slug": "lost", "hardware_id": 99}],
         "tags": [{"id": 1, "name": "quiet"}], "entity_tags": [{"entity_type": "hardware", "entity_id": 1, "tag_id": 1}],
         "surprises": [{"id": 1, "what": "nobody knows", "api_key": "hush"}]}
        """

    @Test(
        "an export arrives, with what does not fit beside it and the rest in the leftovers", arguments: Engine.available
    )
    func export(_ engine: Engine) async throws {
        let (importer, store) = try await importer(engine)
        var wish = try export(Self.small)
        wish.leftovers = folder.path + "/left.jsonl"

        let report = try await importer.run(wish, by: .system)

        let rows = try await store.read { tx in
            try tx.rows(
                "SELECT o.name, h.memory_mb, h.role, h.ip_address, o.custom FROM hardware h JOIN objects o ON o.id = h.id ORDER BY o.name"
            )
        }
        #expect(try rows.map { try $0.text(0) } == ["nas", "switch"])
        #expect(try rows[0].integer(1) == 16_384)
        #expect(try rows[0].text(2) == "camera")
        #expect(try rows[0].text(4).contains("not an address"))
        #expect(try rows[0].text(4).contains("red"))
        #expect(try !rows[1].text(4).contains("verysecret"))
        #expect(report.secretsOpened == 1)
        #expect(
            report.table("services")?.columns.contains { $0.name == "hardware_id" && $0.fate == "no place" } == true)
        #expect(report.table("surprises")?.left == 1)
        let left = try String(contentsOfFile: folder.path + "/left.jsonl", encoding: .utf8)
        #expect(left.contains("nobody knows"))
        #expect(!left.contains("hush") && !left.contains("verysecret"))
    }

    @Test("a second import changes nothing, and a dry run neither", arguments: Engine.available)
    func twice(_ engine: Engine) async throws {
        let (importer, store) = try await importer(engine)
        let wish = try export(Self.small)
        var dry = wish
        dry.isDry = true
        func count() async throws -> [Int64] {
            try await store.read { tx in
                try ["objects", "audit_log", "kept_secrets", "older_rows"].map {
                    try tx.one("SELECT count(*) FROM \(identifier: $0)").integer(0)
                }
            }
        }

        let before = try await count()
        let promised = try await importer.run(dry, by: .system)
        #expect(try await count() == before)
        let first = try await importer.run(wish, by: .system)
        let after = try await count()
        let second = try await importer.run(wish, by: .system)

        #expect(promised.made == first.made && first.made > 4)
        #expect(promised.table("hardware")?.columns == first.table("hardware")?.columns)
        #expect(second.made == 0 && second.known == first.known + 6)
        #expect(try await count() == after)
    }

    @Test("what is no database and no export of the older edition is refused with a sentence")
    func foreign() async throws {
        let (importer, _) = try await importer(.sqlite)
        for text in ["", "{}", "[1]", #"{"version": 3}"#, "SQLite format 3\0 nothing follows"] {
            let wish = try export(text)
            await #expect(throws: AppError.self) { try await importer.run(wish, by: .system) }
        }
    }

    @Test("a key is found in a file of its own and in an environment file")
    func keys() {
        let key = FernetKey.random()
        let text = key.text.reveal()

        #expect(OldSecrets.key(inFile: text + "\n") == key)
        #expect(OldSecrets.key(inFile: "A=1\nexport CB_VAULT_KEY=\"\(text)\"\n") == key)
        #expect(OldSecrets.key(inFile: "nothing") == nil)
    }
}
