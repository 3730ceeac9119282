import Kernel
import Logging
import ServiceLifecycle
import Synchronization

/// Hands committed events to the bus, in order and at least once, and forgets all but the newest `kept`.
///
/// It sleeps until a commit raises the store's signal. How far it came is written down now and then and at the end;
/// after a crash the events since are delivered again.
package final class OutboxRelay: Service {
    private static let batch = 200
    /// After so many events the position is written down and old ones are deleted.
    private static let settleEvery: Int64 = 1_000

    private let store: any Store
    private let bus: EventBus
    private let logger: Logger
    private let kept: Int
    private let position = Mutex<Position?>(nil)

    private struct Position {
        var delivered: Int64
        var settled: Int64
    }

    package init(store: any Store, bus: EventBus, logger: Logger, kept: Int = 10_000) {
        self.store = store
        self.bus = bus
        self.logger = logger
        self.kept = max(1, kept)
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown { await self.deliverUntilCancelled() }
        do {
            try await settle()
        } catch {
            logger.warning("the position of the event relay was not written", metadata: ["error": "\(error)"])
        }
        bus.finish()
    }

    private func deliverUntilCancelled() async {
        var pause = Duration.milliseconds(250)
        while !Task.isCancelled {
            let seen = store.outboxSignal.count
            do {
                try await deliver()
                pause = .milliseconds(250)
                await store.outboxSignal.wait(past: seen)
            } catch is CancellationError {
                return
            } catch {
                logger.warning("events wait for the database", metadata: ["error": "\(error)"])
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, .seconds(30))
            }
        }
    }

    /// Delivers everything that waits, and answers with how many events that was.
    @discardableResult
    package func deliver() async throws -> Int {
        var count = 0
        while true {
            let position = try await currentPosition()
            let events = try await store.read { tx in
                try tx.rows(
                    """
                    SELECT \(StoredEvent.columns) FROM outbox WHERE id > \(position.delivered)
                    ORDER BY id LIMIT \(Self.batch)
                    """
                ).map(StoredEvent.init(row:))
            }
            for event in events {
                bus.publish(event)
                self.position.withLock { $0?.delivered = event.id }
            }
            count += events.count
            if let last = events.last, last.id - position.settled >= Self.settleEvery { try await settle() }
            if events.count < Self.batch { return count }
        }
    }

    private func currentPosition() async throws -> Position {
        if let position = position.withLock({ $0 }) { return position }
        let stored = try await store.read { try OutboxState(in: $0).delivered }
        let position = Position(delivered: stored, settled: stored)
        self.position.withLock { $0 = position }
        return position
    }

    /// Writes the position down and deletes what is delivered and older than the newest `kept` events.
    package func settle() async throws {
        guard let position = position.withLock({ $0 }), position.delivered > position.settled else { return }
        try await store.write { [kept] tx in
            var state = try OutboxState(in: tx)
            state.delivered = max(state.delivered, position.delivered)
            let oldest = try tx.rows("SELECT id FROM outbox ORDER BY id DESC LIMIT 1 OFFSET \(kept)").first
            if let oldest {
                let last = min(try oldest.integer(0), state.delivered)
                try tx.run("DELETE FROM outbox WHERE id <= \(last)")
                state.forgotten = max(state.forgotten, last)
            }
            try state.store(in: tx)
        }
        self.position.withLock { $0?.settled = position.delivered }
    }
}
