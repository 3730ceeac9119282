import ArgumentParser
import DaemonApp

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Make, check and restore backups without the daemon.",
        discussion: """
            The passphrase is asked for on the terminal, or read from the first line of a file or of standard input. It is \
            never an argument. Options of the daemon, such as --config FILE, say which installation is meant.
            """,
        subcommands: [Create.self, Inspect.self, Verify.self, Restore.self, Rehearse.self])

    struct Common: ParsableArguments {
        @Option(help: ArgumentHelp("The backup.", valueName: "file"))
        var file: String

        @Option(
            help: ArgumentHelp(
                "Read the passphrase from the first line of this file; - is standard input.", valueName: "file"))
        var passphraseFile: String?

        @Flag(help: "Print JSON.")
        var json = false

        @Argument(
            parsing: .allUnrecognized,
            help: ArgumentHelp(
                "Options of the daemon, such as --config FILE or --data-dir DIRECTORY.", valueName: "option"))
        var options: [String] = []

        func program(usesVaultKey: Bool = false) -> BackupProgram {
            BackupProgram(
                options, file: file, passphraseFile: passphraseFile, usesVaultKey: usesVaultKey, isJSON: json)
        }
    }

    struct Opening: ParsableArguments {
        @Flag(help: "The passphrase is this installation's vault key, as in backups made before an upgrade.")
        var vaultKey = false
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create", abstract: "Make a backup, beside a running daemon too.")

        @Flag(help: "Take the certificates and the authority's key along.")
        var certificates = false

        @OptionGroup var common: Common

        func run() async throws { throw ExitCode(await common.program().create(certificates: certificates)) }
    }

    struct Inspect: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "inspect", abstract: "Show what a backup says of itself; no passphrase is needed.")

        @OptionGroup var opening: Opening
        @OptionGroup var common: Common

        func run() async throws { throw ExitCode(await common.program(usesVaultKey: opening.vaultKey).inspect()) }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify", abstract: "Read a whole backup and compare it with its manifest.")

        @OptionGroup var opening: Opening
        @OptionGroup var common: Common

        func run() async throws { throw ExitCode(await common.program(usesVaultKey: opening.vaultKey).verify()) }
    }

    struct Restore: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "restore", abstract: "Replace the state by that of a backup; the daemon must be stopped.",
            discussion: "What was there before is kept, and the place is said.")

        @Flag(help: "Only say what would be done.")
        var plan = false

        @Flag(name: .shortAndLong, help: "Agree without being asked.")
        var yes = false

        @OptionGroup var opening: Opening
        @OptionGroup var common: Common

        func run() async throws {
            throw ExitCode(
                await common.program(usesVaultKey: opening.vaultKey).restore(isPlan: plan, isAgreed: yes))
        }
    }

    struct Rehearse: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rehearse", abstract: "Restore a backup into a scratch folder, compare it, and throw it away.")

        @Option(help: ArgumentHelp("Where the scratch folder is made.", valueName: "directory"))
        var scratch: String?

        @OptionGroup var opening: Opening
        @OptionGroup var common: Common

        func run() async throws {
            throw ExitCode(await common.program(usesVaultKey: opening.vaultKey).rehearse(scratch: scratch))
        }
    }
}

struct DatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db", abstract: "Work on the database as a whole.", subcommands: [Copy.self])

    struct Copy: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "copy", abstract: "Copy the database into an empty one of the other engine, and compare it.",
            discussion: """
                The daemon must be stopped. Stopped itself at any moment, the same command goes on where it was. The source \
                stays as it is.
                """)

        @Option(
            help: ArgumentHelp(
                "sqlite, postgresql://user@host/name, or - for an address on standard input.", valueName: "target"))
        var to: String

        @Flag(help: "Print JSON.")
        var json = false

        @Argument(
            parsing: .allUnrecognized,
            help: ArgumentHelp(
                "Options of the daemon, such as --config FILE or --data-dir DIRECTORY.", valueName: "option"))
        var options: [String] = []

        func run() async throws { throw ExitCode(await CopyProgram(options, target: to, isJSON: json).copy()) }
    }
}
