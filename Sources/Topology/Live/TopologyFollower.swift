import Logging
import Persistence
import ServiceLifecycle

/// Reads the graph when the daemon starts, and keeps it by the events of the bus until it stops.
struct TopologyFollower: Service {
    /// An import of a large file is many events in one moment; beyond these the graph is read anew.
    static let buffer = 8_192

    let picture: TopologyPicture
    let bus: EventBus
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await picture.followed {
                // First listen, then read: what happens in between is taken in twice rather than not at all.
                let subscription = bus.subscribe(.all, buffer: Self.buffer)
                await untilDone("reading the map") { if !picture.isLoaded { try await picture.load() } }
                for await element in subscription { await follow(element) }
            }
        }
    }

    func follow(_ element: EventSubscription.Element) async {
        switch element {
        case .event(let event):
            do {
                try picture.take(event)
            } catch GraphError.tooMuch, GraphError.forgotten {
                // It is in; only the difference is not told.
            } catch {
                logger.error(
                    "an event could not be taken into the map",
                    metadata: ["event": "\(event.id)", "subject": "\(event.subject)", "error": "\(error)"])
                await rebuild(upTo: event.id)
            }
        case .reset(let eventID):
            await rebuild(upTo: eventID)
        }
    }

    private func rebuild(upTo eventID: Int64) async {
        logger.notice("the map is read anew", metadata: ["event": "\(eventID)"])
        await untilDone("reading the map anew") { try await picture.rebuild(upTo: eventID) }
    }

    /// Tries until it works or the daemon stops: without a database there is nothing else to do.
    private func untilDone(_ what: String, _ body: () async throws -> Void) async {
        var pause = Duration.milliseconds(250)
        while !Task.isCancelled {
            do {
                return try await body()
            } catch is CancellationError {
                return
            } catch {
                logger.warning("\(what) waits for the database", metadata: ["error": "\(error)"])
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, .seconds(10))
            }
        }
    }
}
