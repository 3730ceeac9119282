import HostSystem
import InstallerCore
import JSONKit
import Kernel
import LocalCA

/// Everything that is not installing.
struct TaskRun {
    let task: OtherTask
    let manner: Manner
    let console: Console

    func run() async -> ExitStatus {
        let workplace: Workplace
        do {
            workplace = try Workplace(manner, takesTurn: !task.renew)
        } catch {
            return end(error, .refused)
        }
        do {
            if task.uninstall { return try await uninstall(workplace.machine) }
            if task.untrust { return try await untrust(workplace.machine) }
            return try await renew(workplace.machine)
        } catch {
            return end(error, .failed)
        }
    }

    private func uninstall(_ machine: LiveMachine) async throws -> ExitStatus {
        let removal: Removal
        do {
            removal = try Removal(purge: task.purge, machine: machine)
        } catch {
            return end(error, .refused)
        }
        for warning in removal.warnings { console.say("Note: \(warning)") }
        let survey = try await removal.survey(machine)
        guard survey.contains(where: { !$0.isDone }) else {
            console.say("Nothing of it is installed, and nothing is to do.")
            return done("nothing_to_do", survey)
        }
        console.show(survey)
        if manner.dryRun {
            console.say("Nothing was changed (--dry-run).")
            return done("dry_run", survey)
        }
        let question = task.purge ? "Do this? Data and certificates cannot be had back." : "Do this?"
        guard manner.yes || console.canAsk else {
            return end(
                AppError(.conflict, "Nothing was changed. Confirm with --yes: there is no terminal to ask on."),
                .refused)
        }
        guard manner.yes || console.confirm(question) else {
            console.say("Nothing was changed.")
            return .refused
        }
        try await removal.apply(to: machine) { console.tell($0) }
        console.say(task.purge ? "Everything is gone." : "It is gone. Data and configuration stay for the next time.")
        return done("removed", survey)
    }

    private func untrust(_ machine: LiveMachine) async throws -> ExitStatus {
        let stores = try await Untrust(machine: machine).run()
        console.say(
            stores.isEmpty
                ? "No store holds the local CA by this installer, and nothing is to do."
                : "Taken out of: \(stores.joined(separator: ", ")).")
        console.report([
            "result": stores.isEmpty ? "nothing_to_do" : "removed", "stores": .array(stores.map { .string($0) }),
        ])
        return .done
    }

    private func renew(_ machine: LiveMachine) async throws -> ExitStatus {
        let wish: CertificateFiles.RollOverWish =
            task.startRollOver ? .start : task.finishRollOver ? .finish : .whenDue
        let sentences = try await Renewal(machine: machine, rollOver: wish).run()
        for sentence in sentences { console.say(sentence) }
        console.report([
            "result": sentences.isEmpty ? "nothing_to_do" : "renewed", "done": .array(sentences.map { .string($0) }),
        ])
        return .done
    }

    private func done(_ result: String, _ survey: [(summary: String, isDone: Bool)]) -> ExitStatus {
        console.report([
            "result": .string(result),
            "plan": .array(survey.map { ["step": .string($0.summary), "done": .bool($0.isDone)] }),
        ])
        return .done
    }

    private func end(_ error: any Error, _ code: ExitStatus) -> ExitStatus {
        console.complain(error.sentence)
        console.report(["result": code == .refused ? "refused" : "failed", "error": .string(error.sentence)])
        return code
    }
}
