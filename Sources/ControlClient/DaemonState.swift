import JSONKit

/// One standing condition, as the daemon tells it.
package struct HealthLine: Sendable, Equatable {
    package let id: String
    /// `ok`, `notice`, `warning`, `failing`, or a word of a newer daemon.
    package let severity: String
    package let message: String
}

/// What a daemon says of itself to whoever asks.
package struct DaemonState: Sendable {
    package var place: DaemonPlace
    /// Nil to a stranger: over HTTPS it takes a token.
    package var version: String?
    package var startedAt: String?
    /// The worst of the conditions.
    package var health: String
    package var conditions: [HealthLine]
    package var isSetUpOpen: Bool
    package var numbers: DaemonNumbers?
}

/// What costs the daemon nothing to tell.
package struct DaemonNumbers: Sendable, Equatable {
    package var residentBytes: Int64?
    package var openDescriptors: Int64?
    package var requestsInFlight: Int64?
    package var database: String?

    /// Reads them from Prometheus text; what is missing stays nil.
    package init(metrics: String) {
        for line in metrics.split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: " ")
            guard parts.count >= 2 else { continue }
            let value = Double(parts[parts.count - 1]).flatMap { Int64(exactly: $0.rounded()) }
            switch parts[0].prefix(while: { $0 != "{" }) {
            case "process_resident_memory_bytes": residentBytes = value
            case "process_open_fds": openDescriptors = value
            case "circuit_breaker_http_requests_in_flight": requestsInFlight = value
            case "circuit_breaker_build_info": database = Self.label("database", in: line)
            default: continue
            }
        }
    }

    private static func label(_ name: String, in line: Substring) -> String? {
        guard let start = line.firstRange(of: "\(name)=\"") else { return nil }
        return String(line[start.upperBound...].prefix { $0 != "\"" })
    }
}

extension ControlClient {
    /// Asks for everything `cb status` shows. Works before set-up and without a token; the numbers need one.
    package func state() async throws(ControlError) -> DaemonState {
        let alive = try await send(.get("health"))
        let said = try alive.json().objectValue
        guard said?["status"]?.stringValue == "ok" else {
            throw ControlError(
                .failed, "What answers at \(alive.place) is no Circuit Breaker.",
                hints: ["--socket and --url say where to ask"])
        }
        // The place that answered is the one to go on with.
        var here = self
        here.places = [alive.place]
        // 503 while a condition is failing, with the same body.
        let ready = try await here.ask(.get("health/ready"))
        guard let report = try ready.json().objectValue, let checks = report["checks"]?.arrayValue else {
            throw ControlError(.failed, "The daemon at \(alive.place) does not say how it is.")
        }
        let setup = try await here.ask(.get("setup"))
        var state = DaemonState(
            place: alive.place, version: said?["version"]?.stringValue, startedAt: said?["started_at"]?.stringValue,
            health: report["status"]?.stringValue ?? "unknown", conditions: checks.compactMap(HealthLine.init),
            isSetUpOpen: (try? setup.json().objectValue)?["needed"]?.boolValue ?? false)
        if token != nil, !state.isSetUpOpen {
            state.numbers = DaemonNumbers(metrics: try await here.send(.get("metrics")).text)
        }
        return state
    }
}

extension HealthLine {
    init?(_ json: JSONValue) {
        guard let object = json.objectValue, let id = object["id"]?.stringValue else { return nil }
        self.init(
            id: id, severity: object["severity"]?.stringValue ?? "unknown",
            message: object["message"]?.stringValue ?? "")
    }
}
