import BackupFile
import Backups
import DaemonConfig
import Glibc
import JSONKit
import Kernel
import Persistence
import SecretVault

/// `circuit-breaker backup …`: backups without a running daemon. Exit codes: 0 done, 1 failed or refused, 2 wrong usage or
/// configuration.
package struct BackupProgram: Sendable {
    let program: Program
    let file: String
    let passphraseFile: String?
    /// The vault's key is the passphrase, as in backups made before an upgrade.
    let usesVaultKey: Bool
    let isJSON: Bool

    /// `options` are those of the daemon, such as --config FILE.
    package init(
        _ options: [String], file: String, passphraseFile: String?, usesVaultKey: Bool = false, isJSON: Bool = false
    ) {
        program = Program(options)
        self.file = file
        self.passphraseFile = passphraseFile
        self.usesVaultKey = usesVaultKey
        self.isJSON = isJSON
    }

    /// Makes a backup, beside a running daemon too.
    package func create(certificates: Bool) async -> Int32 {
        await program.running {
            let configuration = try configuration()
            let places = try StatePlaces(configuration)
            let passphrase = try passphrase(configuration, isNew: true)
            let key = try await Self.derived(passphrase)
            let store = try places.openExisting()
            do {
                let made = try await BackupMaker(store: store, places: places).make(
                    at: file, key: key, options: .init(takesCertificates: certificates))
                try await store.close()
                show(made, verb: "made")
            } catch {
                // The first reason is the one to tell.
                try? await store.close()
                throw error
            }
        }
    }

    /// Shows what everybody may read; with the passphrase also what is inside.
    package func inspect() async -> Int32 {
        await program.running {
            let header = try await BackupCheck.header(of: file)
            guard passphraseFile != nil || usesVaultKey else {
                return isJSON ? program.say(header.jsonText) : show(header)
            }
            let contents = try await BackupCheck.contents(
                of: file, opening: .passphrase(try passphrase(nil, isNew: false)))
            if isJSON { return program.say(contents.jsonText) }
            show(header)
            program.say(
                "vault keys   \(contents.vaultKeys.isEmpty ? "none" : contents.vaultKeys.joined(separator: ", "))")
        }
    }

    /// Reads the whole file.
    package func verify() async -> Int32 {
        await program.running {
            let opener = BackupOpener.passphrase(try passphrase(nil, isNew: false))
            show(try await BackupCheck.verify(file, opening: opener, progress: telling()), verb: "verified")
        }
    }

    /// Restores into a scratch folder and throws it away.
    package func rehearse(scratch: String?) async -> Int32 {
        await program.running {
            let opener = BackupOpener.passphrase(try passphrase(nil, isNew: false))
            let key = try await BackupCheck.key(of: file, opening: opener)
            let folder = scratch ?? program.environment["TMPDIR"] ?? "/var/tmp"
            let report = try await Rehearsal.run(file, key: key, scratch: folder, progress: telling())
            isJSON ? program.say(report.manifest.jsonText) : program.say(report.sentence)
            guard report.isSound else {
                throw AppError(.fault, "The backup comes back, and something in it is not right.")
            }
        }
    }

    /// Replaces the state, which must not be in use. `isPlan`: only says what would be done.
    package func restore(isPlan: Bool, isAgreed: Bool) async -> Int32 {
        await program.running {
            let configuration = try configuration()
            let places = try StatePlaces(configuration)
            let passphrase = try passphrase(configuration, isNew: false)
            try DataDirectory(path: places.directory).prepare()
            let lock = try isPlan ? nil : StateLock(places)
            defer { withExtendedLifetime(lock) {} }
            let key = try await BackupCheck.key(of: file, opening: .passphrase(passphrase))
            let restorer = Restorer(places)
            let plan = try await restorer.plan(file, key: key)
            if isJSON, isPlan { program.say(plan.jsonText) } else { show(plan, isPlan: isPlan) }
            guard !isPlan else { return }
            try agree(isAgreed)
            let prepared = try await restorer.prepare(file, key: key, by: Self.caller, progress: telling())
            try prepared.decide()
            let kept = try await Takeover.run(places)
            isJSON
                ? program.say(prepared.manifest.jsonText) : program.say("restored     \(prepared.manifest.rows) rows")
            program.complain("What was there before is kept in \(kept ?? prepared.replaced).")
            program.complain("Start the daemon with `systemctl start circuit-breaker`.")
        }
    }

    private func agree(_ isAgreed: Bool) throws {
        guard !isAgreed else { return }
        guard isatty(STDIN_FILENO) == 1 else {
            throw UsageProblem("Nothing was restored: say --yes to agree where nobody can be asked.")
        }
        let question = Array("Do that? [y/N] ".utf8)
        _ = Glibc.write(STDERR_FILENO, question, question.count)
        guard ["y", "yes"].contains(readLine()?.lowercased() ?? "") else {
            throw AppError(.conflict, "Nothing was restored.")
        }
    }

    private static let caller = Caller(
        kind: .system, name: "circuit-breaker backup", permissions: Set(Permission.allCases), isFreshlyProven: true)

    private func configuration() throws -> Configuration {
        try Configuration.load(arguments: program.arguments, environment: program.environment)
    }

    private func passphrase(_ configuration: Configuration?, isNew: Bool) throws -> Secret<String> {
        guard usesVaultKey else { return try PassphraseInput(file: passphraseFile).read(isNew: isNew) }
        let configuration = try configuration ?? self.configuration()
        return MigrationBackups.passphrase(try StatePlaces(configuration))
    }

    /// Blocks for half a second; a command has nothing else to do.
    private static func derived(_ passphrase: Secret<String>) async throws -> BackupKey {
        try BackupKey(deriving: passphrase)
    }

    private func telling() -> BackupProgress.Listener {
        guard isatty(STDERR_FILENO) == 1 else { return { _ in } }
        return { progress in
            let share = progress.total.map { $0 > 0 ? " \(progress.bytes * 100 / $0) %" : "" } ?? ""
            let line = Array("\r\u{1B}[K\(progress.stage.rawValue) \(progress.subject)\(share)\r".utf8)
            _ = Glibc.write(STDERR_FILENO, line, line.count)
        }
    }

    private func show(_ header: BackupHeader) {
        program.say(
            """
            made         \(RFC3339.text(header.createdAt.milliseconds)) by version \(header.productVersion)
            database     \(header.engine), schema step \(header.schemaVersion)
            key          \(header.keyID)
            """)
    }

    private func show(_ backup: FinishedBackup, verb: String) {
        guard !isJSON else { return program.say(backup.manifest.jsonText) }
        show(backup.header)
        let manifest = backup.manifest
        program.say(
            """
            file         \(backup.path), \(backup.size) bytes, \(verb)
            contents     \(manifest.rows) rows in \(manifest.tables.count) tables, \(manifest.files.count) files
            history      row \(manifest.auditRow), \(manifest.auditHash)
            """)
        for line in manifest.leftOut { program.complain("left out: \(line)") }
    }

    private func show(_ plan: RestorePlan, isPlan: Bool) {
        program.complain(isPlan ? "A restore would do this:" : "This will be done:")
        for (number, line) in plan.lines.enumerated() { program.complain("  \(number + 1). \(line)") }
        for warning in plan.warnings { program.complain("Mind: \(warning)") }
    }
}

extension Program {
    /// Runs a command and says what went wrong: 1 for what failed or was refused, 2 for wrong usage or configuration.
    func running(_ work: () async throws -> Void) async -> Int32 {
        do {
            try await work()
            return 0
        } catch let problem as UsageProblem {
            complain(problem.message)
            return 2
        } catch let errors as ConfigurationErrors {
            complain(errors.description)
            return 2
        } catch let error as AppError {
            complain(error.message)
            return 1
        } catch {
            complain("The command ended because of an error nobody expected: \(error)")
            return 1
        }
    }
}

extension StatePlaces {
    /// Where a configuration has the state.
    package init(_ configuration: Configuration) throws {
        self.init(
            directory: configuration.data.directory, databaseURL: configuration.data.databaseURL,
            suppliedKey: try SuppliedKey(configuration), configurationFiles: [configuration.file],
            certificateDirectory: configuration.tls.directory)
    }
}
