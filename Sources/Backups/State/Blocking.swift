import Dispatch
import Synchronization

/// Work that blocks its thread, away from the threads that tasks share.
enum Blocking {
    static func run<T: Sendable>(_ body: @escaping @Sendable (StopMark) throws -> T) async throws -> T {
        try await stoppable { mark in
            try await withCheckedThrowingContinuation { continuation in
                DispatchQueue(label: "backups", qos: .utility).async {
                    continuation.resume(with: Result { try body(mark) })
                }
            }
        }
    }

    /// Hands over a mark that is set when the task is cancelled, for work on a database's own thread.
    static func stoppable<T: Sendable>(
        _ body: @Sendable (StopMark) async throws -> T
    ) async throws -> T {
        let mark = StopMark()
        return try await withTaskCancellationHandler {
            try await body(mark)
        } onCancel: {
            mark.set()
        }
    }
}

/// Says to work in another thread that nobody wants its result any more.
final class StopMark: Sendable {
    private let mark = Atomic(false)

    func set() { mark.store(true, ordering: .releasing) }

    func check() throws {
        if mark.load(ordering: .acquiring) { throw CancellationError() }
    }
}
