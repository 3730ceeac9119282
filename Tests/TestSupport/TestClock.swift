import Kernel
import Synchronization

/// A clock that stands still until a test moves it.
package final class TestClock: WallClock {
    /// 2026-09-21 14:13:20 UTC, so that dates in tests look like dates.
    package static let start = Instant(milliseconds: 1_790_000_000_000)

    private let moment: Mutex<Instant>

    package init(_ start: Instant = TestClock.start) {
        moment = Mutex(start)
    }

    package var now: Instant { moment.withLock { $0 } }

    package func set(_ instant: Instant) { moment.withLock { $0 = instant } }

    package func advance(by length: Duration) { moment.withLock { $0 = $0 + length } }
}
