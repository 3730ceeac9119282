import Kernel
import Persistence

/// Two tokens for a moment, to prove that one that is good works and one that has ended does not.
package struct TokenPair: Sendable {
    package let good: Secret<String>
    package let expired: Secret<String>
    fileprivate let ids: [Int64]

    fileprivate static let names = ["Go-live check, good", "Go-live check, expired"]
    /// What is asked with them: nothing is changed.
    fileprivate static let scopes: Set<Permission> = [.viewInventory, .viewAudit]
}

extension APITokens {
    /// Runs the body with the pair; both are gone afterwards, whatever happens.
    func withPair<T: Sendable>(_ body: @Sendable (TokenPair) async throws -> T) async throws -> T {
        let pair = try await makePair()
        do {
            let value = try await body(pair)
            try await discard(pair)
            return value
        } catch {
            // The first reason is the one to tell; what is left ends by itself within a minute.
            try? await discard(pair)
            throw error
        }
    }

    private func makePair() async throws -> TokenPair {
        let (good, expired) = (APIToken.makeText(), APIToken.makeText())
        let ids = try await store.write { tx in
            // Those of a run that a crash ended.
            for row in try tx.rows("SELECT id FROM api_tokens WHERE name \(anyOf: TokenPair.names)") {
                try Self.delete(try row.integer(0), in: tx)
            }
            var ids: [Int64] = []
            for (text, name, life) in [(good, TokenPair.names[0], 60), (expired, TokenPair.names[1], -60)] {
                let token = try APITokenStore.insert(
                    .init(
                        name: name, hash: Fingerprint.of(text.reveal()), scopes: TokenPair.scopes, ownerID: nil,
                        createdBy: Caller.system.name, expiresAt: tx.now + .seconds(life)), in: tx)
                try tx.emit(APITokenCreated(token: token), by: .system)
                ids.append(token.id)
            }
            return ids
        }
        return TokenPair(good: good, expired: expired, ids: ids)
    }

    private func discard(_ pair: TokenPair) async throws {
        defer { for id in pair.ids { credentials.forget(.token(id)) } }
        try await store.write { tx in for id in pair.ids { try Self.delete(id, in: tx) } }
    }

    private static func delete(_ id: Int64, in tx: any Session) throws {
        let token = try APITokenStore.require(id, in: tx)
        try APITokenStore.delete(id, in: tx)
        try tx.emit(APITokenDeleted(token: token), by: .system)
    }
}
