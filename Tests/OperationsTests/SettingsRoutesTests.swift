import JSONKit
import Kernel
import Logging
import Persistence
import Synchronization
import TestSupport
import Testing

@testable import Operations

@Suite("Settings routes")
struct SettingsRoutesTests {
    struct Lab {
        let store: any Store
        let module: OperationsModule
        let routes: RouteHarness

        init(_ engine: Engine) async throws {
            store = try await engine.freshStore(clock: TestClock())
            let module = OperationsModule(store: store, version: "1.0", logger: Logger(label: "test"))
            try await module.settings.load()
            routes = try RouteHarness { module.register(in: &$0) }
            self.module = module
        }

        func events() async throws -> [String] {
            try await store.read { tx in
                try tx.rows("SELECT subject FROM outbox ORDER BY id").map { try $0.get("subject") }
            }
        }
    }

    @Test("before the first change the defaults are read, with their revision", arguments: Engine.available)
    func defaults(on engine: Engine) async throws {
        let lab = try await Lab(engine)

        let answer = try await lab.routes.get("settings", as: .viewer)

        #expect(answer.status == 200)
        #expect(answer.header("etag") == "\"1\"")
        let settings = try #require(try answer.json().objectValue)
        #expect(settings["profile"] == "lab")
        #expect(settings["open_reading"] == false)
        #expect(settings["city"] == .null)
        #expect(settings["foreign_origins"] == ["gravatar": true, "google_fonts": true, "open_meteo": true])
        #expect(settings["revision"] == 1)
    }

    @Test("a change is kept, told and written into the trail", arguments: Engine.available)
    func changes(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        let told = Mutex<[AppSettings]>([])
        lab.module.settings.observe { settings in told.withLock { $0.append(settings) } }

        let answer = try await lab.routes.patch(
            "settings", #"{"profile": "hardened", "city": "Graz", "latitude": 47.07, "longitude": 15.44}"#, revision: 1)

        #expect(answer.status == 200, "\(answer.text)")
        #expect(answer.header("etag") == "\"2\"")
        #expect(told.withLock { $0.map(\.profile) } == [.lab, .hardened])
        #expect(try await lab.events() == ["operations.settings.changed"])
        let again = Settings(store: lab.store)
        #expect(try await again.load() == lab.module.settings.current)
        #expect(again.current.latitude == 47.07)
        let trail = try await lab.store.read { try $0.one("SELECT * FROM audit_log") }
        #expect(try trail.get("actor", as: String.self) == "admin@example.org")
        #expect(try trail.get("severity", as: String.self) == "warning")
        #expect(try trail.get("before_json", as: String.self).contains(#""profile":"lab""#))
    }

    @Test("the first-run wizard changes them without a revision", arguments: Engine.available)
    func withoutRevision(on engine: Engine) async throws {
        let lab = try await Lab(engine)

        #expect(try await lab.routes.patch("settings", #"{"theme": "daylight"}"#).status == 200)
        #expect(try await lab.routes.patch("settings", #"{"theme": "midnight"}"#).status == 200)
        #expect(lab.module.settings.current.revision == 3)
    }

    @Test("a change that changes nothing is no event", arguments: Engine.available)
    func nothing(on engine: Engine) async throws {
        let lab = try await Lab(engine)

        #expect(try await lab.routes.patch("settings", #"{"theme": "auto"}"#, revision: 1).status == 200)
        #expect(lab.module.settings.current.revision == 1)
        #expect(try await lab.events() == [])
    }

    @Test("the one who comes second is told", arguments: Engine.available)
    func stale(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        _ = try await lab.routes.patch("settings", #"{"theme": "daylight"}"#, revision: 1)

        let late = try await lab.routes.patch("settings", #"{"font": "mono"}"#, revision: 1)
        let named = try await lab.routes.patch("settings", #"{"font": "mono", "revision": 1}"#)

        #expect(late.status == 412)
        #expect(named.status == 412)
        #expect(lab.module.settings.current.font == "inter")
    }

    @Test(
        "what is wrong is named and nothing is kept",
        arguments: [
            (#"{"them": "x", "foreign_origins": {"google": true}}"#, 422, ["foreign_origins.google", "them"]),
            (#"{"theme": 7}"#, 422, ["theme"]),
            (#"{"language": "tlh", "app_name": ""}"#, 422, ["app_name", "language"]),
            (#"{"profile": "open"}"#, 422, ["profile"]), ("[]", 422, []), ("{", 400, []),
        ])
    func refuses(_ body: String, _ status: Int, _ fields: [String]) async throws {
        let lab = try await Lab(.sqlite)

        let answer = try await lab.routes.patch("settings", body, revision: 1)

        #expect(answer.status == status)
        #expect(answer.fields == fields)
        #expect(lab.module.settings.current == AppSettings())
    }

    @Test("who may not, may not")
    func refusals() async throws {
        let lab = try await Lab(.sqlite)

        #expect(try await lab.routes.get("settings", as: .nobody).status == 401)
        #expect(try await lab.routes.patch("settings", "{}", as: .nobody).status == 401)
        #expect(try await lab.routes.patch("settings", "{}", as: .editor).status == 403)
        #expect(try await lab.routes.get("metrics", as: .editor).status == 403)
        #expect(try await lab.routes.get("metrics", as: .nobody).status == 401)
    }

    @Test("many at once lose nothing", arguments: Engine.available)
    func concurrently(on engine: Engine) async throws {
        let lab = try await Lab(engine)

        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<8 {
                let body = #"{"app_name": "Lab \#(number)"}"#
                group.addTask { try await lab.routes.patch("settings", body, revision: 1).status }
            }
            return try await group.reduce(into: [Int]()) { $0.append($1) }
        }

        #expect(statuses.filter { $0 == 200 }.count == 1)
        #expect(statuses.filter { $0 == 412 }.count == 7)
        #expect(lab.module.settings.current.revision == 2)
    }
}

@Suite("Health and metrics routes")
struct HealthRoutesTests {
    @Test("anybody learns that it is alive and whether it is ready", arguments: Engine.available)
    func ready(on engine: Engine) async throws {
        let lab = try await SettingsRoutesTests.Lab(engine)

        let alive = try await lab.routes.get("health", as: .nobody)
        let ready = try await lab.routes.get("health/ready", as: .nobody)

        #expect(alive.status == 200)
        #expect(try alive.json() == ["status": "ok"])
        #expect(ready.status == 200)
        #expect(
            try ready.json() == [
                "status": "ok",
                "checks": [["id": "database", "severity": "ok", "message": "The database answers."]],
            ])
    }

    @Test("what is failing makes it 503, and the list comes along")
    func failing() async throws {
        let lab = try await SettingsRoutesTests.Lab(.sqlite)
        lab.module.health.set(HealthItem(id: "disk", severity: .failing, message: "Full."))

        let ready = try await lab.routes.get("health/ready", as: .nobody)

        #expect(ready.status == 503)
        #expect(try ready.json().objectValue?["status"] == "failing")
        #expect(try ready.json().objectValue?["checks"]?.arrayValue?.count == 2)
    }

    @Test("asking without end does not run the checks without end")
    func bounded() async throws {
        let checks = HealthChecks()
        let count = Mutex(0)
        checks.register("one", trouble: "") {
            count.withLock { $0 += 1 }
            return HealthItem(id: "one", severity: .ok, message: "")
        }

        for _ in 0..<50 { _ = await checks.report(noOlderThan: .seconds(60)) }

        #expect(count.withLock { $0 } == 1)
    }

    @Test("the numbers are Prometheus text, with the routes that were asked")
    func metrics() async throws {
        let store = try await Engine.sqlite.freshStore()
        let module = OperationsModule(store: store, version: "1.0", logger: Logger(label: "test"))
        let routes = try RouteHarness(observe: module.observe) { module.register(in: &$0) }
        _ = try await routes.get("settings")
        _ = try await routes.get("nothing/here")

        let answer = try await routes.get("metrics")

        #expect(answer.status == 200)
        #expect(answer.header("content-type") == "text/plain; version=0.0.4; charset=utf-8")
        let sample = #"circuit_breaker_http_requests_total{method="GET",route="/api/v1/settings",status="2xx"} 1"#
        #expect(answer.text.contains(sample))
        #expect(answer.text.contains(#"route="unmatched",status="4xx"} 1"#))
        #expect(answer.text.contains(#"circuit_breaker_build_info{version="1.0",database="sqlite"} 1"#))
    }

    @Test("little space is told in time", arguments: [(10, "failing"), (100, "warning"), (5000, "ok")])
    func disk(_ megabytes: UInt64, _ severity: String) {
        #expect(HealthChecks.diskItem(freeBytes: megabytes << 20).severity.rawValue == severity)
    }
}
