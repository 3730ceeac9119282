import Fernet
import Kernel
import Logging
import Persistence
import Synchronization

/// Seals secrets before they are stored and opens them again.
///
/// Only what `SealedColumn` lists can be sealed, and only inside of the transaction that stores it: so rotation, which
/// walks the registry in transactions of its own, misses no value. `begin` is called once before the first request.
package final class SecretVault: Sendable {
    struct State {
        var keyring = Keyring.empty
        var source: KeySource?
        /// Why nothing can be sealed; nil while the vault works.
        var trouble: String?
        var isInitialised = false
        var lockReason: LockReason?
        /// Somebody changes the keys right now.
        var isChanging = false
        var proof: RecoveryProof?
    }

    let store: any Store
    let clock: any WallClock
    let logger: Logger
    let supplied: SuppliedKey?
    /// Where the daemon keeps a key of its own; nil where there is no data directory, as in `openapi`.
    let file: VaultEnvFile?
    let state = Mutex(State())
    /// Raised when there is something to seal anew.
    let rotationSignal = OutboxSignal()

    package init(
        store: any Store, supplied: SuppliedKey? = nil, folder: String?, clock: any WallClock = SystemClock(),
        logger: Logger = Logger(label: "vault")
    ) {
        self.store = store
        self.supplied = supplied
        self.clock = clock
        self.logger = logger
        file = folder.map(VaultEnvFile.init(folder:))
    }

    /// The secret as the database may hold it. `tx` is the transaction that stores it.
    package func seal(
        _ secret: Secret<String>, for column: SealedColumn, in tx: any Session
    ) throws -> SealedText {
        let (keyring, trouble) = state.withLock { ($0.keyring, $0.trouble) }
        guard let key = keyring.current else {
            throw AppError(
                .unavailable,
                "\(column.place.what) cannot be stored, because the vault is not open. "
                    + (trouble ?? "Wait until the daemon has started."))
        }
        return try keyring.seal(secret, with: key, at: tx.now)
    }

    /// What is inside.
    package func open(_ sealed: SealedText, of column: SealedColumn) throws -> Secret<String> {
        let (keyring, trouble) = state.withLock { ($0.keyring, $0.trouble) }
        if let secret = try keyring.open(sealed) { return secret }
        let key = sealed.keyID.map { "the key \($0.shown)" } ?? "another key"
        throw AppError(
            .unavailable,
            "\(column.place.what) is locked: it was sealed with \(key), which is not here. "
                + (trouble ?? "Enter it again, or bring the key back with `cb vault rekey-from FILE`."))
    }

    /// What an API may say of a secret.
    package func mark(of sealed: SealedText?) -> SealedMark {
        guard let sealed else { return SealedMark(isSet: false, since: nil, isLocked: false) }
        let isLocked = state.withLock { state in
            if let id = sealed.keyID { return !state.keyring.holds(id) }
            return (try? state.keyring.open(sealed)) ?? nil == nil
        }
        return SealedMark(isSet: true, since: sealed.since, isLocked: isLocked)
    }

    /// Whether this text is the vault's key in use: for proving that one holds it. Takes the same time either way.
    package func isCurrentKey(_ candidate: Secret<String>) -> Bool {
        guard let current = state.withLock({ $0.keyring.current }),
            let key = try? FernetKey(parsing: candidate.reveal().filter { !$0.isWhitespace })
        else { return false }
        return key == current.key
    }

    /// Whether secrets can be sealed.
    package var isOpen: Bool { state.withLock { $0.keyring.current != nil } }
}
