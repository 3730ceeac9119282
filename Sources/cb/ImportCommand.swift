import ArgumentParser
import Glibc
import HostSystem

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take over what another program kept.", subcommands: [Older.self])

    struct Older: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "older", abstract: "Take over what the older edition kept.",
            discussion: """
                This is `circuit-breaker import-older`, which opens the daemon's database itself: run it as the daemon's \
                user or as root, and restart the daemon afterwards.
                """)

        @Argument(help: "Its app.db, or its JSON export.")
        var file: String

        @Option(help: ArgumentHelp("Its vault key: a file with the key, or its .env.", valueName: "file"))
        var keyFile: String?

        @Flag(help: "Say what would happen, and change nothing.")
        var dryRun = false

        @Option(help: ArgumentHelp("Names the installation, where there are several.", valueName: "name"))
        var source: String?

        @Option(help: ArgumentHelp("Where to write what has no place here.", valueName: "file"))
        var leftovers: String?

        @OptionGroup var output: OutputOptions

        func run() throws {
            guard let daemon = Self.daemon(LiveMachine()) else {
                throw Failure(.failed, "circuit-breaker is not found, neither beside cb nor on the PATH.")
            }
            var arguments = ["import-older", file]
            if let keyFile { arguments += ["--key-file", keyFile] }
            if dryRun { arguments.append("--dry-run") }
            if output.json { arguments.append("--json") }
            if let source { arguments += ["--source", source] }
            if let leftovers { arguments += ["--leftovers", leftovers] }
            try Handover.run(daemon, arguments)
        }

        /// The one beside this program is of the same version.
        private static func daemon(_ machine: LiveMachine) -> String? {
            var buffer = [CChar](repeating: 0, count: 4096)
            if readlink("/proc/self/exe", &buffer, buffer.count - 1) > 0 {
                let own = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
                let folder = own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
                    separator: "/")
                if access("\(folder)/circuit-breaker", X_OK) == 0 { return "\(folder)/circuit-breaker" }
            }
            return machine.find("circuit-breaker")
        }
    }
}
