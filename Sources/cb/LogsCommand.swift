import ArgumentParser
import HostSystem

struct LogsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Show what the daemon and its helpers wrote into the journal.",
        discussion: "This is journalctl; --json gives one object per line, as journalctl writes it.")

    @Flag(name: [.customShort("f"), .long], help: "Go on with new lines as they come.")
    var follow = false

    @Option(name: [.customShort("n"), .long], help: ArgumentHelp("How many lines, the newest.", valueName: "number"))
    var lines: Int = 200

    @Option(help: ArgumentHelp("Only from then on, such as \"1 hour ago\".", valueName: "time"))
    var since: String?

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard lines >= 0 else { throw ValidationError("-n wants a number of lines.") }
    }

    func run() throws {
        guard let journalctl = LiveMachine().find("journalctl") else {
            throw Failure(
                .failed, "There is no journal on this machine: journalctl is not installed.",
                hints: ["without systemd the daemon writes to wherever its standard error goes"])
        }
        var arguments = ["--no-hostname", "-u", "circuit-breaker.service", "-u", "circuit-breaker-*", "-n", "\(lines)"]
        if follow { arguments.append("-f") }
        if let since { arguments.append("--since=\(since)") }
        if output.json { arguments += ["-o", "json"] }
        try Handover.run(journalctl, arguments)
    }
}
