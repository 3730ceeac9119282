import Kernel

/// Where the key comes from.
package enum KeySource: String, Sendable, CaseIterable {
    /// The systemd credential `vault-key`.
    case credential
    /// `CB_VAULT_KEY`, `CB_VAULT_KEY_FILE` or `vault.key` of config.yaml.
    case environment
    /// `.env` in the data directory, written by the daemon.
    case dataFile = "data_file"

    /// Supplied from outside: used, and never replaced.
    package var isSupplied: Bool { self != .dataFile }

    var name: String {
        switch self {
        case .credential: "the systemd credential vault-key"
        case .environment: "CB_VAULT_KEY"
        case .dataFile: ".env in the data directory"
        }
    }

    /// Where its earlier keys are named.
    var oldName: String {
        switch self {
        case .credential: "the systemd credential vault-key-old"
        case .environment, .dataFile: "CB_VAULT_KEY_OLD"
        }
    }
}

/// A key that the configuration gives, and its predecessors.
package struct SuppliedKey: Sendable {
    let source: KeySource
    let key: VaultKey
    let old: [VaultKey]

    /// `old` is a list of earlier keys, separated by commas, spaces or lines.
    package init(_ key: Secret<String>, old: Secret<String>? = nil, source: KeySource) throws {
        self.source = source
        do {
            self.key = try VaultKey(parsing: key.reveal())
        } catch {
            throw AppError(
                .unavailable,
                "\(source.name) is set, and is no vault key: a key is 32 bytes as Base64, which are 44 characters. "
                    + "Correct it, or remove it to use the key of the data directory.")
        }
        switch KeyList.parse(old?.reveal() ?? "") {
        case .success(let keys): self.old = keys
        case .failure(let problem):
            throw AppError(
                .unavailable,
                "Entry \(problem.place) of \(problem.count) in \(source.oldName) is no vault key: a key is 32 bytes as "
                    + "Base64, which are 44 characters. Correct the list.")
        }
    }
}

/// What looking for the key has found.
struct FoundKeys: Sendable {
    var current: VaultKey?
    var old: [VaultKey] = []
    var source: KeySource?
    /// Why there is no key, in a sentence with a cure; nil when there simply is none.
    var trouble: String?
    /// The key of `.env` while a supplied one goes before it: only to say so when the supplied one is wrong.
    var overlooked: KeyID?

    var all: [VaultKey] { (current.map { [$0] } ?? []) + old }
}
