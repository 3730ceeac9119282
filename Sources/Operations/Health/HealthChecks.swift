import Kernel
import Synchronization

/// One list of standing conditions, for `/api/v1/health/ready`, the banner of the pages and the status stream.
///
/// A check is a closure that is asked; a standing item is set by whoever finds out. A check that takes longer than
/// `patience` counts as failing, because whoever waits for readiness has no more time than that. A check must end when
/// it is cancelled.
package final class HealthChecks: Sendable {
    private struct Check: Sendable {
        let id: String
        let run: @Sendable () async -> HealthItem
    }

    private struct State {
        var checks: [Check] = []
        var standing: [String: HealthItem] = [:]
        var latest: [HealthItem] = []
        var readAt: ContinuousClock.Instant?
    }

    private let state = Mutex(State())
    private let patience: Duration

    package init(patience: Duration = .seconds(3)) {
        self.patience = patience
    }

    /// Checks run at each `report`, side by side. An error means failing, with `trouble` as the sentence to show.
    package func register(
        _ id: String,
        trouble: String,
        _ check: @escaping @Sendable () async throws -> HealthItem
    ) {
        let guarded = Check(id: id) { [patience] in
            await finishing(within: patience, check) ?? HealthItem(id: id, severity: .failing, message: trouble)
        }
        state.withLock { $0.checks.append(guarded) }
    }

    /// A condition that lasts until it is set again or cleared.
    package func set(_ item: HealthItem) {
        state.withLock { $0.standing[item.id] = item }
    }

    package func clear(_ id: String) {
        state.withLock { $0.standing[id] = nil }
    }

    /// Runs every check. The worst come first, then by id.
    package func report() async -> [HealthItem] {
        let (checks, standing) = state.withLock { ($0.checks, Array($0.standing.values)) }
        let checked = await withTaskGroup(of: HealthItem.self) { group in
            for check in checks { group.addTask { await check.run() } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let items = (checked + standing).sorted { left, right in
            left.severity == right.severity ? left.id < right.id : left.severity > right.severity
        }
        state.withLock { state in
            state.latest = items
            state.readAt = .now
        }
        return items
    }

    /// The last report if it is that young, else a new one: for those whom anybody may ask as often as they like.
    package func report(noOlderThan age: Duration) async -> [HealthItem] {
        let young = state.withLock { state in
            state.readAt.flatMap { $0.duration(to: .now) < age ? state.latest : nil }
        }
        if let young { return young }
        return await report()
    }

    /// What the last report said, without asking anew.
    package var latest: [HealthItem] { state.withLock { $0.latest } }
}

extension [HealthItem] {
    /// `ok` while nothing is failing: warnings do not take a daemon out of service.
    package var isReady: Bool { allSatisfy { $0.severity < .failing } }

    package var status: HealthItem.Severity { map(\.severity).max() ?? .ok }
}

/// The result, or nil where there is none in time or an error instead.
private func finishing<Value: Sendable>(
    within patience: Duration,
    _ work: @escaping @Sendable () async throws -> Value
) async -> Value? {
    await withTaskGroup(of: Value?.self) { group in
        // An error says no more here than that the check failed; the check itself logs what it knows.
        group.addTask { try? await work() }
        group.addTask {
            try? await Task.sleep(for: patience)
            return nil
        }
        let first = await group.next() ?? nil
        group.cancelAll()
        return first
    }
}
