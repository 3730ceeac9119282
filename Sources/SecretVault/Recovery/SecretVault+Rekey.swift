import Kernel
import Logging
import Persistence
import Synchronization

/// What came of keys that were brought.
struct RekeyOutcome: Sendable, Equatable {
    /// Values that were sealed anew with the key in use.
    var resealed = 0
    /// The key in use was among them, and is back in the data directory.
    var isKeyBack = false
}

extension SecretVault {
    /// Takes keys that somebody kept: the key in use opens a vault that has lost it, and an earlier one opens what is
    /// still under it, to be sealed anew. All in one transaction: it is done, or nothing is.
    @discardableResult
    func rekey(from keys: [VaultKey], by caller: Caller) async throws -> RekeyOutcome {
        guard !keys.isEmpty else {
            throw AppError(.invalid, "No key was given.", fields: ["keys": "Give at least one key."])
        }
        let known = try beginChange { known in
            if !known.isInitialised {
                throw AppError(
                    .conflict,
                    "The vault has never had a key, so no other key can open anything. \(known.trouble ?? "")")
            }
        }
        defer { endChange() }
        if known.keyring.current == nil { return try await bringBack(keys, known, by: caller) }
        return RekeyOutcome(resealed: try await reseal(keys, known, by: caller))
    }

    private func reseal(_ keys: [VaultKey], _ known: State, by caller: Caller) async throws -> Int {
        guard let current = known.keyring.current else { return 0 }
        let keyring = Keyring(current: current, others: Array(known.keyring.keys.values) + keys)
        return try await store.write { tx in
            var count = 0
            for column in SealedColumn.allCases {
                var last = Int64.min
                while true {
                    let values = try SealedValues.notUnder(current.id, of: column, after: last, limit: 500, in: tx)
                    for value in values {
                        guard let fresh = try keyring.resealed(value.sealed, with: current, at: tx.now) else {
                            continue
                        }
                        try SealedValues.replace(value, with: fresh, of: column, in: tx)
                        count += 1
                    }
                    guard values.count == 500, let end = values.last?.id else { break }
                    last = end
                }
            }
            if count > 0 { try tx.emit(VaultRekeyed(keys: keys.map(\.id), values: count), by: caller) }
            return count
        }
    }

    /// The vault is locked: only the key it was sealed with can open it.
    private func bringBack(_ keys: [VaultKey], _ known: State, by caller: Caller) async throws -> RekeyOutcome {
        let needed = try await store.read { try VaultStore.currentKey(in: $0) }
        guard let key = keys.first(where: { $0.id == needed }) else {
            throw AppError(
                .conflict,
                "None of these keys is the vault's key \(needed?.shown ?? ""): they are "
                    + keys.map(\.id.shown).joined(separator: ", ") + ". Nothing was changed.")
        }
        if let supplied {
            // The supplied key stays; it takes over, with what is sealed under the key that was brought.
            let keyring = Keyring(current: supplied.key, others: supplied.old + keys)
            try await adopt(
                supplied.key, beside: supplied.old + keys, from: supplied.source, way: .rotation, by: caller)
            let count = try await reseal([], State(keyring: keyring), by: caller)
            hold(Keyring(current: supplied.key, others: supplied.old), from: supplied.source)
            rotationSignal.raise()
            return RekeyOutcome(resealed: count)
        }
        guard let file else { throw Self.isLocked(known) }
        if case .unusable = file.read() { _ = try file.setAside(at: clock.now) }
        let others = Self.distinct(file.keys + keys).filter { $0.id != key.id }
        try file.write(key, old: others)
        try await store.write { tx in
            try tx.emit(VaultRekeyed(keys: [key.id], values: 0), by: caller)
        }
        hold(Keyring(current: key, others: others), from: .dataFile)
        rotationSignal.raise()
        logger.notice("the vault's key is back", metadata: ["key": "\(key.id.shown)"])
        return RekeyOutcome(isKeyBack: true)
    }
}
