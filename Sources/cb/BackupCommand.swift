import ArgumentParser
import ControlClient
import Glibc
import JSONKit
import Kernel

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Make, check and restore backups.",
        discussion: """
            While the daemon runs, it does the work, and NAME is a backup that `cb backup list` shows. A FILE is a path \
            (with a slash in it). Where no daemon runs, the daemon's own program does the work on this machine's state; \
            run cb as root or as the user circuit-breaker then.
            """,
        subcommands: [
            Create.self, List.self, Inspect.self, Verify.self, Rehearse.self, Restore.self, Prune.self,
        ], defaultSubcommand: List.self)
}

extension BackupCommand {
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create", abstract: "Make a backup and bring it to every target.",
            discussion: "Prints the name of the backup.")

        @Flag(help: "Only if one is due by the settings; for the timer of the machine.")
        var scheduled = false

        @Option(help: ArgumentHelp("Copy the backup to this file as well.", valueName: "file"), completion: .file())
        var output: String?

        @OptionGroup var offline: PassphraseOptions
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var shown: OutputOptions

        func validate() throws {
            if scheduled, output != nil { throw ValidationError("--scheduled makes no file of its own.") }
        }

        func run() async throws {
            let client = try connection.client()
            if scheduled { return try await timer(client) }
            guard let begun = try await OfflineBackup.asking(client, .post("backups")) else {
                Console.talk("no daemon answers")
                try OfflineBackup.run("create", output ?? OfflineBackup.newName(), offline, connection, shown)
            }
            let job = try await BackupWatch(client).wait(begun)
            if let output { try await BackupTransfer(client).download(job.backup, to: output) }
            shown.json ? Console.data(job.json) : Console.data(Phrase.printable(job.backup))
        }

        private func timer(_ client: ControlClient) async throws {
            let answer: JSONValue
            do {
                answer = try await client.send(.post("backups/scheduled")).json()
            } catch {
                guard error.code == "setup_needed" else { throw error }
                // The timer is there from the installation on: nothing failed, there is nothing to keep yet.
                Console.talk("this daemon is not set up yet, so no backup is due")
                return
            }
            Console.talk(Phrase.lowered(answer.objectValue?["message"]?.stringValue ?? "done"))
            guard let begun = answer.objectValue?["job"], !begun.isNull else {
                if shown.json { Console.data(answer) }
                return
            }
            let job = try await BackupWatch(client).wait(begun, asksForScheduled: true)
            shown.json ? Console.data(job.json) : Console.data(Phrase.printable(job.backup))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the backups at every target, newest first.",
            discussion: "Exit code 1 when a target could not be asked.")

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var shown: OutputOptions

        func run() async throws {
            guard let answer = try await OfflineBackup.asking(connection.client(), .get("backups")) else {
                Console.talk("no daemon answers: these lie in the data directory")
                let names = try OfflineBackup.list(connection)
                if shown.json { return Console.data(.array(names.map(JSONValue.string))) }
                return Console.data(names.map { Phrase.printable($0) + "\n" }.joined())
            }
            let troubles = answer.objectValue?["troubles"]?.arrayValue ?? []
            if shown.json {
                Console.data(answer)
            } else {
                let lines = (answer.objectValue?["items"]?.arrayValue ?? []).map(BackupLine.init).map(\.text)
                if lines.isEmpty { Console.talk("there is no backup yet") }
                Console.data(lines.map { $0 + "\n" }.joined())
            }
            for trouble in troubles.compactMap(\.objectValue) {
                Console.talk(
                    "\(Phrase.printable(trouble["target"]?.stringValue ?? "?")): "
                        + Phrase.lowered(trouble["message"]?.stringValue ?? ""))
            }
            if !troubles.isEmpty { throw ExitCode(ExitStatus.failed.rawValue) }
        }
    }

    struct Inspect: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "inspect", abstract: "Say what is in a backup, and what restoring it would do.")

        @OptionGroup var look: LookOptions

        func run() async throws {
            if look.isFile { try OfflineBackup.run("inspect", look.name, look.offline, look.connection, look.shown) }
            let request = ControlRequest.post("backups/files/\(look.escaped)/plan", try look.body())
            guard let plan = try await OfflineBackup.asking(look.connection.client(), request) else {
                try OfflineBackup.run("inspect", look.name, look.offline, look.connection, look.shown)
            }
            look.shown.json ? Console.data(plan) : Console.data(RestorePage(plan).text)
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify", abstract: "Read a backup whole, and compare it with its manifest.")

        @OptionGroup var look: LookOptions

        func run() async throws { try await look.run("verify") }
    }

    struct Rehearse: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rehearse",
            abstract: "Restore a backup into a scratch directory and compare it; nothing live is touched.")

        @OptionGroup var look: LookOptions

        func run() async throws { try await look.run("rehearse") }
    }

    struct Restore: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "restore", abstract: "Replace everything by what is in a backup.",
            discussion: """
                Says first what it will do, and asks. What is there now is kept. A running daemon starts anew with the \
                restored state; sessions, passwords and tokens are those of that time again.
                """)

        @Flag(help: "Do not ask.")
        var yes = false

        @OptionGroup var look: LookOptions

        func run() async throws {
            let client = try look.connection.client()
            guard try await OfflineBackup.asking(client, .get("health")) != nil else {
                try OfflineBackup.run(
                    "restore", look.name, look.offline, look.connection, look.shown, adding: yes ? ["--yes"] : [])
            }
            let name = look.isFile ? try await BackupTransfer(client).upload(look.name) : look.name
            let escaped = LookOptions.escaped(name)
            let body = try look.body()
            let plan = try await client.send(.post("backups/files/\(escaped)/plan", body)).json()
            Console.talk(RestorePage(plan).text)
            guard yes || Console.confirms("Type the word restore to go on: ", "restore") else {
                throw Failure(.failed, "Nothing was restored.", hints: ["--yes goes on without asking"])
            }
            var members = body.objectValue?.members ?? []
            members.append((name: "confirm", value: .string(name)))
            let begun = try await client.send(
                .post("backups/files/\(escaped)/restore", .object(JSONObject(members)))
            ).json()
            let job = try await BackupWatch(client).wait(begun, endsDaemon: true)
            if look.shown.json { Console.data(job.json) }
            Console.talk("the restored state is taken over: the daemon starts anew")
        }
    }

    struct Prune: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "prune", abstract: "Delete the backups that no keep rule wants any more.")

        @Flag(help: "Only say what would go.")
        var dryRun = false

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var shown: OutputOptions

        func run() async throws {
            let client = try connection.client()
            guard dryRun else {
                let job = try await BackupWatch(client).wait(try await client.send(.post("backups/prune")).json())
                let gone = job.report?["pruned"]?.arrayValue ?? []
                if shown.json { return Console.data(job.json) }
                Console.data(gone.compactMap(\.stringValue).map { Phrase.printable($0) + "\n" }.joined())
                return Console.talk("\(gone.count) deleted")
            }
            let plan = try await client.send(.get("backups/prune")).json()
            if shown.json { return Console.data(plan) }
            var lines: [String] = []
            for target in (plan.objectValue?["targets"]?.arrayValue ?? []).compactMap(\.objectValue) {
                for backup in (target["backups"]?.arrayValue ?? []).compactMap(\.objectValue) {
                    let why = (backup["reasons"]?.arrayValue ?? []).compactMap(\.stringValue).joined(separator: ", ")
                    lines.append(
                        "\(backup["stays"]?.boolValue == true ? "stays" : "goes ")  \(backup["name"]?.stringValue ?? "?")"
                            + "  \(target["target"]?.stringValue ?? "?")\(why.isEmpty ? "" : "  (\(why))")\n")
                }
            }
            Console.data(Phrase.printable(lines.joined()))
        }
    }
}
