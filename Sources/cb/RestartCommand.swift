import ArgumentParser
import ControlClient
import DaemonConfig
import HostSystem
import JSONKit

struct RestartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restart", abstract: "Restart the daemon, and wait until it serves again.")

    /// A large upgrade of the database asks systemd for more time by itself; this is the end of our patience.
    private static let patience = Duration.seconds(900)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let machine = LiveMachine()
        guard machine.find("systemctl") != nil else {
            throw Failure(.failed, "The daemon is not run by systemd here: systemctl is not installed.")
        }
        let (configuration, problems) = connection.files.survey()
        guard problems.isEmpty else {
            throw Failure(
                .failed, "The daemon would not start with this configuration, so it was left running.",
                hints: problems.prefix(5).map(\.description) + ["`cb config check` shows everything"])
        }
        let clock = ContinuousClock()
        let start = clock.now
        // The unit is of Type=notify: this comes back once the daemon said READY.
        let result = try await machine.run(
            MachineCommand("systemctl", ["restart", "circuit-breaker.service"], timeLimit: Self.patience))
        guard result.status == 0 else { throw Self.failure(result) }
        var client = try connection.client(configuration)
        client.token = nil
        let version = try await client.send(.get("health")).json().objectValue?["version"]?.stringValue
        let seconds = (clock.now - start).components.seconds
        if output.json {
            Console.data([
                "ready": true, "version": version.map(JSONValue.string) ?? .null, "seconds": .integer(seconds),
            ])
        } else {
            Console.data("ready after \(seconds) s" + (version.map { ", version \($0)" } ?? ""))
        }
    }

    private static func failure(_ result: CommandResult) -> Failure {
        let said = String(decoding: result.complaint, as: UTF8.self).trimmingBlanks
        let denied = ["Access denied", "authentication required", "Permission denied", "not permitted"]
        if denied.contains(where: said.contains) {
            return Failure(.refused, "This user may not restart the daemon.", hints: ["run this as root"])
        }
        if said.contains("not found") {
            return Failure(.failed, "The unit circuit-breaker.service is not installed.", hints: [said])
        }
        return Failure(
            .failed, "The daemon did not start.",
            hints: said.split(separator: "\n").prefix(3).map(String.init) + ["`cb logs -n 50` shows why"])
    }
}
