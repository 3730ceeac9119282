import Kernel
import Logging
import Persistence
import ServiceLifecycle
import Synchronization

/// Seals anew what lies under earlier keys: at the start, and whenever the key has changed. It works in small
/// transactions, so that the daemon serves meanwhile, and a start after any crash goes on where values are left.
package struct VaultRotation: Service {
    let vault: SecretVault

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var pause = Duration.seconds(1)
            while !Task.isCancelled {
                let seen = vault.rotationSignal.count
                do {
                    try await vault.sealAnew()
                    pause = .seconds(1)
                    await vault.rotationSignal.wait(past: seen)
                } catch is CancellationError {
                    return
                } catch {
                    vault.logger.warning("sealing anew waits for the database", metadata: ["error": "\(error)"])
                    try? await Task.sleep(for: pause)
                    pause = min(pause * 2, .seconds(60))
                }
            }
        }
    }
}

extension SecretVault {
    /// How many values one transaction seals anew: a few milliseconds of work.
    private static let batch = 25

    /// Brings every value that can be opened under the key in use. Each value is opened and replaced in one transaction,
    /// so there is no moment at which it cannot be read.
    func sealAnew() async throws {
        while !Task.isCancelled {
            let keyring = state.withLock { $0.keyring }
            guard let key = keyring.current else { return }
            for column in SealedColumn.allCases { try await sealAnew(column, keyring, key) }
            if try await finish(keyring, key) { return }
        }
    }

    private func sealAnew(_ column: SealedColumn, _ keyring: Keyring, _ key: VaultKey) async throws {
        // Nothing is written at a start that has nothing to do.
        guard try await store.read({ try !SealedValues.notUnder(key.id, of: column, limit: 1, in: $0).isEmpty }) else {
            return
        }
        var last = Int64.min
        while !Task.isCancelled {
            let after = last
            let next = try await store.write { tx -> Int64? in
                let values = try SealedValues.notUnder(
                    key.id, of: column, after: after, limit: Self.batch, in: tx)
                var done = 0
                for value in values {
                    guard let fresh = try keyring.resealed(value.sealed, with: key, at: tx.now) else { continue }
                    try SealedValues.replace(value, with: fresh, of: column, in: tx)
                    done += 1
                }
                if done > 0 { try RotationStore.count(done, in: tx) }
                return values.count < Self.batch ? nil : values.last?.id
            }
            guard let next else { return }
            last = next
        }
    }

    /// Values that do not lie under the key in use, and can be opened.
    static func left(_ keyring: Keyring, in tx: any Session) throws -> Int {
        guard let key = keyring.current else { return 0 }
        var count = 0
        for column in SealedColumn.allCases {
            var last = Int64.min
            while true {
                let values = try SealedValues.notUnder(key.id, of: column, after: last, limit: 500, in: tx)
                count += try values.filter { try keyring.open($0.sealed) != nil }.count
                guard values.count == 500, let end = values.last?.id else { break }
                last = end
            }
        }
        return count
    }

    /// Whether nothing is left; then the rotation ends. False when the key changed meanwhile or values came since.
    private func finish(_ keyring: Keyring, _ key: VaultKey) async throws -> Bool {
        guard state.withLock({ $0.keyring.current?.id }) == key.id else { return false }
        guard try await store.read({ try RotationStore.isOpen(in: $0) }) else {
            return try await store.read { try Self.left(keyring, in: $0) } == 0
        }
        return try await store.write { tx in
            guard try Self.left(keyring, in: tx) == 0 else { return false }
            guard let rotation = try RotationStore.latest(in: tx) else { return true }
            try RotationStore.finish(rotation.id, in: tx)
            try tx.emit(VaultRotationFinished(key: key.id, done: rotation.done), by: .system)
            return true
        }
    }
}
