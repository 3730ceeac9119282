import ArgumentParser
import ControlClient
import DaemonConfig
import Doctor
import JSONKit
import Kernel

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Say whether the daemon runs, where, since when, and how it is.",
        discussion: """
            Works before set-up and without a token; with one it also shows numbers. Exit code 1 while a condition \
            is failing, 3 when nobody answers.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let configuration = connection.files.survey().configuration
        let state = try await connection.client(configuration).state()
        let page = StatusPage(state, configuration, now: SystemClock().now)
        output.json ? Console.data(page.json) : Console.data(page.lines.joined(separator: "\n"))
        guard state.health != "failing" else { throw ExitCode(ExitStatus.failed.rawValue) }
    }
}

/// The state of a daemon as a person and as a program reads it.
struct StatusPage {
    private let state: DaemonState
    private let configuration: Configuration
    private let now: Instant

    init(_ state: DaemonState, _ configuration: Configuration, now: Instant) {
        self.state = state
        self.configuration = configuration
        self.now = now
    }

    private var address: String {
        if let url = configuration.server.publicURL { return url }
        if case .server = state.place { return state.place.description }
        return DaemonPlace.server(ServerAddress(of: configuration)).description
    }

    private var codeFile: String { "\(configuration.data.directory)/setup-code" }

    var lines: [String] {
        var lines = [line("daemon", "running" + (state.version.map { ", version \($0)" } ?? ""))]
        if let since { lines.append(line("since", since)) }
        lines.append(line("address", address))
        lines.append(line("asked at", state.place.description))
        if state.isSetUpOpen {
            lines.append(
                line("set-up", "open: give the code in \(codeFile) (also in `cb logs`) on the page"))
        }
        if let numbers = state.numbers { lines.append(line("numbers", text(of: numbers))) }
        lines.append(line("health", state.health))
        let width = state.conditions.map(\.id.count).max() ?? 0
        for condition in state.conditions {
            lines.append("  " + pad(condition.severity, 8) + pad(condition.id, width) + "  " + condition.message)
        }
        return lines.map(Phrase.printable)
    }

    var json: JSONValue {
        let conditions = state.conditions.map { condition -> JSONValue in
            [
                "id": .string(condition.id), "severity": .string(condition.severity),
                "message": .string(condition.message),
            ]
        }
        let numbers = state.numbers.map { numbers -> JSONValue in
            [
                "resident_bytes": numbers.residentBytes.map(JSONValue.integer) ?? .null,
                "open_descriptors": numbers.openDescriptors.map(JSONValue.integer) ?? .null,
                "requests_in_flight": numbers.requestsInFlight.map(JSONValue.integer) ?? .null,
                "database": numbers.database.map(JSONValue.string) ?? .null,
            ]
        }
        return [
            "version": state.version.map(JSONValue.string) ?? .null,
            "started_at": state.startedAt.map(JSONValue.string) ?? .null,
            "address": .string(address), "asked_at": .string(state.place.description),
            "setup_open": .bool(state.isSetUpOpen),
            "setup_code_file": state.isSetUpOpen ? .string(codeFile) : .null,
            "health": .string(state.health), "checks": .array(conditions), "numbers": numbers ?? .null,
        ]
    }

    private var since: String? {
        guard let text = state.startedAt else { return nil }
        guard let started = RFC3339.milliseconds(text) else { return text }
        return "\(text) (\(Self.span(now - Instant(milliseconds: started))))"
    }

    static func span(_ length: Duration) -> String {
        let seconds = max(0, length.components.seconds)
        switch seconds {
        case ..<60: return "\(seconds) s"
        case ..<3600: return "\(seconds / 60) min"
        case ..<86_400: return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
        default: return "\(seconds / 86_400) d \(seconds % 86_400 / 3600) h"
        }
    }

    private func text(of numbers: DaemonNumbers) -> String {
        [
            numbers.residentBytes.map { "\($0 >> 20) MB of memory" },
            numbers.requestsInFlight.map { "\($0) requests in flight" },
            numbers.openDescriptors.map { "\($0) open files" }, numbers.database,
        ].compactMap { $0 }.joined(separator: ", ")
    }

    private func line(_ name: String, _ text: String) -> String { pad(name, 10) + text }

    private func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
}
