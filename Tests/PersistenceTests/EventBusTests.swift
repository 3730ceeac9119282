import Kernel
import Persistence
import Testing

@Suite("Event bus")
struct EventBusTests {
    private func event(_ id: Int64, _ subject: String = "test.thing.changed") -> StoredEvent {
        StoredEvent(id: id, at: Instant(milliseconds: 0), subject: subject, caller: "system", payload: "{}")
    }

    @Test(
        "subjects match word by word",
        arguments: [
            ("inventory.hardware.created", "inventory.hardware.created", true),
            ("inventory.hardware.created", "inventory.hardware.changed", false),
            ("inventory.>", "inventory.hardware.created", true),
            ("inventory.>", "inventory", false),
            ("inventory.>", "inventoryx.hardware", false),
            ("*.hardware.*", "inventory.hardware.deleted", true),
            ("*.hardware", "inventory.hardware.deleted", false),
            (">", "anything", true),
        ])
    func subjects(pattern: String, subject: String, matches: Bool) {
        #expect(SubjectFilter([pattern]).matches(subject) == matches)
    }

    @Test("a reader gets what it asked for, in order")
    func order() async {
        let bus = EventBus()
        let subscription = bus.subscribe(["a.>", "b.x"])

        bus.publish(event(1, "a.one"))
        bus.publish(event(2, "b.y"))
        bus.publish(event(3, "b.x"))
        bus.finish()
        var ids: [Int64] = []
        for await case .event(let event) in subscription { ids.append(event.id) }

        #expect(ids == [1, 3])
    }

    @Test("an event that comes again is not told twice")
    func once() async {
        let bus = EventBus()
        let subscription = bus.subscribe()

        for id: Int64 in [1, 2, 1, 2, 3] { bus.publish(event(id)) }
        bus.finish()
        var ids: [Int64] = []
        for await case .event(let event) in subscription { ids.append(event.id) }

        #expect(ids == [1, 2, 3])
    }

    @Test("a reader that falls behind is told, and goes on after it")
    func overflow() async {
        let bus = EventBus()
        let slow = bus.subscribe(buffer: 3)
        let quick = bus.subscribe(buffer: 100)

        for id: Int64 in 1...5 { bus.publish(event(id)) }
        bus.finish()
        var seen: [EventSubscription.Element] = []
        for await element in slow { seen.append(element) }
        var count = 0
        for await _ in quick { count += 1 }

        #expect(seen == [.reset(eventID: 4), .event(event(5))])
        #expect(count == 5)
    }

    @Test("a subscription that is let go is forgotten")
    func letGo() {
        let bus = EventBus()

        do {
            let subscription = bus.subscribe()
            #expect(bus.listenerCount == 1)
            withExtendedLifetime(subscription) {}
        }

        #expect(bus.listenerCount == 0)
    }

    @Test("a waiting reader ends when its task is cancelled, and when the subscription is")
    func ends() async {
        let bus = EventBus()
        let first = bus.subscribe()
        let second = bus.subscribe()

        await withTaskGroup(of: EventSubscription.Element?.self) { group in
            group.addTask { await first.makeAsyncIterator().next() }
            group.addTask { await second.makeAsyncIterator().next() }
            second.cancel()
            group.cancelAll()
            for await element in group { #expect(element == nil) }
        }

        #expect(await bus.subscribe().mailboxIsEmptyAfterFinish(of: bus))
    }
}

extension EventSubscription {
    fileprivate func mailboxIsEmptyAfterFinish(of bus: EventBus) async -> Bool {
        bus.finish()
        return await makeAsyncIterator().next() == nil
    }
}
