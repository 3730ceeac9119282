import Doctor
import HTTPKit
import HTTPTypes
import JSONKit
import Kernel

/// The lines of one run.
package struct GoLiveReport: JSONAnswer, Sendable, Equatable {
    /// Nil before the first run.
    package let at: Instant?
    package let findings: [Finding]

    package static let shape: JSONShape = .object([
        .init(name: "at", shape: .nullable(.format("date-time")), isRequired: true),
        .init(name: "ok", shape: .boolean, isRequired: true, summary: "No line is bad."),
        .init(
            name: "findings",
            shape: .array(
                .object([
                    .init(name: "id", shape: .string, isRequired: true),
                    .init(name: "state", shape: .choice(Finding.State.allCases.map(\.rawValue)), isRequired: true),
                    .init(name: "why", shape: .string, isRequired: true),
                    .init(name: "mend", shape: .nullable(.string), isRequired: true),
                ])), isRequired: true),
    ])

    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("at", milliseconds: at?.milliseconds)
        writer.member("ok", !findings.contains { $0.state == .bad })
        writer.name("findings")
        writer.beginArray()
        for finding in findings {
            writer.beginObject()
            writer.member("id", finding.id)
            writer.member("state", finding.state.rawValue)
            writer.member("why", finding.why)
            writer.member("mend", finding.mend)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
    }

    package func reply() -> Reply {
        var writer = JSONWriter()
        write(to: &writer)
        return Reply(json: writer, headers: [.cacheControl: "no-store"])
    }

    /// How many lines have which state, for the history.
    var counts: String {
        var writer = JSONWriter()
        writer.beginObject()
        for state in Finding.State.allCases {
            writer.name(state.rawValue)
            writer.integer(findings.count { $0.state == state })
        }
        writer.endObject()
        return writer.text
    }
}

struct GoLiveRoutes {
    let goLive: GoLive

    func register(in api: inout API) {
        api.component("GoLiveReport", GoLiveReport.shape)
        let answer = EndpointDetails(answer: .json(.named("GoLiveReport")), status: .ok)
        api.get(
            "go-live", "What the last look before going live found", needs: .may(.editSettings),
            .init(answer: .json(.named("GoLiveReport")))
        ) { [goLive] _ in
            goLive.latest ?? GoLiveReport(at: nil, findings: [])
        }
        api.post("go-live", "Look whether this installation is fit to go live", needs: .may(.editSettings), answer) {
            [goLive] (call: Call<Nothing>) in
            try await goLive.run(by: call.caller)
        }
        api.post(
            "go-live/proofs", "Prove what only the daemon can prove, for cb doctor", needs: .may(.editSettings), answer
        ) { [goLive] (_: Call<Nothing>) in
            try await goLive.prove()
        }
    }
}
