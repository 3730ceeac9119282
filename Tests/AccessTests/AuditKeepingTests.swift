import AuditProof
import Foundation
import JSONKit
import Kernel
import Persistence
import Schema
import TestSupport
import Testing

@testable import Access

@Suite("Keeping the history")
struct AuditKeepingTests {
    /// Rows 1 and 2 are set-up's; then forty, a day apart. Midnight is not far: the clock begins at 14:13.
    private func filled(_ engine: Engine) async throws -> (AccessHouse, Visitor) {
        let (house, _) = try await AccessHouse.ready(engine)
        for number in 1...40 {
            house.clock.advance(by: .seconds(86_400))
            try await house.store.write { tx in
                try tx.audit(
                    AuditEntry(
                        "changed", entity: "hardware", id: Int64(number), before: #"{"a":1}"#, after: #"{"a":2}"#),
                    by: .system)
            }
        }
        return (house, try await house.signIn("ada@example.org", AccessHouse.password))
    }

    private func check(_ export: String, key: String? = nil) -> ExportCheck.Verdict {
        var check = ExportCheck(publicKey: key)
        for line in export.utf8.split(separator: UInt8(ascii: "\n")) { check.take(line: line) }
        return check.verdict()
    }

    private func verify(_ visitor: Visitor) async throws -> (isSound: Bool, broken: Int64?, rows: Int64?) {
        let answer = try await visitor.get("admin/audit-log/verify-chain")
        return (
            answer["ok"] == true, answer["first_broken"]?.objectValue?["id"]?.integerValue,
            answer["rows"]?.integerValue
        )
    }

    @Test("a rule takes old rows, signs for them, and what stays verifies", arguments: Engine.available)
    func rule(engine: Engine) async throws {
        let (house, ada) = try await filled(engine)
        #expect(try await ada.put("admin/audit-log/retention", #"{"keep_days":10,"at_hour":2}"#).status == 200)

        await house.access.keeping.upkeep.runDue()

        let state = try await ada.get("admin/audit-log/retention")
        let checkpoint = try #require(state["checkpoint"]?.objectValue)
        // Rows 3 to 42 are a day apart; the newest ten days stay.
        #expect(checkpoint["id"] == 31 && checkpoint["removed"] == 31)
        #expect(state["outcome"] == "31 rows were removed.")
        #expect(state["next_at"]?.stringValue == "2026-11-01T02:00:00.000Z")
        let items = try await ada.get("admin/audit-log?limit=200").items.compactMap(\.objectValue)
        #expect(items.last?["id"] == 32)
        #expect(items.first?["action"] == "trimmed" && items.first?["actor"] == "system")
        #expect(items.first?["after"]?.objectValue?["to_id"] == 31)
        let verdict = try await verify(ada)
        #expect(verdict.isSound && verdict.rows == Int64(items.count))
        let export = try await ada.get("admin/audit-log/export?format=jsonl").text
        let offline = check(export, key: state["public_key"]?.stringValue)
        #expect(offline.flaw == nil && offline.rows == items.count && offline.checkpoint?.link.id == 31)
        await house.access.keeping.upkeep.runDue()
        #expect(try await ada.get("admin/audit-log?limit=1").items.first?.objectValue?["id"] == items.first?["id"])
    }

    @Test("rules that make no sense are refused, and only a person with a fresh proof may set one")
    func refusals() async throws {
        let (house, ada) = try await filled(.sqlite)
        let viewer = try await house.person(ada, .editor)

        #expect(
            try await ada.put("admin/audit-log/retention", #"{"keep_days":0,"at_hour":24}"#).fields == [
                "at_hour", "keep_days",
            ])
        #expect(try await viewer.get("admin/audit-log/retention").status == 200)
        #expect(try await viewer.put("admin/audit-log/retention", #"{"keep_days":5}"#).status == 403)
        #expect(try await viewer.post("admin/audit-log/retention/run", "{}").status == 403)
        #expect(try await ada.post("admin/audit-log/retention/run", "{}").status == 409)
        house.clock.advance(by: .seconds(7200))
        #expect(try await ada.put("admin/audit-log/retention", #"{"keep_days":5}"#).status == 403)
    }

    struct Tampering: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let statements: [SQL]
        let broken: Int64
    }

    /// Behind the checkpoint at row 31; rows 32 to 42 are the old ones, then follow those of the sign-in and the cut.
    static let tamperings = [
        Tampering(
            testDescription: "edited", statements: ["UPDATE audit_log SET actor = 'eve' WHERE id = 36"], broken: 36),
        Tampering(
            testDescription: "the first edited", statements: ["UPDATE audit_log SET at = at + 1 WHERE id = 32"],
            broken: 32),
        Tampering(testDescription: "deleted", statements: ["DELETE FROM audit_log WHERE id = 36"], broken: 37),
        Tampering(
            testDescription: "the first deleted", statements: ["DELETE FROM audit_log WHERE id = 32"], broken: 33),
        Tampering(
            testDescription: "reordered",
            statements: [
                "UPDATE audit_log SET id = 99 WHERE id = 36", "UPDATE audit_log SET id = 36 WHERE id = 37",
                "UPDATE audit_log SET id = 37 WHERE id = 99",
            ], broken: 36),
        Tampering(testDescription: "inserted below the cut", statements: [copy(of: 36, as: 12)], broken: 12),
        Tampering(testDescription: "inserted right below the cut", statements: [copy(of: 36, as: 31)], broken: 31),
        Tampering(testDescription: "inserted under number 0", statements: [copy(of: 36, as: 0)], broken: 0),
        Tampering(testDescription: "inserted under a negative number", statements: [copy(of: 36, as: -7)], broken: -7),
        Tampering(
            testDescription: "the checkpoint moved",
            statements: [
                "UPDATE audit_checkpoints SET last_id = 33, hash = (SELECT hash FROM audit_log WHERE id = 33)",
                "DELETE FROM audit_log WHERE id <= 33",
            ], broken: 34),
        Tampering(testDescription: "the checkpoint removed", statements: ["DELETE FROM audit_checkpoints"], broken: 32),
    ]

    private static func copy(of id: Int64, as number: Int64) -> SQL {
        """
        INSERT INTO audit_log (id, at, actor, actor_kind, address, request_id, action, severity, entity, entity_name,
            previous_hash, hash)
        SELECT \(number), at, actor, actor_kind, address, request_id, action, severity, entity, entity_name,
            previous_hash, hash
        FROM audit_log WHERE id = \(id)
        """
    }

    @Test(
        "after retention, too, whoever touches a row is found, online and offline", arguments: Engine.available,
        tamperings)
    func tampered(engine: Engine, tampering: Tampering) async throws {
        let (house, ada) = try await filled(engine)
        _ = try await ada.put("admin/audit-log/retention", #"{"keep_days":10}"#)
        #expect(try await ada.post("admin/audit-log/retention/run", "{}")["removed"] == 31)
        #expect(try await verify(ada).isSound)

        try await house.store.write { tx in for statement in tampering.statements { try tx.run(statement) } }

        let verdict = try await verify(ada)
        #expect(!verdict.isSound)
        #expect(verdict.broken == tampering.broken)
        let offline = check(try await ada.get("admin/audit-log/export?format=jsonl").text)
        #expect(offline.flaw?.id == tampering.broken, "\(String(describing: offline.flaw))")
        // A history that does not hold is not shortened: the evidence stays.
        let refused = try await ada.post("admin/audit-log/retention/run", "{}")
        #expect(refused.status == 409)
    }

    @Test("a removal that was interrupted goes on, and verifies meanwhile", arguments: Engine.available)
    func interrupted(engine: Engine) async throws {
        let (house, ada) = try await filled(engine)
        let rows = try await house.access.keeping.trail.page(limit: 100).records.filter { $0.id <= 31 && $0.id > 20 }
        _ = try await ada.put("admin/audit-log/retention", #"{"keep_days":10}"#)
        _ = try await ada.post("admin/audit-log/retention/run", "{}")
        // As a crash after the first batch would have left it.
        try await house.store.write { tx in
            for row in rows {
                try tx.run(
                    """
                    INSERT INTO audit_log (id, at, actor, actor_kind, actor_id, address, request_id, action, severity,
                        entity, entity_id, entity_name, before_json, after_json, previous_hash, hash)
                    VALUES (\(row.id), \(row.at), \(row.actor), \(row.actorKind), \(row.actorID), \(row.address),
                        \(row.requestID), \(row.action), \(row.severity), \(row.entity), \(row.entityID),
                        \(row.entityName), \(row.before), \(row.after), \(row.previousHash), \(row.hash))
                    """)
            }
        }

        #expect(try await verify(ada).isSound)
        await house.access.keeping.upkeep.runDue()

        #expect(try await verify(ada).isSound)
        let first = try await house.store.read { try $0.one("SELECT min(id) FROM audit_log").integer(0) }
        #expect(first == 32)
    }

    @Test("cutting twice keeps one chain, and the newest row always stays", arguments: Engine.available)
    func twice(engine: Engine) async throws {
        let (house, ada) = try await filled(engine)
        _ = try await ada.put("admin/audit-log/retention", #"{"keep_days":30}"#)
        _ = try await ada.post("admin/audit-log/retention/run", "{}")
        let before = RFC3339.text((house.clock.now + .seconds(1)).milliseconds)

        let cut = try await ada.post("admin/audit-log/retention/run", #"{"older_than":"\#(before)"}"#)

        #expect(cut.status == 200)
        let items = try await ada.get("admin/audit-log?limit=200").items
        #expect(items.count == 2)
        let verdict = try await verify(ada)
        #expect(verdict.isSound && verdict.rows == 2)
    }

    @Test(
        "the file of anchors finds a history that was written anew, and one cut off at its end",
        arguments: Engine.available)
    func anchorFile(engine: Engine) async throws {
        let place = try engine.freshPlace()
        let clock = TestClock()
        let store = try place.open(clock: clock)
        try await Migrator(store).migrate()
        let keys = ChainKeys(store: store, vault: GlassVault())
        let file = place.folder + "/anchors.jsonl"
        let anchors = AuditAnchors(store: store, keys: keys, clock: clock, file: file)
        for number in 1...3 {
            try await store.write { try $0.audit(AuditEntry("changed", entity: "x", id: Int64(number)), by: .system) }
            try await anchors.dropIfDue()
            try await anchors.dropIfDue()
            clock.advance(by: .seconds(86_401))
        }
        let trail = AuditTrail(store)

        #expect(try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").count == 3)
        #expect(try anchors.fromFile().map(\.link.id) == [1, 2, 3])
        #expect(try await trail.verify(signers: try await keys.signers(), anchors: try anchors.fromFile()).isSound)
        try await store.write { tx in
            try tx.run("DELETE FROM audit_anchors")
            try tx.run("DELETE FROM audit_log WHERE id = 3")
            try tx.run("UPDATE audit_end SET last_id = 2, hash = (SELECT hash FROM audit_log WHERE id = 2)")
        }
        #expect(try await trail.verify(signers: try await keys.signers()).isSound)
        let cut = try await trail.verify(signers: try await keys.signers(), anchors: try anchors.fromFile())
        #expect(cut.firstBroken?.id == 3)
        try await store.close()
    }

    @Test("a key that went with the vault is replaced in sight of everybody", arguments: Engine.available)
    func lostKey(engine: Engine) async throws {
        let (house, ada) = try await filled(engine)
        _ = try await ada.put("admin/audit-log/retention", #"{"keep_days":10}"#)
        _ = try await ada.post("admin/audit-log/retention/run", "{}")
        try await house.store.write { try $0.run("UPDATE audit_keys SET seed_sealed = 'of another vault'") }

        _ = try await ada.get("admin/audit-log/export?format=jsonl")

        #expect(try await verify(ada).isSound)
        let newest = try await ada.get("admin/audit-log?limit=1").items.first?.objectValue
        #expect(newest?["action"] == "key_replaced" && newest?["severity"] == "critical")
    }

    @Test("a signature of somebody else's key is not believed", arguments: Engine.available)
    func foreignKey(engine: Engine) async throws {
        let (house, ada) = try await filled(engine)
        _ = try await ada.put("admin/audit-log/retention", #"{"keep_days":10}"#)
        _ = try await ada.post("admin/audit-log/retention/run", "{}")
        let foreign = ChainKey()
        try await house.store.write { tx in
            let last = try tx.one("SELECT id, hash FROM audit_log WHERE id = 35")
            let link = ChainLink(id: try last.integer(0), hash: try last.text(1))
            try tx.run("DELETE FROM audit_log WHERE id <= 35")
            try tx.run("DELETE FROM audit_checkpoints")
            try ChainStatements.insert(
                ChainStatement(kind: .checkpoint, link: link, removed: 35, at: tx.now, by: foreign), in: tx)
            try tx.run(
                """
                INSERT INTO audit_keys (made_at, public_key, seed_sealed)
                VALUES (\(tx.now), \(foreign.publicKey), 'locked')
                """)
        }

        let verdict = try await verify(ada)

        #expect(!verdict.isSound && verdict.broken == 36)
    }

    @Test("the hour of the rule comes once a day")
    func hours() {
        var rule = RetentionRule(keepDays: 30, hour: 3)
        let day = Instant(milliseconds: 1_790_035_200_000)  // midnight
        #expect(rule.isDue(at: day))
        rule.ranAt = day + .seconds(3 * 3600)
        #expect(!rule.isDue(at: day + .seconds(26 * 3600)))
        #expect(rule.isDue(at: day + .seconds(27 * 3600)))
        rule.keepDays = nil
        #expect(!rule.isDue(at: day + .seconds(400 * 3600)) && rule.next(after: day) == nil)
    }
}
