import ArgumentParser
import ControlClient
import Doctor
import HostSystem
import JSONKit
import LocalCA
import NetAddress

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look whether this installation is fit to go live, and say how to mend what is not.",
        discussion: """
            Each line has a state: ok, warn, bad or unknown. Works without a running daemon and without systemd, and \
            says what it could not look at; most of it is for root to see. Exit code 1 when anything is bad.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let (configuration, problems) = connection.files.survey()
        let findings = await Examination.run(
            Patient(
                machine: LiveMachine(), configuration: configuration, problems: problems,
                client: try connection.client(configuration), address: ServerAddress(of: configuration),
                hostName: MachineNames.hostName, addresses: MachineNames.addresses.map(\.description)))
        output.json ? Console.data(Self.json(findings)) : show(findings)
        guard !findings.contains(where: { $0.state == .bad }) else { throw ExitCode(ExitStatus.failed.rawValue) }
    }

    private func show(_ findings: [Finding]) {
        for finding in findings {
            let state = finding.state.rawValue
            Console.data(state + String(repeating: " ", count: 9 - state.count) + Phrase.printable(finding.why))
            if finding.state != .ok, let mend = finding.mend { Console.data("         → " + Phrase.printable(mend)) }
        }
        let counts = Finding.State.allCases.map { state in
            "\(findings.count { $0.state == state }) \(state.rawValue)"
        }
        Console.talk(counts.joined(separator: ", "))
    }

    private static func json(_ findings: [Finding]) -> JSONValue {
        let lines = findings.map { finding -> JSONValue in
            [
                "id": .string(finding.id), "state": .string(finding.state.rawValue), "why": .string(finding.why),
                "mend": finding.mend.map(JSONValue.string) ?? .null,
            ]
        }
        return ["ok": .bool(!findings.contains { $0.state == .bad }), "findings": .array(lines)]
    }
}
