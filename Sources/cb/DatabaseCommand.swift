import ArgumentParser
import Glibc
import HostSystem

struct DatabaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db", abstract: "Work on the database as a whole.", subcommands: [Copy.self])

    struct Copy: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "copy", abstract: "Copy the database into an empty one of the other engine, and compare it.",
            discussion: """
                This is `circuit-breaker db copy`, for a daemon that is stopped. Stopped itself at any moment, the same \
                command goes on where it was. The source stays as it is. Further options, such as --config FILE, are the \
                daemon's.
                """)

        @Option(
            help: ArgumentHelp(
                "sqlite, postgresql://user@host/name, or - for an address on standard input.", valueName: "target"))
        var to: String

        @OptionGroup var output: OutputOptions

        @Argument(
            parsing: .allUnrecognized,
            help: ArgumentHelp("Options of the daemon, such as --config FILE.", valueName: "option"))
        var options: [String] = []

        func run() throws {
            guard let daemon = Handover.find(["circuit-breaker"], on: LiveMachine()) else {
                throw Failure(.failed, "The daemon's program is not found, neither beside cb nor on the PATH.")
            }
            try Handover.run(
                daemon, ["db", "copy", "--to", to] + (output.json ? ["--json"] : []) + options)
        }
    }
}
