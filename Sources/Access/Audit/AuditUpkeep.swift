import AuditProof
import Kernel
import Logging
import Persistence
import ServiceLifecycle
import Synchronization

/// Every few minutes: anchors the chain when a day has gone by, and shortens the history when its hour has come.
final class AuditUpkeep: Service {
    private let retention: AuditRetention
    private let anchors: AuditAnchors
    private let store: any Store
    private let logger: Logger
    private let trouble = Mutex<[String: String]>([:])

    init(_ retention: AuditRetention, _ anchors: AuditAnchors, store: any Store, logger: Logger) {
        self.retention = retention
        self.anchors = anchors
        self.store = store
        self.logger = logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            while !Task.isCancelled {
                await runDue()
                guard (try? await Task.sleep(for: .seconds(300))) != nil else { return }
            }
        }
    }

    func runDue() async {
        await attempt("the history was not anchored") { try await anchors.dropIfDue() }
        await attempt("rows below the checkpoint were not removed") { try await retention.removeLeftovers() }
        await attempt("the history was not shortened") {
            guard try await retention.rule().isDue(at: retention.clock.now) else { return }
            do {
                let cut = try await retention.run(by: .system)
                try await note(cut.removed == 0 ? "Nothing was old enough." : "\(cut.removed) rows were removed.")
            } catch let error as AppError {
                try await note(error.message)
                throw error
            }
        }
    }

    /// What a person should know of; nil while all is well.
    var health: HealthItem? {
        trouble.withLock { trouble in
            trouble.sorted { $0.key < $1.key }.first.map {
                HealthItem(id: "history", severity: .warning, message: "\($0.key.capitalizedFirst): \($0.value)")
            }
        }
    }

    private func note(_ outcome: String) async throws {
        try await store.write { tx in
            var rule = try RetentionRule.read(in: tx)
            rule.ranAt = tx.now
            rule.outcome = outcome
            try rule.write(in: tx)
        }
    }

    private func attempt<T>(_ failure: String, _ work: () async throws -> T) async {
        do {
            _ = try await work()
            trouble.withLock { $0[failure] = nil }
        } catch {
            let reason = (error as? AppError)?.message ?? "The journal has the reason."
            trouble.withLock { $0[failure] = reason }
            logger.warning("\(failure)", metadata: ["error": "\(error)"])
        }
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
