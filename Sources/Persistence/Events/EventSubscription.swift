import Synchronization

/// Events for one reader, in order, each id once. It ends when the bus does, when it is cancelled, or when it is let go.
package final class EventSubscription: AsyncSequence, Sendable {
    package enum Element: Sendable, Equatable {
        case event(StoredEvent)
        /// Events up to this id were lost to the reader: what it knows is to be fetched anew. Later ones follow.
        case reset(eventID: Int64)
    }

    let mailbox: EventMailbox
    private let leave: @Sendable () -> Void

    init(mailbox: EventMailbox, leave: @escaping @Sendable () -> Void) {
        self.mailbox = mailbox
        self.leave = leave
    }

    deinit {
        leave()
    }

    package func cancel() {
        leave()
        mailbox.finish()
    }

    package struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let subscription: EventSubscription

        package func next() async -> Element? { await subscription.mailbox.next() }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(subscription: self) }
}

/// What waits for one reader. One reader only: a second one would steal from the first.
final class EventMailbox: Sendable {
    typealias Element = EventSubscription.Element

    private struct State {
        var waiting: [Element] = []
        /// How many at the front were read already; they are dropped together.
        var read = 0
        var lastID: Int64 = 0
        var reader: CheckedContinuation<Element?, Never>?
        var isFinished = false

        var isEmpty: Bool { read == waiting.count }

        mutating func take() -> Element? {
            guard !isEmpty else { return nil }
            let element = waiting[read]
            read += 1
            if read == waiting.count || read >= 1_024 {
                waiting.removeFirst(read)
                read = 0
            }
            return element
        }
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) {
        self.limit = limit
    }

    func post(_ event: StoredEvent) {
        let reader = state.withLock { state -> CheckedContinuation<Element?, Never>? in
            guard !state.isFinished, event.id > state.lastID else { return nil }
            state.lastID = event.id
            if let reader = state.reader {
                state.reader = nil
                return reader
            }
            if state.waiting.count - state.read >= limit {
                state.waiting = [.reset(eventID: event.id)]
                state.read = 0
            } else {
                state.waiting.append(.event(event))
            }
            return nil
        }
        reader?.resume(returning: .event(event))
    }

    /// Puts what the reader missed before what came since; before anybody reads.
    func catchUp(_ missed: [Element], through last: Int64) {
        state.withLock { state in
            let since = state.waiting.filter { element in
                switch element {
                case .event(let event): event.id > last
                case .reset(let id): id > last
                }
            }
            state.waiting = missed + since
            state.lastID = Swift.max(state.lastID, last)
        }
    }

    func next() async -> Element? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (element, isNow): (Element?, Bool) = state.withLock { state in
                    if Task.isCancelled { return (nil, true) }
                    if let element = state.take() { return (element, true) }
                    if state.isFinished { return (nil, true) }
                    precondition(state.reader == nil, "an EventSubscription has one reader")
                    state.reader = continuation
                    return (nil, false)
                }
                if isNow { continuation.resume(returning: element) }
            }
        } onCancel: {
            release()
        }
    }

    /// What waits is still read; then comes the end.
    func finish() {
        state.withLock { $0.isFinished = true }
        release()
    }

    private func release() {
        let reader = state.withLock { state in
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: nil)
    }
}
