import HTTPKit
import HTTPTypes
import JSONKit
import Kernel

struct HealthRoutes {
    /// Both addresses are open, so what they cost is bounded: a report this young is shown again.
    static let freshness = Duration.seconds(1)

    let checks: HealthChecks
    let version: String
    let startedAt: Instant

    func register(in api: inout API) {
        api.get(
            "health", "Say that the daemon is alive", needs: .nothing, .init(answer: .json(Aliveness.shape))
        ) { [version, startedAt] (call: Call<Nothing>) in
            // Which version runs is nobody's business who only came by.
            let isKnown = call.facts.origin.isLocalSocket || [.person, .token].contains(call.caller.kind)
            return Aliveness(details: isKnown ? (version, startedAt) : nil)
        }
        api.get(
            "health/ready", "Say whether the daemon can do its work", needs: .nothing,
            .init(answer: .json(HealthReport.shape), alsoAnswers: [.serviceUnavailable])
        ) { [checks] _ in
            HealthReport(checks: await checks.report(noOlderThan: Self.freshness))
        }
    }
}

/// Says `ok`; to whoever is known or sits on this machine also what runs, and since when.
package struct Aliveness: JSONAnswer {
    let details: (version: String, startedAt: Instant)?

    package init(details: (version: String, startedAt: Instant)?) {
        self.details = details
    }

    package static let shape: JSONShape = .object([
        .init(name: "status", shape: .choice(["ok"]), isRequired: true),
        .init(name: "version", shape: .string, isRequired: false),
        .init(name: "started_at", shape: .format("date-time"), isRequired: false),
    ])

    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("status", "ok")
        if let details {
            writer.member("version", details.version)
            writer.member("started_at", milliseconds: details.startedAt.milliseconds)
        }
        writer.endObject()
    }

    package func reply() -> Reply {
        var writer = JSONWriter()
        write(to: &writer)
        return Reply(json: writer, headers: [.cacheControl: "no-store"])
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
