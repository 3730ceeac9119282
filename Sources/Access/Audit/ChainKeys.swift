import AuditProof
import Kernel
import Persistence

/// The keys that sign what is said about the history, sealed by the vault. There is one; another follows when the vault
/// has lost its own.
struct ChainKeys: Sendable {
    let store: any Store
    let vault: any SeedVault

    /// The newest that opens; nil where there is none yet or the vault is locked.
    func current() async throws -> ChainKey? {
        try await store.read { try open(in: $0).last }
    }

    /// The same, and makes one where there is none. Nil while the vault is locked.
    func ensure() async throws -> ChainKey? {
        if let key = try await current() { return key }
        return try await store.write { tx in
            if let key = try open(in: tx).last { return key }
            let key = ChainKey()
            // A vault that cannot seal is locked; then nothing is signed, and nothing is lost either.
            guard let sealed = try? vault.seal(key.seed, in: tx) else { return nil }
            // What is left of keys that went with the vault's opens never again.
            let isReplacement = try tx.run("DELETE FROM audit_keys") > 0
            try tx.run(
                """
                INSERT INTO audit_keys (made_at, public_key, seed_sealed)
                VALUES (\(tx.now), \(key.publicKey), \(sealed))
                """)
            if isReplacement { try replaceSignatures(by: key, in: tx) }
            return key
        }
    }

    /// Whose signatures count.
    func signers() async throws -> TrustedSigners {
        let keys = try await store.read { try open(in: $0).map(\.publicKey) }
        return keys.isEmpty ? .unknown : .keys(Set(keys))
    }

    /// The earlier key went with the vault's: what it signed is signed anew, and that is a row everybody sees. Otherwise
    /// whoever breaks the key could pass a checkpoint of their own off as an old one in silence.
    private func replaceSignatures(by key: ChainKey, in tx: any Session) throws {
        if let old = try ChainStatements.checkpoint(in: tx) {
            try ChainStatements.insert(
                ChainStatement(kind: .checkpoint, link: old.link, removed: old.removed, at: old.at, by: key), in: tx)
        }
        for old in try ChainStatements.anchors(after: 0, in: tx) {
            try ChainStatements.insert(ChainStatement(kind: .anchor, link: old.link, at: old.at, by: key), in: tx)
        }
        try tx.audit(
            AuditEntry(
                "key_replaced", severity: .critical, entity: "audit_log",
                name: ChainKey.fingerprint(of: key.publicKey)),
            by: .system)
    }

    private func open(in tx: any Session) throws -> [ChainKey] {
        try tx.rows("SELECT public_key, seed_sealed FROM audit_keys ORDER BY id").compactMap { row in
            // What is locked or was meddled with is no key of ours.
            guard let seed = try? vault.open(try row.text(1)), let key = ChainKey(seed: seed),
                key.publicKey == (try row.text(0))
            else { return nil }
            return key
        }
    }
}
