import Logging
import SecretVault
import ServiceLifecycle
import Systemd
import UnixSignals

/// SIGHUP, as `systemctl reload` sends it: the certificate is read anew, and no connection notices. A vault key
/// that was put back opens the vault.
struct ReloadSignal: Service {
    let tls: TLSKeeper?
    let vault: SecretVault
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
                do {
                    try await vault.reload()
                } catch {
                    logger.warning("the vault's key was not looked for", metadata: ["error": "\(error)"])
                }
                logger.notice("reloaded", metadata: ["certificate": "\(isNew ? "new" : "unchanged")"])
                notifier.ready(announcement.status)
            }
        }
    }
}
