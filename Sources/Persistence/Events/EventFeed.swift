/// The log and the bus together: what was missed, then what happens, without a gap and without a repetition.
package struct EventFeed: Sendable {
    private let log: EventLog
    private let bus: EventBus

    package init(store: any Store, bus: EventBus) {
        log = EventLog(store)
        self.bus = bus
    }

    /// Goes on after the event `id`, or with what happens from now on when it is nil. More than `limit` missed events
    /// become one reset.
    package func resume(
        after id: Int64?, _ filter: SubjectFilter = .all, limit: Int = 1_000, buffer: Int = 256
    ) async throws -> EventSubscription {
        let subscription = bus.subscribe(filter, buffer: buffer)
        guard let id else {
            // What waits for the relay now is not new to a reader who starts now.
            subscription.mailbox.catchUp([], through: try await log.newestID())
            return subscription
        }
        switch try await log.replay(after: id, filter, limit: limit) {
        case .events(let events, let last):
            subscription.mailbox.catchUp(events.map { .event($0) }, through: last)
        case .reset(let last): subscription.mailbox.catchUp([.reset(eventID: last)], through: last)
        }
        return subscription
    }
}
