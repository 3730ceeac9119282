import ServiceLifecycle
import Synchronization

/// Ends what takes too long. One beat per second looks at all requests, which costs a request two short locks
/// instead of a timer of its own.
package final class RequestDeadlines: Service, Sendable {
    private struct Book {
        var next: UInt64 = 0
        var waiting: [UInt64: (due: ContinuousClock.Instant, continuation: CheckedContinuation<Bool, Never>)] = [:]
    }

    private let book = Mutex(Book())
    private let beat: Duration

    package init(beat: Duration = .seconds(1)) {
        self.beat = beat
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            while !Task.isCancelled {
                // Cancellation ends the sleep and then the loop.
                try? await Task.sleep(for: beat)
                expire(at: .now)
            }
        }
    }

    func expire(at now: ContinuousClock.Instant) {
        let due = book.withLock { book in
            let due = book.waiting.filter { $0.value.due <= now }
            for id in due.keys { book.waiting[id] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in due { continuation.resume(returning: true) }
    }

    /// The result of `work`; or, when it took longer, nil after it was cancelled and came to its end.
    package func run<Value: Sendable>(
        within limit: Duration, _ work: @escaping @Sendable () async -> Value
    ) async -> (value: Value?, isLate: Bool) {
        await withTaskGroup(of: Step<Value>.self) { group in
            group.addTask { .done(await work()) }
            group.addTask { .waited(await self.waits(limit)) }
            var isLate = false
            while let step = await group.next() {
                switch step {
                case .done(let value):
                    group.cancelAll()
                    return (value, isLate)
                case .waited(let isOver):
                    isLate = isOver
                    group.cancelAll()
                }
            }
            return (nil, isLate)
        }
    }

    private enum Step<Value: Sendable>: Sendable {
        case done(Value)
        case waited(Bool)
    }

    /// True when the time is over, false when cancelled before.
    private func waits(_ limit: Duration) async -> Bool {
        let id = book.withLock { book in
            book.next += 1
            return book.next
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                book.withLock { $0.waiting[id] = (.now + limit, continuation) }
                // Cancelled before it stood in the book: nobody else would resume it.
                if Task.isCancelled { cancel(id) }
            }
        } onCancel: {
            cancel(id)
        }
    }

    private func cancel(_ id: UInt64) {
        book.withLock { $0.waiting.removeValue(forKey: id) }?.continuation.resume(returning: false)
    }
}
