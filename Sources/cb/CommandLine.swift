import ArgumentParser
import Glibc

@main
struct CommandLineTool: AsyncParsableCommand {
    /// A new command is its file and its line here.
    static let configuration = CommandConfiguration(
        commandName: "cb",
        abstract: "Looks after a Circuit Breaker daemon from the command line.",
        discussion: """
            Data goes to standard output, talk to standard error. Exit codes: 0 done, 1 failed, 2 wrong usage, \
            3 the daemon is not reachable, 4 it refused.
            """,
        version: ClientVersion.current,
        subcommands: [
            BackupCommand.self,
            AuditCommand.self,
            ConfigCommand.self,
            DatabaseCommand.self,
            DoctorCommand.self,
            ImportCommand.self,
            LogsCommand.self,
            ProxyConfigCommand.self,
            RestartCommand.self,
            StatusCommand.self,
            TokenCommand.self,
            TrustCommand.self,
            UninstallCommand.self,
            UserCommand.self,
            VaultCommand.self,
            VaultRecoverCommand.self,
            VersionCommand.self,
        ])

    /// As the library does it, but with our exit codes, and failures in our words.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            Glibc.exit(explain(error))
        }
    }

    private static func explain(_ error: any Error) -> Int32 {
        if let failure = Failure(error) {
            Console.complain(failure)
            return failure.status.rawValue
        }
        let code = exitCode(for: error)
        let message = fullMessage(for: error)
        if !message.isEmpty { Console.write(message, to: code == .success ? STDOUT_FILENO : STDERR_FILENO) }
        return code == .validationFailure ? ExitStatus.usage.rawValue : code.rawValue
    }
}
