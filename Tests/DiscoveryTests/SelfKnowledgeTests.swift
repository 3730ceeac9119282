import Inventory
import JSONKit
import Kernel
import Persistence
import Probes
import Synchronization
import TestSupport
import Testing

@testable import Discovery

@Suite("Self-knowledge")
struct SelfKnowledgeTests {
    @Test("everything is taken over once; then everything is documented", arguments: Engine.available)
    func everything(on engine: Engine) async throws {
        let lab = try await SelfLab(engine)
        let before = try await lab.knowledge.look()

        let result = try await lab.accept(.all)
        let after = try await lab.knowledge.look()

        #expect(result.refused == [])
        #expect(result.created.count == before.comparison.proposals.count)
        #expect(after.comparison.proposals.allSatisfy { $0.action == .same }, "\(after.comparison.summary)")
        #expect(try await lab.accept(.all).created.isEmpty)
        #expect(try await lab.sources() == ["self"])
    }

    @Test("the machine, its gateway and neighbours, services and containers hang together", arguments: Engine.available)
    func connected(on engine: Engine) async throws {
        let lab = try await SelfLab(engine)

        _ = try await lab.accept(.all)

        let box = try #require(try await lab.id("hardware", "box"))
        let lan = try #require(try await lab.id("network", "192.168.1.0/24"))
        let gateway = try #require(try await lab.id("hardware", "Gateway 192.168.1.1"))
        let grafana = try #require(try await lab.id("compute_unit", "grafana"))
        let rows = try await lab.store.read { tx in
            let members = try tx.rows("SELECT member_id FROM network_memberships WHERE network_id = \(lan)").count
            let gateways = try tx.rows("SELECT gateway_hardware_id AS id FROM networks WHERE id = \(lan)")
            let services = try tx.rows("SELECT id FROM services WHERE runs_on_id = \(box)").count
            let inner = try tx.rows("SELECT id FROM services WHERE runs_on_id = \(grafana)").count
            let host = try tx.rows("SELECT hardware_id AS id FROM compute_units WHERE id = \(grafana)")
            return (
                members, try gateways.first?.get("id", as: Int64.self), services, inner,
                try host.first?.get("id", as: Int64.self)
            )
        }
        #expect(rows.0 == 4)
        #expect(rows.1 == gateway && rows.4 == box)
        #expect(rows.2 >= 5 && rows.3 == 1)
    }

    @Test("reading writes nothing to the inventory", arguments: Engine.available)
    func readingWritesNothing(on engine: Engine) async throws {
        let lab = try await SelfLab(engine)

        _ = try await lab.knowledge.look()
        _ = try await lab.knowledge.refresh()

        #expect(try await lab.sources().isEmpty)
    }

    @Test(
        "what a person wrote is left when all is taken over, and replaced when that line is",
        arguments: Engine.available)
    func personFirst(on engine: Engine) async throws {
        let lab = try await SelfLab(engine)
        let id = try await lab.make("hardware", ["name": "Box", "hostname": "box", "cpu": "an old one"])

        let all = try await lab.accept(.all)
        #expect(all.kept == 1)
        #expect(try await lab.text("hardware", id, "cpu") == "an old one")
        #expect(try await lab.text("hardware", id, "model") == "OptiPlex 7060")
        let open = try await lab.knowledge.look().comparison.shown.filter { $0.action == .change }
        #expect(open.map(\.key) == [HomeLab.machine])

        let one = try await lab.accept(.keys([HomeLab.machine]))
        #expect(one.changed.map(\.id) == [id])
        #expect(try await lab.text("hardware", id, "cpu") == "Intel Core i5-8500T")
        #expect(try await lab.text("objects", id, "name") == "Box")
    }

    @Test("a renamed object stays linked; one in the trash is proposed anew", arguments: Engine.available)
    func renamed(on engine: Engine) async throws {
        let lab = try await SelfLab(engine)
        _ = try await lab.accept(.keys(["device:192.168.1.77"]))
        let id = try #require(try await lab.id("hardware", "192.168.1.77"))
        try await lab.change("hardware", id, ["name": "Anna's phone", "ip_address": "192.168.1.99"])

        let phone = try #require(try await lab.proposal("device:192.168.1.77"))
        #expect(phone.object?.id == id && phone.name == "Anna's phone" && phone.action == .change)

        try await lab.store.write { tx in try tx.run("UPDATE objects SET deleted_at = 1 WHERE id = \(id)") }
        #expect(try await lab.proposal("device:192.168.1.77")?.action == .add)
    }

    @Test("what the inventory refuses is told, and the rest is taken over", arguments: Engine.available)
    func refused(on engine: Engine) async throws {
        let lab = try await SelfLab(engine) { report in
            report.services.value?.append(HomeLab.unit("long.service", "ok"))
            report.disks.value?[0].serial = "bad\u{7}serial"
        }

        let result = try await lab.accept(.all)

        #expect(result.refused.map(\.key) == ["disk:bad\u{7}serial"])
        #expect(try await lab.id("hardware", "box") != nil)
        await #expect(throws: AppError.self) { try await lab.accept(.keys(["disk:bad\u{7}serial"])) }
        await #expect(throws: AppError.self) { try await lab.accept(.keys(["device:gone"])) }
    }

    @Test("a name that is taken does not keep a network out", arguments: Engine.available)
    func takenName(on engine: Engine) async throws {
        let lab = try await SelfLab(engine)
        _ = try await lab.make("network", ["name": "192.168.1.0/24", "cidr": "10.99.0.0/24"])

        let result = try await lab.accept(.keys(["network:192.168.1.0/24"]))

        #expect(result.created.map(\.name) == ["192.168.1.0/24 (box)"])
    }

    @Test("a difference is told once, and again when it is another one", arguments: Engine.available)
    func told(on engine: Engine) async throws {
        let lab = try await SelfLab(engine)

        _ = try await lab.knowledge.refresh()
        _ = try await lab.knowledge.refresh()
        #expect(try await lab.told() == 1)

        try lab.change { $0.neighbours.value?.append(try HomeLab.neighbour("192.168.1.5", "00:11:32:00:00:05")) }
        _ = try await lab.knowledge.refresh()
        #expect(try await lab.told() == 2)

        _ = try await lab.accept(.keys(["device:00:11:32:00:00:05"]))
        #expect(try await lab.told() == 3)
    }

    @Test("two who take over everything at once write it once", arguments: Engine.available)
    func twoAtOnce(on engine: Engine) async throws {
        let lab = try await SelfLab(engine)
        let count = try await lab.knowledge.look().comparison.proposals.count

        async let one = lab.accept(.all)
        async let other = lab.accept(.all)
        let results = try await [one, other]

        #expect(results.map(\.created.count).sorted() == [0, count])
        #expect(results.allSatisfy { $0.refused.isEmpty })
    }

    @Test("what is hidden is named, with the command that grants it")
    func unseen() throws {
        var report = try HomeLab.report
        report.listeners.reason = "The programs behind 3 sockets belong to other users and are hidden."
        report.workloads.reason = "/run/docker.sock: the daemon may not read this socket."
        report.routes = ReportSection(reason: "The kernel did not answer in time.")

        let unseen = Unseen.all(of: report, omissions: ["12 more neighbours are not listed."])

        #expect(
            unseen.map(\.part) == [
                "Serial numbers", "Routes", "Listening programs", "Containers of docker", "Lists",
            ])
        #expect(unseen.map { $0.command != nil } == [true, false, true, true, false])
    }

    @Test("many who ask at once cause one reading")
    func singleFlight() async throws {
        let count = Mutex(0)
        let report = try HomeLab.report
        let newest = NewestReport {
            count.withLock { $0 += 1 }
            return report
        }

        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 { group.addTask { _ = try await newest.current() } }
            try await group.waitForAll()
        }

        #expect(count.withLock { $0 } == 1)
    }

    @Test("an older report does not replace a newer one")
    func newestStays() async throws {
        let report = try HomeLab.report
        var old = report
        old.readAt = Instant(milliseconds: 5)
        old.system.value?.hostname = "old"
        let newest = NewestReport { report }

        await newest.hold(report)
        await newest.hold(old)

        #expect(try await newest.current().report.system.value?.hostname == "box")
    }
}

/// Self-knowledge over a fresh store, with a made-up machine that a test can change.
struct SelfLab {
    let store: any Store
    let knowledge: SelfKnowledge
    private let report: ReportBox
    static let ada = Caller(name: "ada@example.org", id: 1, permissions: Role.editor.permissions)

    final class ReportBox: Sendable {
        let report: Mutex<MachineReport>
        init(_ report: MachineReport) { self.report = Mutex(report) }
    }

    init(_ engine: Engine, _ change: (inout MachineReport) throws -> Void = { _ in }) async throws {
        var first = try HomeLab.report
        try change(&first)
        let box = ReportBox(first)
        report = box
        store = try await engine.freshStore(clock: TestClock())
        knowledge = SelfKnowledge(
            store: store,
            newest: NewestReport(read: { box.report.withLock { $0 } }, vendors: { _ in HomeLab.vendors }))
    }

    func change(_ body: (inout MachineReport) throws -> Void) throws {
        try report.report.withLock { try body(&$0) }
    }

    func accept(_ choice: AcceptPlan.Choice) async throws -> Accepted {
        try await knowledge.accept(choice, by: Self.ada)
    }

    func proposal(_ key: String) async throws -> Proposal? { try await knowledge.look().comparison[key] }

    func make(_ kind: String, _ draft: JSONValue) async throws -> Int64 {
        let kind = try #require(Kind.named(kind))
        let draft = try #require(draft.objectValue)
        return try await store.write { tx in try ObjectWriter.create(kind, draft, by: Self.ada, in: tx) }
    }

    func change(_ kind: String, _ id: Int64, _ patch: JSONValue) async throws {
        let kind = try #require(Kind.named(kind))
        let patch = try #require(patch.objectValue)
        try await store.write { tx in _ = try ObjectWriter.update(kind, id: id, patch, by: Self.ada, in: tx) }
    }

    func id(_ kind: String, _ name: String) async throws -> Int64? {
        try await store.read { tx in
            try tx.rows("SELECT id FROM objects WHERE kind = \(kind) AND name = \(name) AND deleted_at IS NULL").first?
                .get("id")
        }
    }

    func text(_ table: String, _ id: Int64, _ column: String) async throws -> String? {
        try await store.read { tx in
            try tx.rows("SELECT \(identifier: column) AS value FROM \(identifier: table) WHERE id = \(id)").first?
                .optional("value")
        }
    }

    func sources() async throws -> [String] {
        try await store.read { tx in
            try tx.rows("SELECT DISTINCT source FROM objects ORDER BY source").map { try $0.get("source") }
        }
    }

    func told() async throws -> Int {
        try await store.read { tx in
            try tx.rows("SELECT id FROM outbox WHERE subject = 'discovery.self.changed'").count
        }
    }
}
