import Kernel
import Persistence
import TestSupport
import Testing

@testable import Operations

@Suite("Metrics")
struct MetricsTests {
    private struct FixedClock: WallClock {
        var now: Instant { Instant(milliseconds: 1_700_000_000_000) }
    }

    private func lines(_ metrics: Metrics) async -> [String] {
        String(decoding: await metrics.text(), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func metrics() -> Metrics {
        Metrics(version: "1.2.3", engine: "sqlite", clock: FixedClock())
    }

    @Test("a request is counted by route, class and time")
    func countsRequests() async {
        let metrics = metrics()
        let meter = metrics.routes.meter(method: "GET", route: "/api/v1/hardware/:id")

        meter.record(status: 200, took: .microseconds(700))
        meter.record(status: 204, took: .milliseconds(30))
        meter.record(status: 404, took: .seconds(20))

        let found = await lines(metrics)
        let labels = "method=\"GET\",route=\"/api/v1/hardware/:id\""
        let name = "circuit_breaker_http_request_duration_seconds"
        #expect(found.contains("circuit_breaker_http_requests_total{\(labels),status=\"2xx\"} 2"))
        #expect(found.contains("circuit_breaker_http_requests_total{\(labels),status=\"4xx\"} 1"))
        #expect(found.contains("\(name)_bucket{\(labels),le=\"0.0005\"} 0"))
        #expect(found.contains("\(name)_bucket{\(labels),le=\"0.001\"} 1"))
        #expect(found.contains("\(name)_bucket{\(labels),le=\"10\"} 2"))
        #expect(found.contains("\(name)_bucket{\(labels),le=\"+Inf\"} 3"))
        #expect(found.contains("\(name)_count{\(labels)} 3"))
        #expect(found.contains("\(name)_sum{\(labels)} 20.0307"))
    }

    @Test("paths that no route has, and strange methods, share one label")
    func boundsLabels() async {
        let metrics = metrics()
        for method in ["BREW", "PROPFIND", "GET"] {
            metrics.routes.meter(method: method, route: nil).record(status: 404, took: .zero)
        }
        for number in 0..<2000 {
            metrics.routes.meter(method: "GET", route: "/\(number)").record(status: 200, took: .zero)
        }

        let requests = await lines(metrics).filter { $0.hasPrefix("circuit_breaker_http_requests_total") }

        #expect(requests.count == RouteMeters.most + 1)
        #expect(
            requests.contains(#"circuit_breaker_http_requests_total{method="other",route="unmatched",status="4xx"} 2"#))
        #expect(
            requests.contains { $0.hasPrefix(#"circuit_breaker_http_requests_total{method="other",route="other""#) })
    }

    @Test("observations of many at once are all counted")
    func countsConcurrently() async {
        let histogram = Histogram()

        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { for _ in 0..<1000 { histogram.observe(nanoseconds: 1000) } }
            }
        }

        #expect(histogram.read().count == 8000)
        #expect(histogram.read().cumulative.first == 8000)
    }

    @Test("the process tells of itself")
    func readsProcess() async throws {
        let usage = ProcessUsage.now()

        #expect(usage.residentBytes > 1 << 20)
        #expect(usage.openDescriptors > 2)
        #expect(usage.mostDescriptors >= usage.openDescriptors)
        #expect(usage.threads >= 1)
        #expect(usage.cpuSeconds > 0)
        #expect(
            await lines(metrics()).contains(#"circuit_breaker_build_info{version="1.2.3",database="sqlite"} 1"#))
    }

    @Test("gauges of one name stand together, and one that has nothing to say is left out")
    func writesGauges() async {
        let metrics = metrics()
        metrics.gauge("connections", "Open.", labels: [("stream", "a\"\\\n")]) { 1 }
        metrics.counter("things_total", "Things.") { 0.5 }
        metrics.gauge("connections", "Open.", labels: [("stream", "b")]) { 2 }
        metrics.gauge("lag", "Lag.") { nil }

        let found = await lines(metrics)

        #expect(
            Array(found.suffix(9)) == [
                "# HELP circuit_breaker_connections Open.", "# TYPE circuit_breaker_connections gauge",
                #"circuit_breaker_connections{stream="a\"\\\n"} 1"#, #"circuit_breaker_connections{stream="b"} 2"#,
                "# HELP circuit_breaker_things_total Things.", "# TYPE circuit_breaker_things_total counter",
                "circuit_breaker_things_total 0.5",
                "# HELP circuit_breaker_lag Lag.", "# TYPE circuit_breaker_lag gauge",
            ])
    }

    @Test("every family is announced once, and every line is one that Prometheus reads")
    func isWellFormed() async {
        let found = await lines(metrics())
        let families = found.filter { $0.hasPrefix("# TYPE") }
        let sample = /^[a-z_]+(\{([a-z]+="[^"]*",?)+\})? [0-9.eE+-]+$/

        #expect(Set(families).count == families.count)
        #expect(found.filter { !$0.hasPrefix("#") }.allSatisfy { $0.wholeMatch(of: sample) != nil })
    }
}

@Suite("Metered store")
struct MeteredStoreTests {
    @Test("transactions are counted, also those that fail", arguments: Engine.available)
    func counts(on engine: Engine) async throws {
        struct Failure: Error {}
        let metrics = Metrics(version: "1", engine: "x", clock: TestClock())
        let store = MeteredStore(try await engine.freshStore(), metrics: metrics)

        _ = try await store.read { try $0.one("SELECT 1") }
        await #expect(throws: Failure.self) { try await store.write { _ in throw Failure() } }

        let text = String(decoding: await metrics.text(), as: UTF8.self)
        #expect(text.contains(#"circuit_breaker_database_duration_seconds_count{kind="read"} 1"#))
        #expect(text.contains(#"circuit_breaker_database_duration_seconds_count{kind="write"} 1"#))
    }
}
