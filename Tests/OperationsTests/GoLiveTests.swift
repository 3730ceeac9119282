import Doctor
import JSONKit
import Kernel
import Persistence
import TestSupport
import Testing

@testable import Operations

@Suite("Before going live")
struct GoLiveTests {
    private func goLive(_ engine: Engine) async throws -> (GoLive, any Store) {
        let clock = TestClock()
        let store = try await engine.freshStore(clock: clock)
        return (GoLive(store: store, clock: clock), store)
    }

    @Test("a run holds the lines of every proof, is kept, and is a row of the history", arguments: Engine.available)
    func runs(engine: Engine) async throws {
        let (goLive, store) = try await goLive(engine)
        goLive.register("one") { [Finding("one", .ok, "It holds.")] }
        goLive.register("two") { [Finding("two", .warn, "It could be better.", mend: "Mend it.")] }

        let report = try await goLive.run(by: .system)

        #expect(report.findings.map(\.id) == ["one", "two"])
        #expect(report.at == TestClock.start)
        #expect(goLive.latest == report)
        let row = try await store.read { try $0.one("SELECT action, entity, after_json FROM audit_log") }
        #expect(try row.text(0) == "checked" && row.text(1) == "go_live")
        #expect(try row.text(2) == #"{"ok":1,"warn":1,"bad":0,"unknown":0}"#)
    }

    @Test("a proof that breaks is a bad line with a way on, and the others are told")
    func breaks() async throws {
        let (goLive, _) = try await goLive(.sqlite)
        goLive.register("one") { throw AppError(.unavailable, "The database is away.") }
        goLive.register("two") { [Finding("two", .ok, "It holds.")] }

        let report = try await goLive.prove()

        #expect(report.findings.map(\.state) == [.bad, .ok])
        #expect(report.findings[0].why == "The database is away." && report.findings[0].mend != nil)
        #expect(goLive.latest == nil)
    }

    @Test("one run at a time, and another after it")
    func once() async throws {
        let (goLive, _) = try await goLive(.sqlite)
        goLive.register("nested") {
            let error = await #expect(throws: AppError.self) { try await goLive.prove() }
            #expect(error?.kind == .conflict)
            return []
        }

        _ = try await goLive.prove()
        _ = try await goLive.prove()
    }
}
