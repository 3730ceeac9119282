import Kernel
import Synchronization

/// Every number of the daemon, for `/api/v1/metrics`. One is made at the start and handed to who counts.
///
/// Labels are bounded sets (route templates, classes of status, names of streams), never ids or addresses.
package final class Metrics: Sendable {
    /// One number that is asked for at each scrape: the depth of a queue, the lag of the outbox.
    package struct Gauge: Sendable {
        let name: String
        let help: String
        let labels: [(String, String)]
        let kind: MetricsText.Kind
        /// Nil where it cannot be told just now.
        let read: @Sendable () async -> Double?
    }

    package let routes = RouteMeters()
    package let databaseReads = Histogram()
    package let databaseWrites = Histogram()

    private let version: String
    private let engine: String
    private let clock: any WallClock
    private let startedAt: Instant
    private let gauges = Mutex<[Gauge]>([])

    package init(version: String, engine: String, clock: any WallClock) {
        self.version = version
        self.engine = engine
        self.clock = clock
        startedAt = clock.now
    }

    /// `name` without the prefix `circuit_breaker_`. Gauges of one name stand together with their labels.
    package func gauge(
        _ name: String,
        _ help: String,
        labels: [(String, String)] = [],
        read: @escaping @Sendable () async -> Double?
    ) {
        add(Gauge(name: name, help: help, labels: labels, kind: .gauge, read: read))
    }

    /// The same for a number that only grows and is counted elsewhere.
    package func counter(
        _ name: String,
        _ help: String,
        labels: [(String, String)] = [],
        read: @escaping @Sendable () async -> Double?
    ) {
        add(Gauge(name: name, help: help, labels: labels, kind: .counter, read: read))
    }

    private func add(_ gauge: Gauge) {
        gauges.withLock { $0.append(gauge) }
    }

    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// The text that Prometheus reads.
    package func text() async -> [UInt8] {
        var text = MetricsText()
        writeProcess(to: &text)
        writeRequests(to: &text)
        writeDatabase(to: &text)
        await writeGauges(to: &text)
        return text.bytes
    }

    private func writeProcess(to text: inout MetricsText) {
        let usage = ProcessUsage.now()
        let numbers: [(String, MetricsText.Kind, String, Double)] = [
            ("process_cpu_seconds_total", .counter, "CPU time of the process.", usage.cpuSeconds),
            ("process_resident_memory_bytes", .gauge, "Memory that is in RAM.", Double(usage.residentBytes)),
            ("process_virtual_memory_bytes", .gauge, "Address space in use.", Double(usage.virtualBytes)),
            ("process_open_fds", .gauge, "Open file descriptors.", Double(usage.openDescriptors)),
            ("process_max_fds", .gauge, "How many there may be.", Double(usage.mostDescriptors)),
            ("process_threads", .gauge, "Threads.", Double(usage.threads)),
            (
                "process_start_time_seconds", .gauge, "When the process started, in seconds since 1970.",
                Double(startedAt.milliseconds) / 1000
            ),
            (
                "circuit_breaker_uptime_seconds", .gauge, "For how long the daemon runs.",
                Double((clock.now - startedAt).milliseconds) / 1000
            ),
        ]
        for (name, kind, help, value) in numbers {
            text.family(name, kind, help)
            text.sample(name, value)
        }
        text.family("circuit_breaker_build_info", .gauge, "What runs; always 1.")
        text.sample("circuit_breaker_build_info", [("version", version), ("database", engine)], 1)
    }

    private func writeRequests(to text: inout MetricsText) {
        let used = routes.used
        text.family("circuit_breaker_http_requests_total", .counter, "Answered requests by route and class of status.")
        for meter in used {
            for (status, count) in meter.counts {
                let labels = [("method", meter.method), ("route", meter.route), ("status", status)]
                text.sample("circuit_breaker_http_requests_total", labels, Double(count))
            }
        }
        let name = "circuit_breaker_http_request_duration_seconds"
        text.family(name, .histogram, "From the head of a request to its answer.")
        for meter in used {
            text.histogram(name, [("method", meter.method), ("route", meter.route)], meter.durations.read())
        }
    }

    private func writeDatabase(to text: inout MetricsText) {
        let name = "circuit_breaker_database_duration_seconds"
        text.family(name, .histogram, "Transactions, from asking for a connection to its return.")
        text.histogram(name, [("kind", "read")], databaseReads.read())
        text.histogram(name, [("kind", "write")], databaseWrites.read())
    }

    private func writeGauges(to text: inout MetricsText) async {
        var families: [(name: String, gauges: [Gauge])] = []
        for gauge in gauges.withLock({ $0 }) {
            if let index = families.firstIndex(where: { $0.name == gauge.name }) {
                families[index].gauges.append(gauge)
            } else {
                families.append((gauge.name, [gauge]))
            }
        }
        for family in families {
            guard let first = family.gauges.first else { continue }
            text.family("circuit_breaker_\(family.name)", first.kind, first.help)
            for gauge in family.gauges {
                guard let value = await gauge.read() else { continue }
                text.sample("circuit_breaker_\(family.name)", gauge.labels, value)
            }
        }
    }
}
