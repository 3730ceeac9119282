import HostSystem
import Kernel

/// One thing the installer does. It can say what it will do, see that it is done, do it, and take it back.
///
/// Files are put back by the plan, which keeps what every step replaced: `revert` is for everything else, and is called
/// before them. A step that was killed in the middle is not done, and `apply` then repairs.
package protocol Step: Sendable {
    /// Completes "The installer will …": a verb in the infinitive, without a full stop.
    var summary: String { get }
    func isDone(on machine: any Machine) async throws -> Bool
    func apply(to machine: any Machine) async throws
    func revert(on machine: any Machine) async throws
}

extension Step {
    package func revert(on machine: any Machine) async throws {}
}

/// What a plan tells while it works.
package enum PlanEvent: Sendable, Equatable {
    case begun(String)
    case done(String)
    case failed(String)
    case reverted(String)
    case notReverted(String, reason: String)
}

/// Steps in their order. Applies what is not done yet, so that running it again repairs and a second run does nothing;
/// when a step fails, this run's steps are taken back, newest first.
package struct Plan: Sendable {
    package let steps: [any Step]
    /// Runs when everything was taken back: what has to hear that the old files are there again.
    private let afterReverting: @Sendable (any Machine) async throws -> Void

    package init(
        _ steps: [any Step], afterReverting: @escaping @Sendable (any Machine) async throws -> Void = { _ in }
    ) {
        self.steps = steps
        self.afterReverting = afterReverting
    }

    /// The summaries of all steps, and whether each is done already.
    package func survey(_ machine: any Machine) async throws -> [(summary: String, isDone: Bool)] {
        var result: [(String, Bool)] = []
        for step in steps { result.append((step.summary, try await step.isDone(on: machine))) }
        return result
    }

    /// True when anything was done.
    @discardableResult
    package func apply(to machine: any Machine, tell: (PlanEvent) -> Void = { _ in }) async throws -> Bool {
        var applied: [(step: any Step, files: ReversibleMachine)] = []
        for step in steps {
            do {
                guard try await !step.isDone(on: machine) else { continue }
                tell(.begun(step.summary))
                let files = ReversibleMachine(machine)
                applied.append((step, files))
                try await step.apply(to: files)
                guard try await step.isDone(on: machine) else {
                    throw AppError(.fault, "The installer could not \(step.summary): it does not hold.")
                }
                tell(.done(step.summary))
            } catch {
                tell(.failed(step.summary))
                await revert(applied, on: machine, tell)
                throw error
            }
        }
        return !applied.isEmpty
    }

    private func revert(
        _ applied: [(step: any Step, files: ReversibleMachine)], on machine: any Machine, _ tell: (PlanEvent) -> Void
    ) async {
        for (step, files) in applied.reversed() {
            var problems: [String] = []
            do {
                try await step.revert(on: machine)
            } catch {
                problems.append(error.sentence)
            }
            problems += files.undo()
            if problems.isEmpty {
                tell(.reverted(step.summary))
            } else {
                tell(.notReverted(step.summary, reason: problems.joined(separator: " ")))
            }
        }
        do {
            if !applied.isEmpty { try await afterReverting(machine) }
        } catch {
            tell(.notReverted("start what ran before", reason: error.sentence))
        }
    }
}

extension Error {
    /// What a person is told.
    package var sentence: String { (self as? AppError)?.message ?? "\(self)" }
}
