import ControlClient
import DaemonConfig
import HostSystem
import Kernel

/// What is looked at. `machine` blocks; nothing here belongs on an event loop.
package struct Patient: Sendable {
    package let machine: any Machine
    package let configuration: Configuration
    package let problems: [ConfigurationProblem]
    /// Asks the daemon as every command does.
    package let client: ControlClient
    /// The network address of the daemon, for handshakes.
    package let address: ServerAddress
    package let hostName: String
    /// The addresses this machine has now, in any spelling.
    package let addresses: [String]
    package let clock: any WallClock
    /// What only the daemon can show of itself: `cb` asks for it, the daemon looks.
    package let proofs: @Sendable () async -> [Finding]

    package init(
        machine: any Machine, configuration: Configuration, problems: [ConfigurationProblem], client: ControlClient,
        address: ServerAddress, hostName: String, addresses: [String], clock: any WallClock = SystemClock(),
        proofs: (@Sendable () async -> [Finding])? = nil
    ) {
        self.proofs = proofs ?? { await AskedProofs.ask(client) }
        self.machine = machine
        self.configuration = configuration
        self.problems = problems
        self.client = client
        self.address = address
        self.hostName = hostName
        self.addresses = addresses
        self.clock = clock
    }

    /// How long one question to the daemon may take: a busy machine is slow, and slow is not broken.
    static let patience = Duration.seconds(30)

    /// What the program said, or nil where it is not there or did not do it.
    func output(_ program: String, _ arguments: [String]) async -> String? {
        guard machine.isLive, machine.find(program) != nil else { return nil }
        // A program that fails is the same as one that is not there: the check says what it could not see.
        guard let result = try? await machine.run(MachineCommand(program, arguments, timeLimit: .seconds(20))) else {
            return nil
        }
        let text = String(decoding: result.output, as: UTF8.self)
        return text.isEmpty ? nil : text
    }
}

package protocol DoctorCheck: Sendable {
    func examine(_ patient: Patient) async -> [Finding]
}

package enum Examination {
    /// In the order in which they are shown.
    package static let checks: [any DoctorCheck] = [
        ConfigurationFindings(),
        FileModes(),
        TokenPlace(),
        OwnProofs(),
        AnonymousWrite(),
        UnitSandbox(),
        CertificateFindings(),
        Handshake(),
        ExposedPorts(),
        ServedPolicy(),
        ClockFindings(),
        DiskSpace(),
    ]

    package static func run(_ patient: Patient, _ checks: [any DoctorCheck] = checks) async -> [Finding] {
        var findings: [Finding] = []
        for check in checks { findings += await check.examine(patient) }
        return findings
    }
}
