import Backups
import DaemonConfig
import Glibc
import JSONKit
import Kernel
import Persistence

/// `circuit-breaker db copy`: the database of an installation into an empty one of the other engine. Exit codes: 0 done, 1
/// failed or refused, 2 wrong usage or configuration.
package struct CopyProgram: Sendable {
    let program: Program
    let target: String
    let isJSON: Bool

    /// `options` are those of the daemon, such as --config FILE. `target` is `sqlite`, a PostgreSQL address, or `-` for an
    /// address on standard input, which may hold a password.
    package init(_ options: [String], target: String, isJSON: Bool = false) {
        program = Program(options)
        self.target = target
        self.isJSON = isJSON
    }

    package func copy() async -> Int32 {
        await program.running {
            let configuration = try Configuration.load(arguments: program.arguments, environment: program.environment)
            let places = try StatePlaces(configuration)
            let target = try place(places)
            let lock = try StateLock(places)
            defer { withExtendedLifetime(lock) {} }
            let source = try places.openExisting()
            do {
                let report = try await DatabaseCopy(from: source, to: target).run(progress: telling())
                try await source.close()
                show(report, places)
            } catch {
                // The first reason is the one to tell.
                try? await source.close()
                throw error
            }
        }
    }

    private func place(_ places: StatePlaces) throws -> DatabaseCopy.Target {
        switch target {
        case "sqlite":
            guard places.databaseURL != nil else {
                throw UsageProblem("This installation uses SQLite already: name a PostgreSQL address to copy to.")
            }
            let path = "\(places.directory)/app.db"
            return .file(path)
        case "-": return .server(try PassphraseInput(file: "-").read(isNew: false), schema: nil)
        case _ where target.hasPrefix("postgres://") || target.hasPrefix("postgresql://"):
            return .server(Secret(target), schema: nil)
        default:
            throw UsageProblem(
                "--to is sqlite, an address like postgresql://user@host/name, or - for one on standard input.")
        }
    }

    private func telling() -> @Sendable (String, Int64) -> Void {
        guard isatty(STDERR_FILENO) == 1 else { return { _, _ in } }
        return { table, rows in
            let line = Array("\r\u{1B}[K\(table) \(rows)\r".utf8)
            _ = Glibc.write(STDERR_FILENO, line, line.count)
        }
    }

    private func show(_ report: DatabaseCopy.Report, _ places: StatePlaces) {
        if isJSON {
            var writer = JSONWriter()
            writer.beginObject()
            writer.member("tables", report.tables)
            writer.member("rows", report.rows)
            writer.member("resumed", report.resumed)
            writer.endObject()
            program.say(writer.text)
        } else {
            program.say("copied       \(report.rows) rows in \(report.tables) tables, compared row by row")
        }
        let next =
            places.databaseURL == nil
            ? "Set CB_DB_URL to the new address, then start the daemon. app.db stays where it is."
            : "Remove CB_DB_URL, then start the daemon. The tables on the server stay where they are."
        program.complain(next)
    }
}
