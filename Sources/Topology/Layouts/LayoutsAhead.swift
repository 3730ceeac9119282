import GraphLayout
import Inventory
import Kernel
import Logging
import Persistence
import ServiceLifecycle

/// Lays out the first map before somebody asks, so that whoever opens it does not wait for the layout. It follows changes
/// at a distance: it lets them gather for a moment, and is busy for a tenth of the time at most.
struct LayoutsAhead: Service {
    let picture: TopologyPicture
    let maps: Maps
    let matches: QueryMatches
    let desk: LayoutDesk
    let bus: EventBus
    let logger: Logger
    var pause = Duration.seconds(2)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            // One event that waits is as good as a thousand: each round looks at the graph as it is then.
            let subscription = bus.subscribe(.all, buffer: 1)
            do {
                await picture.untilLoaded()
                try Task.checkCancellation()
                var seen = picture.version?.generation
                var took = await layOut()
                for await _ in subscription {
                    try await Task.sleep(for: max(pause, took * 10))
                    guard picture.version?.generation != seen else { continue }
                    seen = picture.version?.generation
                    took = await layOut()
                }
            } catch {
                // The daemon stops.
            }
        }
    }

    /// What the page asks for when it opens the map; answers how long it took.
    private func layOut() async -> Duration {
        let start = ContinuousClock.now
        do {
            guard let moment = picture.moment else { return .zero }
            let map = moment.version.defaultMap
            let request = try await LayoutRequest([("pins", "placed")], map: map, by: matches)
            let part = LaidOutGraph(moment.graph, on: map, request)
            guard part.isAnyFree else { return ContinuousClock.now - start }
            _ = try await desk.places(of: part.graph, Layout(try await maps.layout(of: map)))
        } catch is CancellationError {
            return .zero
        } catch {
            // Whoever opens the map asks again, and is told what is wrong.
            logger.debug("the map was not laid out ahead", metadata: ["error": "\(error)"])
        }
        return ContinuousClock.now - start
    }
}
