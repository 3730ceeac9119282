import AuditProof
import Kernel
import Persistence
import Schema
import TestSupport
import Testing

@Suite("Audit trail")
struct AuditTrailTests {
    private func filled(_ engine: Engine, rows: Int = 10) async throws -> (any Store, AuditTrail) {
        let clock = TestClock()
        let store = try await engine.freshStore(clock: clock)
        for row in 1...rows {
            let caller = Caller(
                name: row.isMultiple(of: 2) ? "Anna@example.org" : "ben@example.org", id: Int64(row % 2),
                permissions: [], address: "192.0.2.1", requestID: "r\(row)")
            try await store.write { tx in
                try tx.audit(
                    AuditEntry(
                        row == 3 ? "deleted" : "changed", severity: row == 3 ? .warning : .info,
                        entity: row <= 5 ? "hardware" : "user", id: Int64(row), name: "thing \(row)",
                        before: #"{"a":1}"#, after: #"{"a":2}"#),
                    by: caller)
            }
            clock.advance(by: .seconds(60))
        }
        return (store, AuditTrail(store))
    }

    @Test("pages go from the newest to the oldest", arguments: Engine.available)
    func pages(engine: Engine) async throws {
        let (_, trail) = try await filled(engine)

        let first = try await trail.page(limit: 4)
        let second = try await trail.page(limit: 4, before: first.next)
        let third = try await trail.page(limit: 4, before: second.next)

        #expect(first.records.map(\.id) == [10, 9, 8, 7])
        #expect(second.records.map(\.id) == [6, 5, 4, 3])
        #expect(third.records.map(\.id) == [2, 1])
        #expect(third.next == nil)
        #expect(first.records[0].actor == "Anna@example.org")
        #expect(first.records[0].after == #"{"a":2}"#)
    }

    @Test("filters narrow it down", arguments: Engine.available)
    func filters(engine: Engine) async throws {
        let (_, trail) = try await filled(engine)
        let ids = { @Sendable (filter: AuditFilter) in
            let records = try await trail.page(filter, limit: 100).records.map(\.id)
            #expect(try await trail.count(filter) == records.count)
            return records
        }

        #expect(try await ids(AuditFilter(entity: "hardware")) == [5, 4, 3, 2, 1])
        #expect(try await ids(AuditFilter(entity: "hardware", entityID: 4)) == [4])
        #expect(try await ids(AuditFilter(action: "deleted")) == [3])
        #expect(try await ids(AuditFilter(severity: "warning")) == [3])
        #expect(try await ids(AuditFilter(actor: "anna")) == [10, 8, 6, 4, 2])
        #expect(try await ids(AuditFilter(actor: "%")) == [])
        let start = TestClock.start
        #expect(try await ids(AuditFilter(from: start + .seconds(60), to: start + .seconds(120))) == [3, 2])
    }

    @Test("batches hold everything once, in order", arguments: Engine.available)
    func batches(engine: Engine) async throws {
        let (_, trail) = try await filled(engine)

        var sizes: [Int] = []
        var ids: [Int64] = []
        for try await batch in trail.batches(size: 4) {
            sizes.append(batch.count)
            ids += batch.map(\.id)
        }

        #expect(sizes == [4, 4, 2])
        #expect(ids == Array(1...10))
    }

    @Test("the chain is sound under ten writers", arguments: Engine.available)
    func concurrent(engine: Engine) async throws {
        let store = try engine.freshPlaceStore()
        try await Migrator(store).migrate()

        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<10 {
                group.addTask {
                    for round in 0..<10 { try await store.emit([writer * 10 + round]) }
                }
            }
            try await group.waitForAll()
        }
        let verdict = try await AuditTrail(store).verify(batch: 7)

        #expect(verdict.isSound)
        #expect(verdict.rows == 100)
        #expect(verdict.head.hash == (try await AuditTrail(store).page(limit: 1).records[0].hash))
        try await store.close()
    }

    @Test("an empty trail is sound", arguments: Engine.available)
    func empty(engine: Engine) async throws {
        let verdict = try await AuditTrail(try await engine.freshStore()).verify()

        #expect(verdict.isSound)
        #expect(verdict.rows == 0)
        #expect(verdict.head.hash == ChainLink.origin.hash)
    }

    struct Tampering: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let statements: [SQL]
        let broken: Int64
        let rows: Int
    }

    static let tamperings = [
        Tampering(
            testDescription: "contents changed", statements: ["UPDATE audit_log SET actor = 'nobody' WHERE id = 4"],
            broken: 4, rows: 3),
        Tampering(
            testDescription: "severity changed to a word nobody uses",
            statements: ["UPDATE audit_log SET severity = 'none' WHERE id = 4"], broken: 4, rows: 3),
        Tampering(
            testDescription: "moment changed", statements: ["UPDATE audit_log SET at = at + 1 WHERE id = 1"],
            broken: 1, rows: 0),
        Tampering(
            testDescription: "removed", statements: ["DELETE FROM audit_log WHERE id = 4"], broken: 5, rows: 3),
        Tampering(
            testDescription: "the newest removed", statements: ["DELETE FROM audit_log WHERE id = 10"], broken: 10,
            rows: 9),
        Tampering(testDescription: "all removed", statements: ["DELETE FROM audit_log"], broken: 1, rows: 0),
        Tampering(
            testDescription: "two swapped",
            statements: [
                "UPDATE audit_log SET id = 99 WHERE id = 4", "UPDATE audit_log SET id = 4 WHERE id = 5",
                "UPDATE audit_log SET id = 5 WHERE id = 99",
            ], broken: 4, rows: 3),
        Tampering(
            testDescription: "one added",
            statements: [
                """
                INSERT INTO audit_log (id, at, actor, actor_kind, address, request_id, action, severity, entity,
                    entity_name, previous_hash, hash)
                SELECT 11, at, actor, actor_kind, address, request_id, action, severity, entity, entity_name, hash, hash
                FROM audit_log WHERE id = 10
                """,
                "UPDATE audit_end SET last_id = 11",
            ], broken: 11, rows: 10),
        Tampering(
            testDescription: "one added behind the end",
            statements: [
                """
                INSERT INTO audit_log (id, at, actor, actor_kind, address, request_id, action, severity, entity,
                    entity_name, previous_hash, hash)
                SELECT 11, at, actor, actor_kind, address, request_id, action, severity, entity, entity_name, hash, hash
                FROM audit_log WHERE id = 10
                """
            ], broken: 11, rows: 10),
        Tampering(
            testDescription: "the end forged", statements: ["UPDATE audit_end SET hash = 'x'"], broken: 11, rows: 10),
    ]

    @Test("whoever touches a row is found", arguments: Engine.available, tamperings)
    func tampered(engine: Engine, tampering: Tampering) async throws {
        let (store, trail) = try await filled(engine)

        try await store.write { tx in for statement in tampering.statements { try tx.run(statement) } }
        let verdict = try await trail.verify(batch: 3)

        #expect(!verdict.isSound)
        #expect(verdict.firstBroken?.id == tampering.broken, "\(String(describing: verdict.firstBroken))")
        #expect(verdict.rows == tampering.rows)
    }

    @Test("pages and filters use an index", arguments: Engine.available)
    func plans(engine: Engine) async throws {
        let store = try await engine.freshStore()
        // PostgreSQL prefers to scan a small table; an analysed large one tells the truth.
        guard engine == .sqlite else { return }

        let entity = try await store.queryPlan(
            "SELECT * FROM audit_log WHERE entity = \("user") AND entity_id = \(1) ORDER BY id DESC LIMIT 50")
        let time = try await store.queryPlan("SELECT count(*) FROM audit_log WHERE at >= \(1) AND at <= \(2)")
        let newest = try await store.queryPlan("SELECT * FROM audit_log WHERE id < \(9) ORDER BY id DESC LIMIT 50")

        #expect(entity.contains("audit_log_by_entity") && !entity.contains("TEMP B-TREE"))
        #expect(time.contains("audit_log_by_time"))
        #expect(newest.contains("PRIMARY KEY"))
    }
}
