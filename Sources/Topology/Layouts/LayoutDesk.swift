import Dispatch
import GraphLayout
import Kernel
import Synchronization

/// Lays out on a queue of its own, one graph after the other, never on the event loops or the cooperative pool. What
/// nobody waits for any more is given up; the last few answers are kept, as everybody who opens a map asks for the same.
final class LayoutDesk: Sendable {
    private static let longestQueue = 8
    private static let mostKept = 4

    private let queue = DispatchQueue(label: "layouts", qos: .utility)
    private let load = Mutex(0)
    private let kept = Mutex<[Kept]>([])
    private let made = Atomic(0)

    /// How many layouts were computed so far: for tests.
    var madeCount: Int { made.load(ordering: .relaxed) }

    private struct Kept {
        let graph: LayoutGraph
        let layout: Layout
        let places: [LayoutPoint]
    }

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
                    let result = Result { try known(graph, layout) ?? laidOut(graph, layout, isGivenUp) }
                    load.withLock { $0 -= 1 }
                    continuation.resume(with: result.mapError { _ in CancellationError() as any Error })
                }
            }
        } onCancel: {
            isGivenUp.set()
        }
    }

    private func known(_ graph: LayoutGraph, _ layout: Layout) -> [LayoutPoint]? {
        kept.withLock { $0.first { $0.layout == layout && $0.graph == graph }?.places }
    }

    private func laidOut(_ graph: LayoutGraph, _ layout: Layout, _ isGivenUp: GivenUp) throws -> [LayoutPoint] {
        let places = try layout.places(of: graph) { isGivenUp.value }
        made.add(1, ordering: .relaxed)
        kept.withLock { kept in
            kept.append(Kept(graph: graph, layout: layout, places: places))
            if kept.count > Self.mostKept { kept.removeFirst() }
        }
        return places
    }

    private final class GivenUp: Sendable {
        private let flag = Atomic(false)
        var value: Bool { flag.load(ordering: .relaxed) }
        func set() { flag.store(true, ordering: .relaxed) }
    }
}
