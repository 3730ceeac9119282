import Dispatch
import Kernel
import Synchronization

/// Some connections that share one line of jobs: whichever is free takes the next.
final class PostgresPool: Sendable {
    private typealias Job = @Sendable (PostgresConnection) -> Void

    private struct State {
        var idle: [PostgresConnection]
        var waiting: [Job] = []
        var isClosed = false
        var closers: [CheckedContinuation<Void, Never>] = []
    }

    /// Whoever finds so many before him is turned away rather than kept waiting.
    private static let waitingLimit = 1_000

    private let state: Mutex<State>
    private let all: [PostgresConnection]

    init(_ connections: [PostgresConnection]) {
        all = connections
        state = Mutex(State(idle: connections))
    }

    func run<T: Sendable>(_ body: @escaping @Sendable (PostgresConnection) throws -> T) async throws -> T {
        let isCancelled = CancellationMark()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let refusal = submit { connection in
                    continuation.resume(
                        with: Result {
                            if isCancelled.isSet { throw CancellationError() }
                            return try body(connection)
                        })
                }
                if let refusal { continuation.resume(throwing: refusal) }
            }
        } onCancel: {
            isCancelled.set()
        }
    }

    /// Lets what waits finish, then closes every connection.
    func close() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                state.isClosed = true
                if state.idle.count == all.count { return true }
                state.closers.append(continuation)
                return false
            }
            if isIdle { continuation.resume() }
        }
        for connection in all {
            await withCheckedContinuation { continuation in
                connection.queue.async {
                    connection.close()
                    continuation.resume()
                }
            }
        }
    }

    private func submit(_ job: @escaping Job) -> PersistenceError? {
        let (connection, refusal): (PostgresConnection?, PersistenceError?) = state.withLock { state in
            if state.isClosed { return (nil, .unavailable(.closed, "The database is closed.")) }
            if let connection = state.idle.popLast() { return (connection, nil) }
            guard state.waiting.count < Self.waitingLimit else {
                return (nil, .unavailable(.busy, "The database is busy: \(Self.waitingLimit) requests wait for it."))
            }
            state.waiting.append(job)
            return (nil, nil)
        }
        if let connection { start(job, on: connection) }
        return refusal
    }

    private func start(_ job: @escaping Job, on connection: PostgresConnection) {
        connection.queue.async { [self] in
            job(connection)
            let (next, closers) = state.withLock { state -> (Job?, [CheckedContinuation<Void, Never>]) in
                guard state.waiting.isEmpty else { return (state.waiting.removeFirst(), []) }
                state.idle.append(connection)
                guard state.idle.count == all.count else { return (nil, []) }
                defer { state.closers.removeAll() }
                return (nil, state.closers)
            }
            if let next { start(next, on: connection) }
            for closer in closers { closer.resume() }
        }
    }
}

private final class CancellationMark: Sendable {
    private let mark = Atomic(false)

    var isSet: Bool { mark.load(ordering: .acquiring) }

    func set() { mark.store(true, ordering: .releasing) }
}
