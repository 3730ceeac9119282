import Glibc
import HostSystem
import InstallerCore
import JSONKit
import Kernel

/// Installing from the plan to the closing words.
struct InstallRun {
    let options: InstallOptions
    let manner: Manner
    let console: Console

    func run() async -> ExitStatus {
        let workplace: Workplace
        let installation: Installation
        let survey: [(summary: String, isDone: Bool)]
        do {
            workplace = try Workplace(manner)
            installation = try await prepare(workplace.machine)
            survey = try await installation.plan.survey(workplace.machine)
        } catch {
            return refuse(error)
        }
        for warning in installation.warnings { console.say("Note: \(warning)") }
        guard survey.contains(where: { !$0.isDone }) else {
            console.say("Version \(installation.version) is installed, and nothing is to do.")
            return finish("nothing_to_do", installation, survey, workplace)
        }
        console.show(survey)
        if manner.dryRun {
            console.say("Nothing was changed (--dry-run).")
            return finish("dry_run", installation, survey, workplace)
        }
        guard manner.yes || console.canAsk else {
            return refuse(
                AppError(.conflict, "Nothing was changed. Confirm with --yes: there is no terminal to ask on."))
        }
        guard manner.yes || console.confirm("Do this?") else {
            console.say("Nothing was changed.")
            return .refused
        }
        do {
            try await installation.plan.apply(to: workplace.machine) { console.tell($0) }
        } catch {
            console.complain(error.sentence)
            console.report(["result": "failed", "error": .string(error.sentence)])
            return .failed
        }
        return finish("installed", installation, survey, workplace)
    }

    private func prepare(_ machine: LiveMachine) async throws -> Installation {
        let payload = try Payload(executable: Payload.ownExecutable())
        let secret = passphrase
        return try await Installation(
            options, payload: payload, machine: machine, passphrase: secret,
            daemon: { LocalDaemon($0, machine: machine) }, tell: { [console] in console.say("  \($0)") })
    }

    /// Asked for only when the key cannot be opened without, and there is somebody to ask.
    private var passphrase: (@Sendable () -> Secret<String>?) {
        { [console] in console.canAsk ? console.secret("Passphrase of the key") : nil }
    }

    private func refuse(_ error: any Error) -> ExitStatus {
        console.complain(error.sentence)
        console.report(["result": "refused", "error": .string(error.sentence)])
        switch (error as? AppError)?.kind {
        case .malformed: return .usage
        case .fault, .unavailable, nil: return .failed
        default: return .refused
        }
    }

    private func finish(
        _ result: String, _ installation: Installation, _ survey: [(summary: String, isDone: Bool)],
        _ workplace: Workplace
    ) -> ExitStatus {
        var object = JSONObject([
            ("result", .string(result)), ("version", .string(installation.version.description)),
            ("plan", .array(survey.map { ["step": .string($0.summary), "done": .bool($0.isDone)] })),
            ("warnings", .array(installation.warnings.map { .string($0) })),
        ])
        if result != "dry_run" {
            do {
                let words = try ClosingWords(installation, machine: workplace.machine)
                for line in words.lines { console.say(line) }
                for (name, value) in words.members.members { object[name] = value }
            } catch {
                console.complain(error.sentence)
            }
        }
        console.report(.object(object))
        return .done
    }
}

/// The machine that is worked on, for one installer at a time.
struct Workplace {
    let machine: LiveMachine
    /// Held until the process ends.
    private let lock: Int32

    /// A renewal needs no turn: it may be asked for by the very service that an installer is starting.
    init(_ manner: Manner, takesTurn: Bool = true) throws {
        let root = InstallWishes.absolute(manner.root ?? "/")
        let folder = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else {
            throw AppError(.invalid, "\(root) is not a folder that can be opened. Name the image's root with --root.")
        }
        machine = LiveMachine(root: root)
        lock = folder
        guard geteuid() == 0 else {
            throw AppError(.forbidden, "Only root may do this. Run it with `sudo`.")
        }
        // Kept by the kernel: it ends with the process, however that ends.
        guard !takesTurn || flock(folder, LOCK_EX | LOCK_NB) == 0 else {
            throw AppError(.conflict, "Another installer is at work here. Wait until it is done.")
        }
    }
}
