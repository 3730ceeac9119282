import ArgumentParser
import DaemonApp
import DaemonConfig
import Glibc

/// Everything after the command goes to the option table, which knows the flags and what is wrong with them.
struct DaemonOptions: ParsableArguments {
    @Argument(
        parsing: .captureForPassthrough,
        help: ArgumentHelp(
            "Options such as --config FILE or --server-port 8443.",
            discussion: "Each option of config.yaml has a flag; `circuit-breaker config reference` lists them.",
            valueName: "option"))
    var options: [String] = []

    /// The program, unless help was asked for: whoever passes everything on has to look for that.
    func program<Command: ParsableCommand>(of command: Command.Type) throws -> Program {
        guard !options.contains("--help"), !options.contains("-h") else { throw CleanExit.helpRequest(command) }
        return Program(options)
    }
}

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "serve", abstract: "Serve until told to stop.")
    @OptionGroup var options: DaemonOptions

    func run() async throws {
        throw ExitCode(try await options.program(of: Self.self).serve())
    }
}

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Bring the database to the newest schema; `serve` does it by itself.")
    @OptionGroup var options: DaemonOptions

    func run() async throws {
        throw ExitCode(try await options.program(of: Self.self).migrate())
    }
}

struct SchemaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the tables of the database as they are.")
    @OptionGroup var options: DaemonOptions

    func run() async throws {
        throw ExitCode(try await options.program(of: Self.self).schema())
    }
}

struct ImportOlderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import-older", abstract: "Take over what the older edition kept.",
        discussion: """
            FILE is its app.db or its JSON export; it is only read. Everything arrives in one step or nothing does, and a
            second import of the same installation changes nothing. Options of the daemon follow after `--`.
            """)
    @Argument(help: "app.db or the JSON export.") var file: String
    @Option(help: ArgumentHelp("Its vault key: a file with the key, or its .env.", valueName: "file")) var keyFile:
        String?
    @Flag(help: "Say what would happen, and change nothing.") var dryRun = false
    @Flag(help: "Print the report as JSON.") var json = false
    @Option(help: "Names the installation, where there are several.") var source = "older"
    @Option(help: ArgumentHelp("Where to write what has no place here.", valueName: "file")) var leftovers: String?
    @Argument(parsing: .postTerminator, help: "Options of the daemon.") var options: [String] = []

    func run() async throws {
        let wish = OlderImportOptions(
            file: file, keyFile: keyFile, source: source, leftovers: leftovers, isDry: dryRun, asJSON: json)
        throw ExitCode(await Program(options).importOlder(wish))
    }
}

struct OpenAPICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "openapi", abstract: "Print the OpenAPI document of the API.")

    func run() async throws {
        throw ExitCode(await Program([]).openAPI())
    }
}

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Check or describe the configuration.",
        subcommands: [Check.self, Template.self, Reference.self, Environment.self])

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what `serve` would use, or everything that is wrong, without starting.")
        @OptionGroup var options: DaemonOptions

        func run() throws {
            throw ExitCode(try options.program(of: Self.self).checkConfiguration())
        }
    }

    struct Template: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print a config.yaml with every option.")

        func run() {
            Program.write(ConfigurationReference.yaml(), to: STDOUT_FILENO)
        }
    }

    struct Reference: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print the reference of all options as Markdown.")

        func run() {
            Program.write(ConfigurationReference.markdown(), to: STDOUT_FILENO)
        }
    }

    struct Environment: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "environment", abstract: "Print an environment file with every variable.")

        func run() {
            Program.write(ConfigurationReference.environment(), to: STDOUT_FILENO)
        }
    }
}
