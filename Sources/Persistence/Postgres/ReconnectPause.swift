import Synchronization

/// After a server was not reached, nobody tries again for a while: 0.1 s at first, then twice as long each time, up to
/// 5 s. Requests in between fail at once with the reason, instead of queueing up behind a dead address.
final class ReconnectPause: Sendable {
    private struct State {
        var failures = 0
        var until: ContinuousClock.Instant?
        var reason: PersistenceError?
    }

    private let state = Mutex(State())

    func check() throws {
        let reason: PersistenceError? = state.withLock { state in
            guard let until = state.until, ContinuousClock.now < until else { return nil }
            return state.reason
        }
        if let reason { throw reason }
    }

    func succeeded() {
        state.withLock { $0 = State() }
    }

    func failed(_ error: any Error) {
        state.withLock { state in
            state.reason =
                error as? PersistenceError ?? .unavailable(.unreachable, "The PostgreSQL server cannot be reached.")
            state.until = ContinuousClock.now + .milliseconds(min(5_000, 100 << min(state.failures, 6)))
            state.failures += 1
        }
    }
}
