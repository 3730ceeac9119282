#if canImport(Glibc)
    import Glibc
#endif

/// A moment in milliseconds since 1970-01-01 00:00 UTC, as both databases store it.
package struct Instant: Sendable, Hashable, Comparable, Codable {
    package let milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    package static func < (left: Instant, right: Instant) -> Bool { left.milliseconds < right.milliseconds }

    package static func + (moment: Instant, length: Duration) -> Instant {
        Instant(milliseconds: moment.milliseconds + length.milliseconds)
    }

    package static func - (moment: Instant, length: Duration) -> Instant {
        Instant(milliseconds: moment.milliseconds - length.milliseconds)
    }

    package static func - (left: Instant, right: Instant) -> Duration {
        .milliseconds(left.milliseconds - right.milliseconds)
    }

    package init(from decoder: any Decoder) throws {
        milliseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }
}

extension Duration {
    package var milliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}

/// Tells the time of day. Passed in wherever time decides something, so that tests set it.
package protocol WallClock: Sendable {
    var now: Instant { get }
}

package struct SystemClock: WallClock {
    package init() {}

    package var now: Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
