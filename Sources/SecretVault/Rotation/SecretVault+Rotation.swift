import Kernel
import Logging
import Persistence
import Synchronization

extension SecretVault {
    /// Makes a new key, keeps the former beside it, and seals everything anew behind this call. The key is on the disk
    /// before anything is sealed with it.
    package func rotate(by caller: Caller) async throws {
        let known = try beginChange { known in
            if let refusal = Self.rotationRefusal(known) { throw AppError(.conflict, refusal) }
        }
        defer { endChange() }
        guard let file, let current = known.keyring.current else { return }
        if try await store.read({ try RotationStore.isOpen(in: $0) }) {
            throw AppError(.conflict, "A rotation is under way already. Wait until no secret is left.")
        }
        let key = VaultKey.random()
        let former = Self.distinct([current] + known.keyring.keys.values.sorted { $0.id.text < $1.id.text } + file.keys)
        try file.write(key, old: former)
        // When the database fails here, the file keeps both keys, and the next start changes over to the new one: whether
        // a commit whose answer was lost has happened cannot be known.
        try await adopt(key, beside: former, from: .dataFile, way: .rotation, by: caller)
        rotationSignal.raise()
    }

    /// Lets earlier keys go, once no value needs them.
    package func retire(by caller: Caller) async throws {
        let known = try beginChange { known in
            if known.keyring.current == nil { throw Self.isLocked(known) }
        }
        defer { endChange() }
        guard let current = known.keyring.current else { return }
        let retired = try await store.write { tx -> [KeyID] in
            let left = try Self.left(known.keyring, in: tx)
            guard left == 0 else {
                throw AppError(
                    .conflict, "\(left) secrets are still under an earlier key. Wait until the rotation has ended.")
            }
            let retired = try VaultStore.retireOthers(than: current.id, in: tx)
            if !retired.isEmpty { try tx.emit(VaultKeysRetired(keys: retired), by: caller) }
            return retired
        }
        if known.source == .dataFile { try file?.write(current, old: []) }
        hold(Keyring(current: current, others: []), from: known.source ?? .dataFile)
        logger.notice("retired earlier vault keys", metadata: ["count": "\(retired.count)"])
    }

    /// Why the key cannot be rotated here, and how it is.
    static func rotationRefusal(_ known: State) -> String? {
        guard known.keyring.current != nil else {
            return "The vault is not open, so its key cannot be rotated. \(known.trouble ?? "")"
        }
        switch known.source {
        case .credential, .environment:
            let source = known.source ?? .environment
            return
                "The key comes from \(source.name), and a supplied key is never replaced. To rotate it: make a new key "
                + "with `openssl rand -base64 32`, supply it as \(source.name), name the key of now in "
                + "\(source.oldName), and restart the daemon. It seals everything anew by itself; when no secret is "
                + "left, remove \(source.oldName)."
        case .dataFile, nil: return nil
        }
    }

    static func distinct(_ keys: [VaultKey]) -> [VaultKey] {
        var seen: Set<KeyID> = []
        return keys.filter { seen.insert($0.id).inserted }
    }

    static func isLocked(_ known: State) -> AppError {
        AppError(.conflict, "The vault is not open. \(known.trouble ?? "")")
    }

    /// One change of the keys at a time. `check` may refuse it.
    func beginChange(_ check: (State) throws -> Void) throws -> State {
        try state.withLock { state in
            guard !state.isChanging else {
                throw AppError(.conflict, "The vault's keys are being changed right now. Try again in a moment.")
            }
            try check(state)
            state.isChanging = true
            return state
        }
    }

    func endChange() {
        state.withLock { $0.isChanging = false }
    }
}
