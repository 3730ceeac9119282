import Synchronization

/// What one route was asked: how often with which class of status, and how long it took.
package final class RouteMeter: Sendable {
    let method: String
    let route: String
    let durations = Histogram()
    private let classes = InlineArray<5, Counter> { _ in Counter() }

    init(method: String, route: String) {
        self.method = method
        self.route = route
    }

    package func record(status: Int, took duration: Duration) {
        durations.observe(duration)
        classes[min(max(status / 100, 1), 5) - 1].add()
    }

    /// The count of each class of status that occurred: `2xx`.
    var counts: [(status: String, count: UInt64)] {
        (0..<5).compactMap { index in
            let count = classes[index].current
            return count == 0 ? nil : ("\(index + 1)xx", count)
        }
    }
}

/// The meters of all routes. The labels are bounded: route templates only, never paths, and no more of them than
/// `most`; what comes after is counted as `other`.
package final class RouteMeters: Sendable {
    static let most = 1024
    private static let methods: Set<String> = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]

    private struct Key: Hashable {
        let method: String
        let route: String
    }

    private let meters = Mutex<[Key: RouteMeter]>([:])
    private let other = RouteMeter(method: "other", route: "other")

    package init() {}

    /// `route` is a template such as `/api/v1/hardware/:id`; nil is a path that no route has.
    package func meter(method: String, route: String?) -> RouteMeter {
        let key = Key(
            method: Self.methods.contains(method) ? method : "other", route: route ?? "unmatched")
        return meters.withLock { meters in
            if let meter = meters[key] { return meter }
            guard meters.count < Self.most else { return other }
            let meter = RouteMeter(method: key.method, route: key.route)
            meters[key] = meter
            return meter
        }
    }

    /// Those that were asked at least once, in the order of their names.
    var used: [RouteMeter] {
        (meters.withLock { Array($0.values) } + [other])
            .filter { !$0.counts.isEmpty }
            .sorted { ($0.route, $0.method) < ($1.route, $1.method) }
    }
}
