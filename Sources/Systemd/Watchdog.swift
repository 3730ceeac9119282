import Logging
import ServiceLifecycle

/// Gives systemd a sign of life twice per interval, but only while the daemon still serves: `isServing` should go the
/// way of a request. When it hangs or says no, the sign stays out and systemd restarts the daemon.
package struct Watchdog: Service {
    private let interval: Duration?
    private let notifier: ReadinessNotifier
    private let logger: Logger
    private let isServing: @Sendable () async -> Bool

    package init(
        _ environment: SystemdEnvironment, logger: Logger, isServing: @escaping @Sendable () async -> Bool
    ) {
        interval = environment.watchdogInterval
        notifier = ReadinessNotifier(environment)
        self.logger = logger
        self.isServing = isServing
    }

    package func run() async throws {
        guard let interval else {
            try? await gracefulShutdown()
            return
        }
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                if await isServing() {
                    notifier.watchdog()
                } else {
                    logger.error("the daemon does not serve; the watchdog is not fed")
                }
                // Cancellation is the end of the loop, not an error.
                try? await Task.sleep(for: interval / 2)
            }
        }
    }
}

/// Says STOPPING as soon as a graceful stop begins.
package struct StopNotice: Service {
    private let notifier: ReadinessNotifier

    package init(_ notifier: ReadinessNotifier) {
        self.notifier = notifier
    }

    package func run() async throws {
        // Cancelled instead of stopped gracefully: it stops all the same.
        try? await gracefulShutdown()
        notifier.stopping()
    }
}
