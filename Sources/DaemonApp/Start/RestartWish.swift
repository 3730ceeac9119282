import Persistence
import ServiceLifecycle

/// Ends the daemon gracefully when a part of it wants it to start anew, as after a restore was prepared.
final class RestartWish: Service, Sendable {
    private let signal = OutboxSignal()

    /// May be called from anywhere, more than once.
    func raise() { signal.raise() }

    var isRaised: Bool { signal.count > 0 }

    /// Its end is the end of the group.
    func run() async throws {
        await cancelWhenGracefulShutdown { await self.signal.wait(past: 0) }
    }
}
