import Synchronization

/// Counts how long something took, in fixed buckets. Observing is a handful of relaxed atomic additions and never
/// waits; reading while others write may be off by the observations under way, which Prometheus allows.
package final class Histogram: Sendable {
    /// Upper bounds in nanoseconds: 0.5 ms to 10 s. What takes longer only counts in the total.
    static let bounds: [UInt64] = [
        500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000, 100_000_000, 250_000_000,
        500_000_000, 1_000_000_000, 2_500_000_000, 5_000_000_000, 10_000_000_000,
    ]
    /// The same in seconds, as Prometheus writes them.
    static let labels = [
        "0.0005", "0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10",
    ]

    struct Reading {
        /// Observations up to each bound, as Prometheus counts them: each bucket holds those before it.
        let cumulative: [UInt64]
        let count: UInt64
        let seconds: Double
    }

    private let buckets = InlineArray<15, Atomic<UInt64>> { _ in Atomic(0) }
    private let nanoseconds = Atomic<UInt64>(0)

    package init() {}

    package func observe(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        observe(nanoseconds: UInt64(max(0, seconds)) &* 1_000_000_000 &+ UInt64(max(0, attoseconds / 1_000_000_000)))
    }

    package func observe(nanoseconds value: UInt64) {
        var index = 0
        while index < Self.bounds.count, value > Self.bounds[index] { index += 1 }
        buckets[index].wrappingAdd(1, ordering: .relaxed)
        nanoseconds.wrappingAdd(value, ordering: .relaxed)
    }

    func read() -> Reading {
        var total: UInt64 = 0
        var cumulative: [UInt64] = []
        for index in 0..<Self.bounds.count {
            total += buckets[index].load(ordering: .relaxed)
            cumulative.append(total)
        }
        total += buckets[Self.bounds.count].load(ordering: .relaxed)
        let sum = Double(nanoseconds.load(ordering: .relaxed)) / 1_000_000_000
        return Reading(cumulative: cumulative, count: total, seconds: sum)
    }
}

/// A number that only grows.
package final class Counter: Sendable {
    private let value = Atomic<UInt64>(0)

    package init() {}

    package func add(_ amount: UInt64 = 1) {
        value.wrappingAdd(amount, ordering: .relaxed)
    }

    package var current: UInt64 { value.load(ordering: .relaxed) }
}
