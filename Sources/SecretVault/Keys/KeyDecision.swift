/// What a start or a reload does with the keys it found, given what the database says. Pure, so that every case is
/// tested without a database.
enum KeyDecision: Sendable, Equatable {
    /// The first key of this vault: make one and write it to the data directory.
    case make
    /// The key that was found becomes the vault's first, or follows the one in use.
    case adopt(KeyID)
    /// The key in use is here.
    case use(KeyID)
    /// The key in use is not here. Nothing is sealed, and nothing is overwritten.
    case locked(LockReason)
    /// There has never been a key, and none can be made; a sentence says why.
    case uninitialised(String)

    init(found: FoundKeys, current: KeyID?) {
        switch (found.current, current) {
        case (nil, nil): self = found.trouble.map(KeyDecision.uninitialised) ?? .make
        case (nil, .some(let current)):
            self = .locked(found.trouble.map(LockReason.unusable) ?? .lost(current))
        case (.some(let key), nil): self = .adopt(key.id)
        case (.some(let key), .some(let current)) where key.id == current: self = .use(current)
        case (.some(let key), .some(let current)) where found.old.contains { $0.id == current }: self = .adopt(key.id)
        case (.some(let key), .some(let current)):
            self = .locked(
                .wrong(needed: current, found: key.id, isOverlooked: found.overlooked == current))
        }
    }
}

/// Why the key in use is not here.
enum LockReason: Sendable, Equatable {
    /// Neither supplied nor in the data directory.
    case lost(KeyID)
    /// There is another key instead. `isOverlooked`: the right one is in the data directory, behind a supplied one.
    case wrong(needed: KeyID, found: KeyID, isOverlooked: Bool)
    /// The file cannot be read or understood; a sentence says why.
    case unusable(String)

    func sentence(_ source: KeySource?) -> String {
        switch self {
        case .lost(let key):
            "The vault's key \(key.shown) is lost: it is neither supplied nor in .env of the data directory. Put your "
                + "copy back with `cb vault rekey-from FILE`; if there is none, run `cb vault-recover`."
        case .wrong(let needed, let found, let isOverlooked):
            "The key from \((source ?? .dataFile).name) is \(found.shown), and this database was sealed with "
                + "\(needed.shown). "
                + (isOverlooked
                    ? "The right key is in .env of the data directory: remove the other one and restart, or name the "
                        + "right one in \((source ?? .dataFile).oldName) as well to change over to the new key."
                    : "Supply the right key; to change over to the new one, name the right one in "
                        + "\((source ?? .dataFile).oldName) as well. Nothing was overwritten.")
        case .unusable(let sentence):
            "\(sentence) Until then the stored secrets are locked; nothing was overwritten."
        }
    }
}
