import HTTPKit
import HTTPTypes
import JSONKit
import Kernel

struct HealthRoutes {
    /// Both addresses are open, so what they cost is bounded: a report this young is shown again.
    static let freshness = Duration.seconds(1)

    let checks: HealthChecks

    func register(in api: inout API) {
        api.get(
            "health", "Say that the daemon is alive", needs: .nothing,
            .init(answer: .json(.object([.init(name: "status", shape: .choice(["ok"]), isRequired: true)])))
        ) { _ in
            var writer = JSONWriter()
            writer.beginObject()
            writer.member("status", "ok")
            writer.endObject()
            return Reply(json: writer, headers: [.cacheControl: "no-store"])
        }
        api.get(
            "health/ready", "Say whether the daemon can do its work", needs: .nothing,
            .init(answer: .json(HealthReport.shape), alsoAnswers: [.serviceUnavailable])
        ) { [checks] _ in
            HealthReport(checks: await checks.report(noOlderThan: Self.freshness))
        }
    }
}

/// The list of standing conditions; 503 while one is failing.
package struct HealthReport: JSONAnswer {
    package let checks: [HealthItem]

    package init(checks: [HealthItem]) {
        self.checks = checks
    }

    package static let shape: JSONShape = .object([
        .init(name: "status", shape: .choice(HealthItem.Severity.allCases.map(\.rawValue)), isRequired: true),
        .init(
            name: "checks",
            shape: .array(
                .object([
                    .init(name: "id", shape: .string, isRequired: true),
                    .init(
                        name: "severity", shape: .choice(HealthItem.Severity.allCases.map(\.rawValue)),
                        isRequired: true),
                    .init(name: "message", shape: .string, isRequired: true),
                ])), isRequired: true),
    ])

    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("status", checks.status.rawValue)
        writer.name("checks")
        checks.write(to: &writer)
        writer.endObject()
    }

    package func reply() -> Reply {
        var writer = JSONWriter()
        write(to: &writer)
        return Reply(
            json: writer, status: checks.isReady ? .ok : .serviceUnavailable, headers: [.cacheControl: "no-store"])
    }
}

extension HealthItem: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("severity", severity.rawValue)
        writer.member("message", message)
        writer.endObject()
    }
}
