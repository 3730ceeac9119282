import ArgumentParser
import DaemonConfig
import JSONKit
import Kernel
import LocalCA

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Look at the daemon's configuration.", subcommands: [Check.self])

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Say what the daemon would use, or everything that is wrong, with file, line and column.",
            discussion: "The daemon need not run. Exit code 2 when it would not start with this configuration.")

        @OptionGroup var files: ConfigurationOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let (configuration, found) = files.survey()
            var problems = found.map(\.description)
            if problems.isEmpty, case .provided(let certificate, let key) = configuration.tls.mode {
                do {
                    _ = try ProvidedPair(certificateFile: certificate, keyFile: key).load(at: SystemClock().now)
                } catch let error as AppError {
                    problems.append(error.message)
                }
            }
            output.json ? showJSON(configuration, problems) : show(configuration, problems)
            guard problems.isEmpty else { throw ExitCode(ExitStatus.usage.rawValue) }
        }

        private func show(_ configuration: Configuration, _ problems: [String]) {
            for problem in problems { Console.talk(problem) }
            guard problems.isEmpty else {
                Console.talk(problems.count == 1 ? "1 problem was found" : "\(problems.count) problems were found")
                return
            }
            for notice in configuration.notices { Console.talk("notice: \(notice)") }
            let changed = configuration.settings.filter { $0.origin != .fallback }
            for setting in changed { Console.data("\(setting.key) = \(setting.shown)  (\(setting.origin))") }
            Console.data(
                "The configuration is valid: \(changed.count) of \(configuration.settings.count) options are set.")
        }

        private func showJSON(_ configuration: Configuration, _ problems: [String]) {
            let settings = configuration.settings.map { setting -> JSONValue in
                [
                    "key": .string(setting.key), "value": .string(setting.shown),
                    "from": .string(setting.origin.description),
                ]
            }
            Console.data([
                "valid": .bool(problems.isEmpty), "problems": .array(problems.map(JSONValue.string)),
                "notices": .array(configuration.notices.map(JSONValue.string)), "settings": .array(settings),
            ])
        }
    }
}
