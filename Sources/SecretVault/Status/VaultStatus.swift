import HTTPKit
import JSONKit
import Kernel
import Persistence
import Synchronization

/// How the vault stands, for the page, `cb vault status` and the health list.
package struct VaultStatus: Sendable, Equatable {
    package enum Condition: String, Sendable, CaseIterable {
        /// There has never been a key, and none could be made.
        case uninitialised
        /// The key in use is not here: nothing can be sealed.
        case locked
        /// The key in use is here, and some values need another one.
        case partlyLocked = "partly_locked"
        case unlocked
    }

    /// The secrets of one kind.
    package struct Kind: Sendable, Equatable {
        package let column: SealedColumn
        package var total = 0
        /// No key that is here opens them.
        package var locked = 0
        /// Under an earlier key that is here.
        package var behind = 0
    }

    package struct Key: Sendable, Equatable {
        package let record: KeyRecord
        package let isHeld: Bool
        /// How many values lie under it.
        package let values: Int
    }

    /// At most so many are named.
    static let longestList = 500

    package let condition: Condition
    package let source: KeySource?
    package let trouble: String?
    package let current: KeyID?
    package let kinds: [Kind]
    package let locked: [SealedName]
    package let keys: [Key]
    package let rotation: RotationRecord?
    /// Values under earlier keys that are here.
    package let left: Int
    /// Why the key cannot be rotated here, and how it is; nil when it can.
    package let rotationRefusal: String?

    package var lockedCount: Int { kinds.reduce(0) { $0 + $1.locked } }
    package var isRotating: Bool { condition != .locked && rotation.map { $0.finishedAt == nil } ?? false }
    package var needsConfirmation: Bool {
        source == .dataFile && keys.contains { $0.record.id == current && $0.record.confirmedAt == nil }
    }
}

extension SecretVault {
    /// Opens every value for it; the names of those that cannot be opened are exact.
    package func status() async throws -> VaultStatus {
        let known = state.withLock { $0 }
        return try await store.read { try VaultStatus(known, by: .contents, in: $0) }
    }

    /// The vault's line of the health list: asked for often, so values are judged by the names of their keys.
    package func health() async throws -> HealthItem {
        let known = state.withLock { $0 }
        if known.source == .dataFile, let current = known.keyring.current, let file,
            !file.keys.contains(where: { $0.id == current.id })
        {
            return HealthItem(
                id: "vault", severity: .warning,
                message: "The vault's key is in memory only: it is no longer in \(file.path). Put it back, or run "
                    + "`cb vault rotate`, before the daemon stops.")
        }
        return try await store.read { try VaultStatus(known, by: .keyNames, in: $0).health }
    }
}

extension VaultStatus {
    init(_ known: SecretVault.State, by scrutiny: SealedValues.Scrutiny, in tx: any Session) throws {
        let keyring = known.keyring
        let counts = try SealedValues.survey(in: tx)
        let isQuiet = scrutiny == .keyNames && counts.allSatisfy { $0.key.map(keyring.holds) ?? false }
        let names = isQuiet ? [] : try SealedValues.locked(keyring, by: scrutiny, in: tx)
        var kinds = SealedColumn.allCases.map { Kind(column: $0) }
        for index in kinds.indices {
            let column = kinds[index].column
            kinds[index].total = counts.filter { $0.column == column }.reduce(0) { $0 + $1.count }
            kinds[index].locked = names.count { $0.column == column }
            let behind = counts.filter { $0.column == column && $0.key != keyring.current?.id }
                .reduce(0) { $0 + $1.count }
            kinds[index].behind = keyring.current == nil ? 0 : max(0, behind - kinds[index].locked)
        }
        let current = try VaultStore.currentKey(in: tx)
        self.kinds = kinds.filter { !$0.column.place.isOwn }
        locked = Array(names.prefix(Self.longestList))
        keys = try VaultStore.keys(in: tx).map { record in
            Key(
                record: record, isHeld: keyring.holds(record.id),
                values: counts.filter { $0.key == record.id }.reduce(0) { $0 + $1.count })
        }
        source = known.source
        trouble = known.trouble
        self.current = current
        rotation = try RotationStore.latest(in: tx)
        left =
            scrutiny == .contents
            ? try SecretVault.left(keyring, in: tx) : kinds.reduce(0) { $0 + $1.behind }
        condition =
            if !known.isInitialised {
                .uninitialised
            } else if keyring.current == nil {
                .locked
            } else {
                names.isEmpty ? .unlocked : .partlyLocked
            }
        rotationRefusal = SecretVault.rotationRefusal(known)
    }

    /// One line of the health list.
    package var health: HealthItem {
        let (severity, message): (HealthItem.Severity, String) =
            switch condition {
            case .uninitialised: (.warning, "The vault has no key, so no secret can be stored. \(trouble ?? "")")
            case .locked: (.warning, "The vault is locked. \(trouble ?? "") \(lockedSentence)")
            case .partlyLocked:
                (.warning, "\(lockedSentence) Enter them again, or bring their key back with `cb vault rekey-from`.")
            case .unlocked where needsConfirmation:
                (.notice, "Nobody has kept a copy of the vault's key yet. Do it under Settings, Vault.")
            case .unlocked where isRotating:
                (.ok, "The vault changes its key; \(left) secrets are left. All of them can be read meanwhile.")
            case .unlocked: (.ok, "The vault is open.")
            }
        return HealthItem(
            id: "vault", severity: severity, message: message.split(separator: " ").joined(separator: " "))
    }

    private var lockedSentence: String {
        guard !locked.isEmpty else { return "No stored secret needs it." }
        let named = locked.prefix(10).map(\.text).joined(separator: ", ")
        let more = lockedCount - min(10, locked.count)
        let list = more > 0 ? "\(named) and \(more) more" : named
        return "\(lockedCount == 1 ? "Locked is" : "Locked are") \(list)."
    }
}
