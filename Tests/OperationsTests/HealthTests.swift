import Kernel
import Logging
import ServiceLifecycle
import Synchronization
import Testing

@testable import Operations

@Suite("Health")
struct HealthTests {
    private struct Trouble: Error {}

    private func item(_ id: String, _ severity: HealthItem.Severity = .ok) -> HealthItem {
        HealthItem(id: id, severity: severity, message: "\(id) is \(severity.rawValue).")
    }

    @Test("the report holds checks and standing items, the worst first")
    func reports() async {
        let checks = HealthChecks()
        checks.register("database", trouble: "-") { item("database") }
        checks.register("bus", trouble: "-") { item("bus", .notice) }
        checks.set(item("certificate", .warning))

        let items = await checks.report()

        #expect(items.map(\.id) == ["certificate", "bus", "database"])
        #expect(items.isReady)
        #expect(items.status == .warning)
        #expect(checks.latest == items)
    }

    @Test("a check that throws or does not answer in time is failing with its sentence")
    func fails() async {
        let checks = HealthChecks(patience: .milliseconds(20))
        checks.register("throws", trouble: "It broke.") { throw Trouble() }
        checks.register("hangs", trouble: "It hangs.") {
            try await Task.sleep(for: .seconds(60))
            return item("hangs")
        }

        let items = await checks.report()

        #expect(items.map(\.message) == ["It hangs.", "It broke."])
        #expect(!items.isReady)
    }

    @Test("a standing item lasts until it is cleared")
    func clears() async {
        let checks = HealthChecks()
        checks.set(item("certificate", .failing))
        checks.set(item("certificate", .warning))
        #expect(await checks.report().status == .warning)

        checks.clear("certificate")

        #expect(await checks.report().isEmpty)
    }

    @Test("the watch tells of a change and only of a change")
    func watches() async {
        let checks = HealthChecks()
        let beats = Mutex(0)
        checks.register("database", trouble: "-") {
            let beat = beats.withLock { beats in
                beats += 1
                return beats
            }
            return item("database", beat < 4 ? .ok : .failing)
        }
        let (told, continuation) = AsyncStream.makeStream(of: [HealthItem].self)
        let watch = HealthWatch(checks, every: .milliseconds(1), logger: Logger(label: "test")) { items in
            continuation.yield(items)
        }

        let severities = await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await watch.run() }
            var severities: [HealthItem.Severity] = []
            for await items in told {
                severities.append(items.status)
                if severities.count == 2 { break }
            }
            group.cancelAll()
            return severities
        }

        #expect(severities == [.ok, .failing])
        #expect(beats.withLock { $0 } >= 4)
    }
}
