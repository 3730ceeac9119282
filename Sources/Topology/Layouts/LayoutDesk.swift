import Dispatch
import GraphLayout
import Kernel
import Synchronization

/// Lays out on a queue of its own, one graph after the other, never on the event loops or the cooperative pool. What
/// nobody waits for any more is given up.
final class LayoutDesk: Sendable {
    private static let longestQueue = 8

    private let queue = DispatchQueue(label: "layouts", qos: .utility)
    private let load = Mutex(0)

    func places(of graph: LayoutGraph, _ layout: Layout) async throws -> [LayoutPoint] {
        let isAccepted = load.withLock { load in
            guard load < Self.longestQueue else { return false }
            load += 1
            return true
        }
        guard isAccepted else {
            throw AppError(
                .rateLimited, "Many maps are being laid out. Try again in a moment.", retryAfter: .seconds(2))
        }
        let isGivenUp = GivenUp()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                queue.async { [self] in
                    let result = Result { try layout.places(of: graph) { isGivenUp.value } }
                    load.withLock { $0 -= 1 }
                    continuation.resume(with: result.mapError { _ in CancellationError() as any Error })
                }
            }
        } onCancel: {
            isGivenUp.set()
        }
    }

    private final class GivenUp: Sendable {
        private let flag = Atomic(false)
        var value: Bool { flag.load(ordering: .relaxed) }
        func set() { flag.store(true, ordering: .relaxed) }
    }
}
