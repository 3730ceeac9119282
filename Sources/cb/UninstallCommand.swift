import ArgumentParser
import HostSystem

struct UninstallCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "uninstall", abstract: "Take the installation away again; data and configuration stay.",
        discussion: "This is `circuit-breaker-installer --uninstall`, which prints its plan and asks first.")

    @Flag(help: "Take data, configuration and certificates away as well. Nothing brings them back.")
    var purge = false

    @Flag(help: "Do not ask.")
    var yes = false

    @Flag(help: "Only print the plan.")
    var dryRun = false

    @OptionGroup var output: OutputOptions

    private static let names = ["circuit-breaker-installer", "installer"]

    func run() throws {
        let machine = LiveMachine()
        if try machine.status(of: "/var/lib/dpkg/info/circuit-breaker.list") != nil {
            throw Failure(
                .refused, "Circuit Breaker was installed as a Debian package, and apt takes it away.",
                hints: ["apt-get \(purge ? "purge" : "remove") circuit-breaker"])
        }
        guard let installer = Handover.find(Self.names, on: machine) else {
            throw Failure(.failed, "The installer is not found, neither beside cb nor on the PATH.")
        }
        var arguments = ["--uninstall"]
        if purge { arguments.append("--purge") }
        if yes { arguments.append("--yes") }
        if dryRun { arguments.append("--dry-run") }
        if output.json { arguments.append("--json") }
        try Handover.run(installer, arguments)
    }
}
