import Fernet
import Kernel

/// The keys this process holds: one that seals, all of them open.
struct Keyring: Sendable {
    /// Nil while the vault is not initialised or its key is not here: nothing can be sealed.
    private(set) var current: VaultKey?
    private(set) var keys: [KeyID: VaultKey]

    static let empty = Keyring(current: nil, others: [])

    init(current: VaultKey?, others: [VaultKey]) {
        self.current = current
        keys = Dictionary((others + (current.map { [$0] } ?? [])).map { ($0.id, $0) }, uniquingKeysWith: { $1 })
    }

    func holds(_ id: KeyID) -> Bool { keys[id] != nil }

    /// The keys that may open a value: the one it names, or each one for a bare token.
    private func candidates(for sealed: SealedText) -> [VaultKey] {
        guard let id = sealed.keyID else { return Array(keys.values) }
        return keys[id].map { [$0] } ?? []
    }

    /// What is inside, or nil when no key here opens it.
    func open(_ sealed: SealedText) throws -> Secret<String>? {
        for candidate in candidates(for: sealed) {
            do {
                let bytes = try FernetToken.open(sealed.token, with: candidate.key)
                return Secret(String(decoding: bytes, as: UTF8.self))
            } catch is FernetToken.Failure {
                continue
            }
        }
        return nil
    }

    func seal(_ secret: Secret<String>, with key: VaultKey, at moment: Instant) throws -> SealedText {
        SealedText(
            keyID: key.id, token: try FernetToken.seal(Array(secret.reveal().utf8), with: key.key, at: moment))
    }

    /// The same secret under the current key, as old as it was; nil when no key here opens it.
    func resealed(_ sealed: SealedText, with key: VaultKey, at moment: Instant) throws -> SealedText? {
        guard let secret = try open(sealed) else { return nil }
        return try seal(secret, with: key, at: sealed.since ?? moment)
    }
}
