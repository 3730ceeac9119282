import ArgumentParser
import Glibc
import HostSystem
import InstallerCore
import Kernel

@main
struct Installer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "installer",
        abstract: "Lays out, repairs and takes back a Circuit Breaker installation.",
        discussion: """
            Prints its plan, then acts. Running it again repairs; when nothing is to do it says so and changes no file. \
            When a step fails, the steps before it are taken back.

            Exit codes: 0 done, 1 failed, 2 wrong usage, 4 refused.
            """,
        version: Version.current)

    @OptionGroup(title: "What to install") var wishes: InstallWishes
    @OptionGroup(title: "Something else than installing") var task: OtherTask
    @OptionGroup(title: "How") var manner: Manner

    func validate() throws {
        try task.validate(with: wishes, manner)
        if task.isInstalling, let contradiction = try wishes.options().contradiction {
            throw ValidationError(contradiction)
        }
    }

    func run() async throws {
        let console = Console(isJSON: manner.json)
        let code: ExitStatus
        if task.isInstalling {
            code = await InstallRun(options: try wishes.options(), manner: manner, console: console).run()
        } else {
            code = await TaskRun(task: task, manner: manner, console: console).run()
        }
        throw ExitCode(code.rawValue)
    }

    /// As the library does it, but wrong usage ends with 2.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            let code = exitCode(for: error)
            let message = fullMessage(for: error)
            if !message.isEmpty { Console.write(message, to: code == .success ? STDOUT_FILENO : STDERR_FILENO) }
            Glibc.exit(code == .validationFailure ? ExitStatus.usage.rawValue : code.rawValue)
        }
    }
}

enum ExitStatus: Int32, Sendable {
    case done = 0
    case failed = 1
    case usage = 2
    case refused = 4
}
