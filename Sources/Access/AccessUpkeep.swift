import Kernel
import Logging
import Persistence
import ServiceLifecycle

/// Once a minute: writes down when sessions and tokens were used, and removes what has ended by time. A daemon nobody
/// uses writes nothing.
struct AccessUpkeep: Service {
    let store: any Store
    let credentials: Credentials
    let policy: AccessPolicy
    let logger: Logger

    func run() async throws {
        // Not waiting for the next minute when the daemon stops: the sleep ends by cancellation.
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await attempt("ended sessions were not removed") { try await removeEnded() }
                for _ in 0..<60 {
                    guard (try? await Task.sleep(for: .seconds(60))) != nil else { return }
                    await attempt("uses were not written down") { try await writeDownUses() }
                }
            }
        }
        await attempt("uses were not written down") { try await writeDownUses() }
    }

    func writeDownUses() async throws {
        let uses = credentials.cache.takeUses()
        guard !uses.isEmpty else { return }
        do {
            try await store.write { tx in
                for (id, moment) in uses.sessions { try BrowserSessionStore.see(id, at: moment, in: tx) }
                for (id, use) in uses.tokens { try APITokenStore.use(id, use, in: tx) }
            }
        } catch {
            credentials.cache.giveBack(uses)
            throw error
        }
    }

    func removeEnded() async throws {
        let rules = policy.current
        // Otherwise a session that is gone could come back to life when the rules become milder.
        defer { credentials.forget(.everything) }
        try await store.write { tx in
            try BrowserSessionStore.deleteEnded(rules, in: tx)
            try LockoutStore.forgetOld(in: tx)
            try SignInGuard.forgetOldAddresses(in: tx)
            try SignInProgressStore.deleteEnded(in: tx)
            try PasskeyStore.deleteEndedChallenges(in: tx)
        }
    }

    private func attempt(_ failure: Logger.Message, _ work: () async throws -> Void) async {
        do {
            try await work()
        } catch {
            logger.warning(failure, metadata: ["error": "\(error)"])
        }
    }
}
