import JSONKit
import Kernel
import Persistence

/// Named tokens of programs.
struct APITokens: Sendable {
    /// More than anybody can keep an eye on.
    static let most = 1000

    let store: any Store
    let credentials: Credentials
    let clock: any WallClock

    func list(after id: Int64, limit: Int) async throws -> [ShownToken] {
        let tokens = try await store.read { try APITokenStore.list(after: id, limit: limit, in: $0) }
        return tokens.map { ShownToken(token: $0) }
    }

    func find(_ id: Int64) async throws -> ShownToken {
        ShownToken(token: try await store.read { try APITokenStore.require(id, in: $0) })
    }

    /// A token made with a token belongs to the same person.
    func create(_ draft: APITokenDraft, by caller: Caller) async throws -> ShownToken {
        let (name, scopes) = try draft.validated(by: caller, at: clock.now)
        // A token that can do what only an administrator may outlives the session that made it.
        if !scopes.isSubset(of: Role.editor.permissions) { try caller.requireFreshProof() }
        let text = APIToken.makeText()
        let hash = Fingerprint.of(text.reveal())
        do {
            return try await store.write { tx in
                guard try APITokenStore.count(in: tx) < Self.most else {
                    throw AppError(.conflict, "There are \(Self.most) tokens. Revoke some that are not needed.")
                }
                let token = try APITokenStore.insert(
                    .init(
                        name: name, hash: hash, scopes: scopes, ownerID: try Self.owner(of: caller, in: tx),
                        createdBy: caller.name, expiresAt: draft.expiresAt), in: tx)
                try tx.emit(APITokenCreated(token: token), by: caller)
                return ShownToken(token: token, text: text)
            }
        } catch let error as PersistenceError where error.isUniqueViolation {
            throw AppError(
                .conflict, "Another token has this name.", fields: ["name": "This name is taken."], cause: error)
        }
    }

    func revoke(_ id: Int64, by caller: Caller) async throws {
        defer { credentials.forget(.token(id)) }
        try await store.write { tx in
            let token = try APITokenStore.require(id, in: tx)
            try APITokenStore.delete(id, in: tx)
            try tx.emit(APITokenDeleted(token: token), by: caller)
        }
    }

    /// The person behind a caller, where there is one.
    static func owner(of caller: Caller, in tx: any Session) throws -> Int64? {
        switch caller.kind {
        case .person: caller.id
        case .token: try caller.id.flatMap { try APITokenStore.require($0, in: tx).ownerID }
        case .anonymous, .console, .system: nil
        }
    }
}

struct APITokenCreated: Event {
    let token: APIToken

    var subject: String { "access.token.created" }
    var audit: AuditEntry {
        AuditEntry(
            "created", severity: .notice, entity: "api_token", id: token.id, name: token.name, after: token.record)
    }
    func writePayload(to writer: inout JSONWriter) { token.writeRecord(to: &writer) }
}

struct APITokenDeleted: Event {
    let token: APIToken

    var subject: String { "access.token.deleted" }
    var audit: AuditEntry {
        AuditEntry(
            "deleted", severity: .notice, entity: "api_token", id: token.id, name: token.name, before: token.record)
    }
    func writePayload(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", token.id)
        writer.endObject()
    }
}
