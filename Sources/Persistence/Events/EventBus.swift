import Synchronization

/// Hands committed events to whoever listens in this process. It never waits for a listener: one that falls behind its
/// buffer loses what is in it and is told so.
package final class EventBus: Sendable {
    private struct Listener {
        let filter: SubjectFilter
        let mailbox: EventMailbox
    }

    private struct State {
        var next: UInt64 = 0
        var listeners: [UInt64: Listener] = [:]
        var isFinished = false
    }

    private let state = Mutex(State())

    package init() {}

    /// What is published from now on. `buffer` is how many events may wait for the reader.
    package func subscribe(_ filter: SubjectFilter = .all, buffer: Int = 256) -> EventSubscription {
        let mailbox = EventMailbox(limit: max(1, buffer))
        let number = state.withLock { state in
            state.next += 1
            if !state.isFinished { state.listeners[state.next] = Listener(filter: filter, mailbox: mailbox) }
            return state.next
        }
        if state.withLock({ $0.isFinished }) { mailbox.finish() }
        return EventSubscription(mailbox: mailbox) { [weak self] in self?.remove(number) }
    }

    package func publish(_ event: StoredEvent) {
        let listeners = state.withLock { $0.listeners.values }
        let words = SubjectFilter.words(of: event.subject)
        for listener in listeners where listener.filter.matches(words) { listener.mailbox.post(event) }
    }

    /// Ends every subscription, now and later: the daemon stops.
    package func finish() {
        let listeners = state.withLock { state in
            state.isFinished = true
            defer { state.listeners.removeAll() }
            return state.listeners.values
        }
        for listener in listeners { listener.mailbox.finish() }
    }

    /// How many listen: for tests and metrics.
    package var listenerCount: Int { state.withLock { $0.listeners.count } }

    private func remove(_ number: UInt64) {
        state.withLock { $0.listeners[number] = nil }
    }
}
