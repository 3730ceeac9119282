import Doctor
import Kernel
import Persistence
import Synchronization

/// The page "Before you go live": the checks of `cb doctor`, run by the daemon itself, and what only the daemon can prove.
/// Whoever puts the daemon together hands in the proofs of the other contexts.
package final class GoLive: Sendable {
    package typealias Proof = @Sendable () async throws -> [Finding]

    private struct State {
        var proofs: [(id: String, run: Proof)] = []
        var patient: (@Sendable (@escaping @Sendable () async -> [Finding]) -> Patient)?
        var latest: GoLiveReport?
        var isRunning = false
    }

    private let state = Mutex(State())
    private let store: any Store
    private let clock: any WallClock

    package init(store: any Store, clock: any WallClock) {
        self.store = store
        self.clock = clock
    }

    /// In the order in which they are shown. An error is a line that says so.
    package func register(_ id: String, _ proof: @escaping Proof) {
        state.withLock { $0.proofs.append((id, proof)) }
    }

    /// What the checks of the machine look at; the closure is given the proofs.
    package func examine(_ patient: @escaping @Sendable (@escaping @Sendable () async -> [Finding]) -> Patient) {
        state.withLock { $0.patient = patient }
    }

    package var latest: GoLiveReport? { state.withLock { $0.latest } }

    /// Everything, one run at a time.
    package func run(by caller: Caller) async throws -> GoLiveReport {
        let patient = state.withLock { $0.patient }
        return try await once {
            let findings =
                if let patient {
                    await Examination.run(patient { [self] in await proven() })
                } else {
                    await proven()
                }
            let report = GoLiveReport(at: clock.now, findings: findings)
            state.withLock { $0.latest = report }
            try await store.write { tx in
                try tx.audit(
                    AuditEntry("checked", severity: .info, entity: "go_live", after: report.counts), by: caller)
            }
            return report
        }
    }

    /// What only the daemon can prove; `cb doctor` has the rest.
    package func prove() async throws -> GoLiveReport {
        try await once { GoLiveReport(at: clock.now, findings: await proven()) }
    }

    private func proven() async -> [Finding] {
        var findings: [Finding] = []
        for (id, proof) in state.withLock({ $0.proofs }) {
            do {
                findings += try await proof()
            } catch {
                let why = (error as? AppError)?.message ?? "The check failed; the journal has the reason."
                findings.append(
                    Finding(id, .bad, why, mend: "`cb logs -n 50` shows more; mend what it names, then check again."))
            }
        }
        return findings
    }

    private func once(_ work: () async throws -> GoLiveReport) async throws -> GoLiveReport {
        let isFree = state.withLock { state in
            defer { state.isRunning = true }
            return !state.isRunning
        }
        guard isFree else {
            throw AppError(.conflict, "The checks are running already. Wait for them, then look at the page.")
        }
        defer { state.withLock { $0.isRunning = false } }
        return try await work()
    }
}
