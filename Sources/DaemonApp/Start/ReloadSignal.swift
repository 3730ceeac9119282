import Logging
import ServiceLifecycle
import Systemd
import UnixSignals

/// SIGHUP, as `systemctl reload` sends it: the certificate is read anew, and no connection notices.
struct ReloadSignal: Service {
    let tls: TLSKeeper?
    let announcement: Announcement
    let notifier: ReadinessNotifier
    let logger: Logger

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup)
        await cancelWhenGracefulShutdown {
            for await _ in signals {
                notifier.reloading()
                logger.notice("reloading")
                let isNew = tls?.reload() ?? false
                logger.notice("reloaded", metadata: ["certificate": "\(isNew ? "new" : "unchanged")"])
                notifier.ready(announcement.status)
            }
        }
    }
}
