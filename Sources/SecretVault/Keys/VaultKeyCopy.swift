import Kernel
import Persistence
import Synchronization

/// The vault's keys as a backup takes them along: those that are supplied, and those of `.env`. Prints as `[secret]`.
package struct VaultKeyCopy: Sendable {
    private let keys: [VaultKey]

    private init(keys: [VaultKey]) {
        self.keys = keys
    }

    /// What lies on this machine now. Nothing, where there is no key or none that can be read.
    package init(supplied: SuppliedKey?, folder: String) {
        keys = Self.distinct(
            (supplied.map { [$0.key] + $0.old } ?? []) + VaultEnvFile(folder: folder).keys)
    }

    /// What a running vault holds, and what lies on this machine: its file may have gone meanwhile.
    package init(of vault: SecretVault) {
        let keyring = vault.state.withLock { $0.keyring }
        keys = Self.distinct(
            (keyring.current.map { [$0] } ?? []) + keyring.keys.values.sorted { $0.id.text < $1.id.text }
                + (vault.file?.keys ?? []))
    }

    /// These and those, the key that the database names first.
    package func joined(with other: VaultKeyCopy, currentIn tx: any Session) throws -> VaultKeyCopy {
        let all = Self.distinct(keys + other.keys)
        // A database before the vault's migration has no key.
        let hasVault = try tx.dialect.hasTable("vault", in: tx)
        guard hasVault, let current = try VaultStore.currentKey(in: tx),
            let place = all.firstIndex(where: { $0.id == current })
        else { return VaultKeyCopy(keys: all) }
        return VaultKeyCopy(keys: [all[place]] + all[..<place] + all[(place + 1)...])
    }

    package var isEmpty: Bool { keys.isEmpty }

    /// The names of the keys, the one in use first.
    package var names: [String] { keys.map(\.id.shown) }

    /// The first key itself: a passphrase that whoever holds the vault's key has.
    package var first: Secret<String>? { keys.first?.text }

    /// Whether one of these is the key that the database was sealed with last, and really opens what is sealed.
    package func opensVault(of store: any Store) async throws -> Bool {
        try await store.read { tx in
            guard let row = try tx.rows("SELECT check_value FROM vault WHERE id = 1").first,
                let sealed: SealedText = try row.optional(0)
            else { return false }
            return try Keyring(current: keys.first, others: keys).open(sealed) != nil
        }
    }

    /// The content of a `.env` that holds them.
    package var text: Secret<String> {
        guard let first = keys.first else { return Secret("") }
        var text = "\(VaultEnvFile.keyName)=\(first.text.reveal())\n"
        if keys.count > 1 {
            let old = keys.dropFirst().map { $0.text.reveal() }.joined(separator: ",")
            text += "\(VaultEnvFile.oldName)=\(old)\n"
        }
        return Secret(text)
    }

    private static func distinct(_ keys: [VaultKey]) -> [VaultKey] {
        var seen: Set<KeyID> = []
        return keys.filter { seen.insert($0.id).inserted }
    }
}

extension VaultKeyCopy: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "[secret]" }
    package var debugDescription: String { "[secret]" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension SuppliedKey {
    /// The name of the key, as people compare it.
    package var name: String { key.id.shown }
}

extension Dialect {
    fileprivate func hasTable(_ name: String, in tx: any Session) throws -> Bool {
        switch self {
        case .sqlite: try !tx.rows("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = \(name)").isEmpty
        case .postgres: try tx.one("SELECT to_regclass(\(name)::text) IS NOT NULL").get(0)
        }
    }
}
