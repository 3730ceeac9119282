import Kernel
import Logging
import Persistence
import Synchronization

/// A new key for a vault whose key is lost. It asks for proof of two things: an administrator's access, and that one can
/// read the data directory, which only root and the daemon's user can.
extension SecretVault {
    /// Writes a one-time code into the data directory and gives the path of its file.
    func beginRecovery() throws -> String {
        let known = state.withLock { $0 }
        try Self.checkRecoverable(known)
        guard let file else { throw AppError(.unavailable, "There is no data directory.") }
        let code = Secret(VaultKey.random().id.text + VaultKey.random().id.text)
        let path = file.folder + "/vault-proof"
        try DurableFile(path: path).replace(with: Array((code.reveal() + "\n").utf8))
        state.withLock { $0.proof = RecoveryProof(code: code, path: path, until: clock.now + .seconds(600)) }
        return path
    }

    /// Makes a new key, or takes the supplied one, and leaves every sealed value as it is: should the old key be found,
    /// `rekey` still opens them.
    func recover(proof: String, by caller: Caller) async throws {
        let known = try beginChange(Self.checkRecoverable)
        defer { endChange() }
        try use(proof)
        if let supplied {
            try await adopt(supplied.key, beside: supplied.old, from: supplied.source, way: .recovery, by: caller)
        } else {
            guard let file else { throw Self.isLocked(known) }
            if case .unusable = file.read(), let aside = try file.setAside(at: clock.now) {
                logger.notice("moved the unusable key file aside", metadata: ["file": "\(aside)"])
            }
            let key = VaultKey.random()
            let former = file.keys
            try file.write(key, old: former)
            try await adopt(key, beside: former, from: .dataFile, way: .recovery, by: caller)
        }
        logger.notice(
            "the vault has a new key", metadata: ["key": "\(state.withLock { $0.keyring.current?.id.shown ?? "" })"])
        rotationSignal.raise()
    }

    static func checkRecoverable(_ known: State) throws {
        guard known.keyring.current == nil else {
            throw AppError(
                .conflict,
                "The vault is open and has its key, so there is nothing to recover. To change the key, rotate it.")
        }
        if case .wrong(_, _, isOverlooked: true) = known.lockReason {
            throw AppError(.conflict, "The vault's key is not lost. \(known.trouble ?? "")")
        }
    }

    /// A code counts once, right or wrong: a wrong one means somebody guesses.
    private func use(_ given: String) throws {
        let proof = state.withLock { state in
            defer { state.proof = nil }
            return state.proof
        }
        proof?.removeFile()
        guard let proof, clock.now < proof.until, proof.matches(given) else {
            throw AppError(
                .forbidden, "This is not the code of the data directory, or it is used up. Ask for a new one.")
        }
    }
}

/// A code that lies in the data directory for ten minutes at most.
struct RecoveryProof: Sendable {
    let code: Secret<String>
    let path: String
    let until: Instant

    func matches(_ given: String) -> Bool {
        let given = Array(given.utf8.filter { $0 > 0x20 })
        let right = Array(code.reveal().utf8)
        guard given.count == right.count else { return false }
        return zip(given, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    func removeFile() { DurableFile(path: path).remove() }
}
