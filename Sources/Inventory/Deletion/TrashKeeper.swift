import Kernel
import Logging
import Persistence
import ServiceLifecycle

/// Removes for good what has lain in the trash for its time.
package struct TrashKeeper: Service {
    package static let keeps: Duration = .seconds(30 * 86_400)
    private static let batch = 200

    let store: any Store
    let clock: any WallClock
    let logger: Logger

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    let removed = try await sweep()
                    if removed > 0 { logger.info("emptied the trash", metadata: ["objects": "\(removed)"]) }
                } catch is CancellationError {
                    return
                } catch {
                    logger.warning("the trash could not be emptied", metadata: ["error": "\(error)"])
                }
                // Once an hour is often enough for a limit of days.
                try? await Task.sleep(for: .seconds(3_600))
            }
        }
    }

    /// One transaction for each object, so that people's edits are not kept waiting.
    package func sweep() async throws -> Int {
        let limit = clock.now - Self.keeps
        let due = try await store.read { tx in
            try tx.rows(
                """
                SELECT id FROM objects WHERE deleted_at < \(limit.milliseconds) AND deleted_with IS NULL
                ORDER BY deleted_at LIMIT \(Self.batch)
                """
            ).map { try $0.get("id", as: Int64.self) }
        }
        var removed = 0
        for id in due {
            try Task.checkCancellation()
            removed += try await store.write { tx in
                // It may have been restored, or gone with another, since the list was read.
                let rows = try tx.rows(
                    "SELECT id FROM objects WHERE id = \(id) AND deleted_at < \(limit.milliseconds)")
                guard !rows.isEmpty else { return 0 }
                try Purge.run(id, by: .system, in: tx)
                return 1
            }
        }
        return removed
    }
}
