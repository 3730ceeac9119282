import Kernel
import Logging
import Persistence
import ServiceLifecycle

/// Takes one stream's events from the bus to its hub, in order, one after the other.
struct LiveRelay: Service {
    let hub: LiveHub
    let feed: any LiveFeed
    let events: EventSubscription
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            // Whatever the feed keeps in memory is at least as new as the place the stream begins at.
            let begin = hub.position
            let place = await rebuild(upTo: begin)
            if place > begin { hub.reset(at: place) }
            for await element in events {
                switch element {
                case .event(let event): await take(event)
                case .reset(let eventID):
                    hub.reset(at: await rebuild(upTo: eventID))
                }
            }
        }
        events.cancel()
        // The bus may end first; that is no reason to stop the rest.
        try? await gracefulShutdown()
    }

    private func take(_ event: StoredEvent) async {
        // Pages were told to fetch anew what this is part of.
        guard event.id > hub.position else { return }
        do {
            hub.publish(LiveEntry(id: event.id, frames: try await feed.frames(of: event)))
        } catch {
            guard !Task.isCancelled else { return }
            // A change too large to tell, or a picture read after the event: pages fetch anew.
            logger.notice(
                "a live event is told as a reset",
                metadata: ["stream": "\(feed.stream.rawValue)", "event": "\(event.id)", "error": "\(error)"])
            hub.reset(at: await rebuild(upTo: event.id))
        }
    }

    /// Answers with where pages go on from.
    private func rebuild(upTo eventID: Int64) async -> Int64 {
        do {
            return try await feed.rebuild(upTo: eventID)
        } catch {
            guard !Task.isCancelled else { return eventID }
            logger.error(
                "a live picture could not be read anew",
                metadata: ["stream": "\(feed.stream.rawValue)", "error": "\(error)"])
            return eventID
        }
    }
}

/// Asks again who the callers of all sockets are: after every event about people and sessions, after a change of the
/// settings, and now and then, because sessions also end by time.
struct LiveRenewals: Service {
    let renewal: LiveRenewal
    let events: EventSubscription
    let interval: Duration

    static let subjects: SubjectFilter = ["access.>", "operations.settings.changed"]

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { tasks in
                tasks.addTask {
                    for await _ in events { await renewal.renewAll() }
                }
                tasks.addTask {
                    while (try? await Task.sleep(for: interval)) != nil { await renewal.renewAll() }
                }
            }
        }
        events.cancel()
        try? await gracefulShutdown()
    }
}
