import Kernel
import Persistence
import Synchronization

/// The graph of this daemon: read once from the database, then kept by events. Asking never waits for anything but a
/// short lock.
///
/// Events may come from several drivers, each in order and each more than once; every one is taken in once. It is the
/// `DeltaSource` of the live stream.
package final class TopologyPicture: DeltaSource {
    /// A moment of the graph. A value: events that follow do not change it.
    struct Moment: Sendable {
        let graph: TopologyGraph
        let version: Version
    }

    /// Tells whether a document made earlier is still right, without touching the graph.
    struct Version: Sendable, Equatable {
        /// Counts changes of the picture.
        let generation: UInt64
        /// The newest event that was taken in.
        let eventID: Int64
        let defaultMap: Int64
    }

    private struct State {
        var graph = TopologyGraph()
        var isLoaded = false
        var generation: UInt64 = 0
        var eventID: Int64 = 0
        var kept = KeptDeltas(after: 0)
        /// What came while the graph is being read, to be taken in again on what was read.
        var missed: [StoredEvent] = []
        var loading = 0
        /// How many keep it by events: where nobody does, nothing is worth waiting for.
        var followers = 0
        /// Everything that was committed up to this count of the store's signal is in.
        var caughtUp: UInt64 = 0
    }

    /// Longer than an answer, a reader does not wait for an event.
    private static let patience = Duration.seconds(1)

    private let store: any Store
    private let state = Mutex(State())
    /// Raised when an event was taken in or the graph was read.
    private let progress = OutboxSignal()

    package init(store: any Store) {
        self.store = store
    }

    package var isLoaded: Bool { state.withLock { $0.isLoaded } }

    /// Returns when the graph has been read, or when the task is cancelled.
    func untilLoaded() async { _ = await until { $0.isLoaded } }

    /// Nil until the graph has been read.
    var version: Version? {
        state.withLock { state in
            guard state.isLoaded else { return nil }
            return Version(
                generation: state.generation, eventID: state.eventID, defaultMap: state.graph.maps.defaultMap)
        }
    }

    var moment: Moment? {
        state.withLock { state in
            guard state.isLoaded else { return nil }
            let version = Version(
                generation: state.generation, eventID: state.eventID, defaultMap: state.graph.maps.defaultMap)
            return Moment(graph: state.graph, version: version)
        }
    }

    func hasMap(_ id: Int64) -> Bool { state.withLock { $0.graph.maps.has(id) } }

    // MARK: Reading what one has just written

    /// The graph with everything that was committed before this was asked.
    func latest() async throws -> Moment {
        await catchUp()
        guard let moment else { throw TopologyDocuments.notLoaded }
        return moment
    }

    /// Waits until what was committed before is in: an event is on its way for a moment after its change was answered.
    /// Without a commit since the last time this takes two short locks and no database.
    func catchUp() async {
        let count = store.outboxSignal.count
        guard state.withLock({ $0.isLoaded && $0.followers > 0 && $0.caughtUp < count }) else { return }
        // Without a database the graph that there is has to do.
        guard let newest = try? await EventLog(store).newestID() else { return }
        let hasAll = await withTaskGroup(of: Bool.self) { group in
            group.addTask { await self.until { $0.eventID >= newest } }
            group.addTask {
                try? await Task.sleep(for: Self.patience)
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
        if hasAll { state.withLock { $0.caughtUp = max($0.caughtUp, count) } }
    }

    /// False where the task was cancelled before it was so.
    private func until(_ isSo: @Sendable (State) -> Bool) async -> Bool {
        while !Task.isCancelled {
            let seen = progress.count
            if state.withLock({ isSo($0) }) { return true }
            await progress.wait(past: seen)
        }
        return false
    }

    /// Whoever takes in all events says so for as long as that goes on.
    func followed<Answer: Sendable>(_ body: () async throws -> Answer) async rethrows -> Answer {
        state.withLock { $0.followers += 1 }
        defer { state.withLock { $0.followers -= 1 } }
        return try await body()
    }

    // MARK: Events

    package func delta(of event: StoredEvent) async throws -> (any EventDelta)? {
        if !isLoaded { try await load() }
        return try take(event)
    }

    /// Takes the event in, if that has not been done, and answers with what it changed.
    @discardableResult
    func take(_ event: StoredEvent) throws -> TopologyDelta? {
        defer { progress.raise() }
        guard TopologyGraph.concerns(event.subject) else {
            state.withLock { $0.eventID = max($0.eventID, event.id) }
            return nil
        }
        return try state.withLock { state in
            if state.loading > 0 { state.missed.append(event) }
            guard state.isLoaded else { return nil }
            switch state.kept[event.id] {
            case .known(let delta): return delta
            case .tooMuch(let bytes): throw GraphError.tooMuch(eventID: event.id, bytes: bytes)
            case .forgotten: throw GraphError.forgotten(eventID: event.id)
            case .new: break
            }
            let change = try state.graph.apply(event)
            let members = change.isEmpty ? [] : state.graph.members(of: change)
            state.kept.keep(members, of: event.id)
            state.eventID = max(state.eventID, event.id)
            // A map that comes or goes changes no node, but what may be asked for.
            if !change.isEmpty || event.subject.hasPrefix("topology.") { state.generation += 1 }
            if members.count > KeptDeltas.largest {
                throw GraphError.tooMuch(eventID: event.id, bytes: members.count)
            }
            return members.isEmpty ? nil : TopologyDelta(members: members)
        }
    }

    @discardableResult
    package func rebuild(upTo eventID: Int64) async throws -> Int64 {
        if !holds(eventID) { try await load() }
        return state.withLock { max($0.kept.floor, eventID) }
    }

    /// Somebody else may have read it since, or have taken that event in. A driver that lost events reads the graph
    /// anew before it goes on, so an event that was taken in has everything before it.
    private func holds(_ eventID: Int64) -> Bool {
        state.withLock { state in
            guard state.isLoaded else { return false }
            if case .new = state.kept[eventID] { return false }
            return true
        }
    }

    /// Reads the graph out of the database. What happens meanwhile is taken in on top.
    package func load() async throws {
        state.withLock { $0.loading += 1 }
        defer {
            state.withLock { state in
                state.loading -= 1
                if state.loading == 0 { state.missed = [] }
            }
        }
        let (graph, eventID) = try await store.read { try GraphLoader.load(in: $0) }
        defer { progress.raise() }
        try state.withLock { try Self.install(graph, at: eventID, in: &$0) }
    }

    private static func install(_ graph: TopologyGraph, at eventID: Int64, in state: inout State) throws {
        // Two that read at once: the later moment wins.
        guard !state.isLoaded || eventID >= state.kept.floor else { return }
        var graph = graph
        var newest = eventID
        for event in state.missed.sorted(by: { $0.id < $1.id }) where event.id > eventID {
            _ = try graph.apply(event)
            newest = event.id
        }
        state.graph = graph
        state.isLoaded = true
        state.generation += 1
        state.eventID = max(state.eventID, newest)
        state.kept = KeptDeltas(after: newest)
    }
}
