import Kernel
import Logging
import Persistence
import Synchronization

extension SecretVault {
    /// To be called once before the first request: finds the key, or makes the first one. Trouble with the key does not
    /// stop the daemon; it is the vault's state, and `health` says so. Only a database that fails throws.
    package func begin() async throws {
        try await takeKeys()
        let (source, trouble) = state.withLock { ($0.source, $0.trouble) }
        if let trouble {
            logger.error("the vault is not open", metadata: ["reason": "\(trouble)"])
        } else {
            logger.notice(
                "the vault is open",
                metadata: [
                    "key": "\(state.withLock { $0.keyring.current?.id.shown ?? "" })",
                    "source": "\(source?.rawValue ?? "")",
                ])
        }
    }

    /// Looks for the key again, as `systemctl reload` asks: a key put back into the data directory opens the vault.
    /// A vault that is open stays so.
    package func reload() async throws {
        guard !isOpen else { return }
        try await begin()
    }

    func takeKeys() async throws {
        let found = findKeys()
        let current = try await store.read { try VaultStore.currentKey(in: $0) }
        switch KeyDecision(found: found, current: current) {
        case .make:
            try await make()
        case .adopt:
            guard let key = found.current, let source = found.source else { return }
            try await adopt(key, beside: found.old, from: source, way: current == nil ? .first : .rotation)
        case .use(let id):
            guard let key = found.current, let source = found.source else { return }
            try await store.write { tx in
                guard try VaultStore.source(of: id, in: tx) != source else { return }
                try VaultStore.setSource(source, of: id, in: tx)
            }
            hold(Keyring(current: key, others: found.old), from: source)
        case .locked(let reason):
            state.withLock { state in
                state.keyring = Keyring(current: nil, others: found.all)
                state.source = found.source
                state.isInitialised = true
                state.lockReason = reason
                state.trouble = reason.sentence(found.source)
            }
        case .uninitialised(let sentence):
            beUninitialised(sentence)
        }
        rotationSignal.raise()
    }

    /// The sources in their order; the first that has a key is the one that counts.
    func findKeys() -> FoundKeys {
        let content = file?.read() ?? .missing
        if let supplied {
            var found = FoundKeys(current: supplied.key, old: supplied.old, source: supplied.source)
            if case .keys(let key, _) = content { found.overlooked = key.id }
            return found
        }
        switch content {
        case .missing, .noKey: return FoundKeys()
        case .keys(let key, let old): return FoundKeys(current: key, old: old, source: .dataFile)
        case .unusable(let sentence): return FoundKeys(trouble: sentence)
        }
    }

    /// The first key of this vault. It is on the disk before anything is sealed with it.
    private func make() async throws {
        guard let file else { return beUninitialised("There is no data directory to keep a key in.") }
        let key = VaultKey.random()
        do {
            try file.write(key, old: [])
        } catch let error as AppError {
            return beUninitialised("No vault key could be made. \(error.message)")
        }
        logger.notice("made the vault's key", metadata: ["key": "\(key.id.shown)", "file": "\(file.path)"])
        try await adopt(key, beside: [], from: .dataFile, way: .first)
    }

    /// Seals with this key from now on. What lies under earlier keys is sealed anew by `VaultRotation`.
    func adopt(
        _ key: VaultKey, beside others: [VaultKey], from source: KeySource, way: VaultKeyTaken.Way,
        by caller: Caller = .system
    ) async throws {
        let keyring = Keyring(current: key, others: others)
        try await store.write { tx in
            let before = try VaultStore.currentKey(in: tx)
            let check = try keyring.seal(Secret(Self.checkText), with: key, at: tx.now)
            try VaultStore.use(key, from: source, check: check, in: tx)
            if way != .first {
                let total = try Self.left(keyring, in: tx)
                try RotationStore.begin(from: before, to: key.id, total: total, in: tx)
            }
            try tx.emit(VaultKeyTaken(way: way, key: key.id, before: before, source: source), by: caller)
        }
        hold(keyring, from: source)
    }

    func hold(_ keyring: Keyring, from source: KeySource) {
        state.withLock { state in
            state.keyring = keyring
            state.source = source
            state.isInitialised = true
            state.lockReason = nil
            state.trouble = nil
        }
    }

    private func beUninitialised(_ sentence: String) {
        state.withLock { state in
            state = State(trouble: sentence, isChanging: state.isChanging)
        }
    }

    static let checkText = "circuit-breaker vault"
}
