import Kernel
import Persistence

/// What a stream says about an event.
protocol LiveFeed: Sendable {
    var stream: LiveStream { get }
    /// Called for every event in the order of their ids. An error makes the hub tell every page to fetch anew.
    func frames(of event: StoredEvent) async throws -> [LiveFrame]
    /// Events up to that id were lost, or the daemon has just started.
    /// Answers with the event from which on there is something to tell, see `DeltaSource`.
    func rebuild(upTo eventID: Int64) async throws -> Int64
}

extension LiveFeed {
    func rebuild(upTo eventID: Int64) async throws -> Int64 { eventID }
}

/// Everything documented, and what it changes on the map.
struct TopologyFeed: LiveFeed {
    let stream = LiveStream.topology
    let deltas: (any DeltaSource)?

    func frames(of event: StoredEvent) async throws -> [LiveFrame] {
        guard event.subject.hasPrefix("inventory.") || event.subject.hasPrefix("topology.") else { return [] }
        let needs: Permission = event.subject.hasPrefix("inventory.") ? .viewInventory : .viewMap
        guard let delta = try await deltas?.delta(of: event) else { return [.event(event, needs: needs)] }
        return [
            .event(event, needs: needs, isFollowed: true), .delta(delta, id: event.id, needs: .viewMap),
        ]
    }

    func rebuild(upTo eventID: Int64) async throws -> Int64 {
        try await deltas?.rebuild(upTo: eventID) ?? eventID
    }
}

struct DiscoveryFeed: LiveFeed {
    let stream = LiveStream.discovery

    func frames(of event: StoredEvent) -> [LiveFrame] {
        event.subject.hasPrefix("discovery.") ? [.event(event, needs: .viewDiscovery)] : []
    }
}

/// The daemon's own condition: the list of standing conditions (`LiveHub.stand`), and what is done with backups, whose
/// progress is said in between (`LiveHub.say`).
struct StatusFeed: LiveFeed {
    let stream = LiveStream.status

    func frames(of event: StoredEvent) -> [LiveFrame] {
        event.subject.hasPrefix("backups.") ? [.event(event, needs: .manageBackups)] : []
    }
}
