import Backups
import HTTPKit
import Kernel
import Logging
import Operations
import Persistence
import ServiceLifecycle
import Serving

/// The three streams in one: what the listener asks about handshakes, and the services that feed them.
struct LiveModule: Sendable {
    private let hubs: [LiveStream: LiveHub]
    private let door: LiveDoor
    private let log: EventLog
    let services: [any Service]

    /// Listens to the bus from here on, so that nothing between the start and the first socket is lost.
    ///
    /// `deltas` tells what events change on the map; `requiresTLS` is `CB_WS_REQUIRE_WSS`; `origin` says where a
    /// handshake really came from.
    init(
        store: any Store, bus: EventBus, gate: any LiveGate, deltas: (any DeltaSource)?, requiresTLS: Bool,
        limits: LiveLimits = LiveLimits(), logger: Logger,
        origin: @escaping @Sendable (UpgradeRequest) -> RequestOrigin
    ) async throws {
        let log = EventLog(store)
        let feeds: [any LiveFeed] = [TopologyFeed(deltas: deltas), DiscoveryFeed(), StatusFeed()]
        let feed = EventFeed(store: store, bus: bus)
        let start = try await log.newestID()
        var hubs: [LiveStream: LiveHub] = [:]
        var services: [any Service] = []
        for one in feeds {
            let hub = LiveHub(one.stream, at: start, limits: limits)
            hubs[one.stream] = hub
            let events = try await feed.resume(after: start, buffer: limits.buffer)
            services.append(LiveRelay(hub: hub, feed: one, events: events, logger: logger))
        }
        let renewal = LiveRenewal(Array(hubs.values), gate: gate, logger: logger)
        services.append(
            LiveRenewals(
                renewal: renewal, events: bus.subscribe(LiveRenewals.subjects, buffer: limits.buffer),
                interval: limits.renewal))
        let presence = LivePresence()
        services.append(presence)
        self.hubs = hubs
        self.log = log
        self.services = services
        door = LiveDoor(
            hubs: hubs, gate: gate, renewal: renewal, presence: presence, newest: { try await log.newestID() },
            limits: limits, requiresTLS: requiresTLS, origin: origin, logger: logger)
    }

    var decide: UpgradeDecision.Decide {
        { [door] in await door.decide($0) }
    }

    /// Health goes to the status stream, the number of sockets, frames and events to the metrics; events that are not
    /// delivered are a matter of health.
    func follow(_ operations: OperationsModule) {
        if let hub = hubs[.status] {
            operations.observeHealth { hub.stand(.health($0, needs: .viewStatus)) }
        }
        if let hub = hubs[.topology] {
            operations.metrics.counter("events_total", "Events delivered from the outbox.") { Double(hub.eventCount) }
            operations.health.register("bus", trouble: "The events cannot be read. The journal has the reason.") {
                [log] in Self.item(oldestWaiting: try await log.age(ofOldestAfter: hub.position))
            }
        }
        for (stream, hub) in hubs.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            let labels = [("stream", stream.rawValue)]
            operations.metrics.gauge("live_sockets", "Open live connections.", labels: labels) {
                Double(hub.socketCount)
            }
            operations.metrics.counter("live_frames_total", "Frames sent to live connections.", labels: labels) {
                Double(hub.sentCount)
            }
        }
    }

    /// How far a job with backups is goes to the status stream.
    func follow(_ jobs: BackupJobs) {
        guard let hub = hubs[.status] else { return }
        jobs.observe { hub.say(.job($0, needs: .manageBackups)) }
    }

    /// Delivery takes milliseconds; what waits for seconds waits for something that is broken.
    static func item(oldestWaiting age: Duration?) -> HealthItem {
        guard let age, age > .seconds(10) else {
            return HealthItem(id: "bus", severity: .ok, message: "Events are delivered as they happen.")
        }
        return HealthItem(
            id: "bus", severity: .warning,
            message: "Changes have not reached open pages for \(age.components.seconds) s. The journal has the reason.")
    }
}
