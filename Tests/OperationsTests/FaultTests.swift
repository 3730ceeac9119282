import Kernel
import Logging
import Persistence
import TestSupport
import Testing

@testable import Operations

@Suite("Faults")
struct FaultTests {
    private func refusal(_ trouble: DatabaseTrouble) -> AppError {
        AppError(.unavailable, "It is so.", cause: PersistenceError.unavailable(trouble, "It is so."))
    }

    @Test("every trouble has a name of its own and a cure", arguments: DatabaseTrouble.allCases)
    func names(_ trouble: DatabaseTrouble) {
        let item = HealthItem(trouble: trouble, message: "It is so.")

        #expect(item.id.hasPrefix("database-") && item.severity == .failing)
        #expect(item.message.hasPrefix("It is so. ") && item.message.hasSuffix("."))
        #expect(Set(DatabaseTrouble.allCases.map(\.healthID)).count == DatabaseTrouble.allCases.count)
    }

    @Test("a trouble of writes stays until a write works; reads say nothing about it", arguments: Engine.available)
    func stays(_ engine: Engine) async throws {
        let watch = DatabaseWatch(try await engine.freshStore(), logger: Logger(label: "test"))

        watch.failed(refusal(.full), isWrite: true)
        watch.succeeded(isWrite: false)
        #expect(watch.health?.id == "database-full")
        watch.succeeded(isWrite: true)
        #expect(watch.health == nil)

        watch.failed(refusal(.unreachable), isWrite: false)
        #expect(watch.health?.id == "database-unreachable")
        watch.succeeded(isWrite: false)
        #expect(watch.health == nil)
    }

    @Test("nothing but the database's own troubles counts", arguments: Engine.available)
    func others(_ engine: Engine) async throws {
        let watch = DatabaseWatch(try await engine.freshStore(), logger: Logger(label: "test"))

        watch.failed(AppError(.invalid, "no"), isWrite: true)
        watch.failed(PersistenceError.driver("no such table"), isWrite: true)
        watch.failed(refusal(.closed), isWrite: true)

        #expect(watch.health == nil)
    }

    @Test("damage stays until the engine finds none", arguments: Engine.available)
    func damage(_ engine: Engine) async throws {
        let watch = DatabaseWatch(try await engine.freshStore(), logger: Logger(label: "test"))

        watch.failed(refusal(.damaged), isWrite: false)
        watch.succeeded(isWrite: true)
        #expect(watch.health?.id == "database-damaged")
        await watch.askAgain()

        #expect(watch.health == nil)
    }

    @Test("a clock that jumps, either way, and one that is behind what was written")
    func clock() {
        let start = ContinuousClock.now
        let morning = Instant(milliseconds: 1_790_000_000_000)
        func judge(_ moved: Duration, newest: Instant? = nil) -> HealthItem {
            let judge = ClockJudge()
            _ = judge.item(now: morning, elapsed: start, newest: nil)
            return judge.item(now: morning + .seconds(10) + moved, elapsed: start + .seconds(10), newest: newest)
        }

        #expect(judge(.zero).severity == .ok)
        #expect(judge(.seconds(20)).severity == .ok)
        #expect(judge(.seconds(3_600 * 7)).message.contains("ahead by 7 h"))
        #expect(judge(.seconds(-600)).message.contains("back by 10 min"))
        #expect(judge(.seconds(-600), newest: morning).message.contains("behind the newest entry"))
        #expect(judge(.zero, newest: morning + .seconds(10)).severity == .ok)
    }

    @Test("a jump is forgotten after a quarter of an hour")
    func forgotten() {
        let judge = ClockJudge()
        let start = ContinuousClock.now
        let morning = Instant(milliseconds: 1_790_000_000_000)
        _ = judge.item(now: morning, elapsed: start, newest: nil)
        _ = judge.item(now: morning + .seconds(3_600), elapsed: start, newest: nil)

        let later = judge.item(
            now: morning + .seconds(3_600 + 901), elapsed: start + .seconds(901), newest: nil)

        #expect(later.severity == .ok)
    }

    @Test(
        "free space is said as people read sizes",
        arguments: [
            (480 << 20, "480 MiB"), (1536 << 20, "1.5 GiB"), (56_217 << 20, "55 GiB"), (2 << 40, "2 TiB"),
            (1023 << 10, "1 MiB"),
            (0, "0 MiB"), (9 << 30, "9 GiB"),
        ] as [(UInt64, String)])
    func sizes(_ bytes: UInt64, _ words: String) {
        #expect(HealthChecks.diskItem(freeBytes: bytes).message.hasPrefix("\(words) are free for data."))
    }

    @Test("open files", arguments: [(700, HealthItem.Severity.ok), (850, .warning), (970, .failing)])
    func openFiles(_ open: Int, _ severity: HealthItem.Severity) {
        #expect(HealthChecks.openFilesItem(open: open, limit: 1_000).severity == severity)
    }
}
