import Kernel
import Logging
import ServiceLifecycle

/// Runs the health checks on a beat, and tells whoever listens when the list is another one.
package struct HealthWatch: Service {
    private let checks: HealthChecks
    private let interval: Duration
    private let logger: Logger
    private let changed: @Sendable ([HealthItem]) async -> Void

    /// `changed` gets the list at the start and whenever it differs from the one before.
    package init(
        _ checks: HealthChecks,
        every interval: Duration = .seconds(15),
        logger: Logger,
        changed: @escaping @Sendable ([HealthItem]) async -> Void
    ) {
        self.checks = checks
        self.interval = interval
        self.logger = logger
        self.changed = changed
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var told: [HealthItem]?
            while !Task.isCancelled {
                let items = await checks.report()
                if Task.isCancelled { return }
                if items != told {
                    logDifference(from: told ?? [], to: items)
                    await changed(items)
                    told = items
                }
                // Cancellation ends the sleep and then the loop.
                try? await Task.sleep(for: interval)
            }
        }
    }

    private func logDifference(from old: [HealthItem], to new: [HealthItem]) {
        for item in new where !old.contains(item) && item.severity >= .warning {
            logger.log(
                level: item.severity == .failing ? .error : .warning, "health",
                metadata: ["item": "\(item.id)", "state": "\(item.severity.rawValue)", "message": "\(item.message)"])
        }
        for item in old where item.severity >= .warning {
            if (new.first { $0.id == item.id }?.severity ?? .ok) < .warning {
                logger.notice("health", metadata: ["item": "\(item.id)", "state": "ok"])
            }
        }
    }
}
