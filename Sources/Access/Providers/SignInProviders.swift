import HTTPKit
import JSONKit
import Kernel
import Mailroom
import Persistence
import SecretVault

/// The providers, as administrators set them up, and what the sign-in page offers.
struct SignInProviders: Sendable {
    let store: any Store
    let vault: SecretVault
    let room: Mailroom
    let conversation: ProviderConversation

    private var rules: ProviderAddress.Rules { conversation.client.rules }

    func offer() async throws -> SignInOffer {
        try await store.read { tx in
            let providers = try SignInProviderStore.list(in: tx).filter(\.isEnabled).map {
                OfferedProvider(slug: $0.slug, name: $0.name, kind: $0.kind)
            }
            return SignInOffer(providers: providers, hasMail: try room.desk(in: tx) != nil)
        }
    }

    func list(origin: String) async throws -> [ShownProvider] {
        try await store.read { try SignInProviderStore.list(in: $0) }.map { shown($0, origin) }
    }

    func find(_ id: Int64, origin: String) async throws -> ShownProvider {
        shown(try await store.read { try SignInProviderStore.require(id, in: $0) }, origin)
    }

    private func shown(_ provider: SignInProvider, _ origin: String) -> ShownProvider {
        ShownProvider(
            provider: provider, secret: vault.mark(of: provider.clientSecret),
            redirectURI: provider.redirectURI(base: origin))
    }

    func create(_ draft: SignInProviderDraft, origin: String, by caller: Caller) async throws -> ShownProvider {
        do {
            let made = try await store.write { tx in
                var provider = try draft.validated(at: tx.now, rules)
                try Self.mayGiveRoles(provider, caller)
                if let secret = draft.clientSecret, !secret.reveal().isEmpty {
                    provider.clientSecret = try vault.seal(secret, for: .providerSecret, in: tx)
                }
                guard try SignInProviderStore.list(in: tx).count < 50 else {
                    throw AppError(.conflict, "There are 50 providers. Remove one that is not needed.")
                }
                let made = try SignInProviderStore.insert(provider, in: tx)
                try tx.emit(SignInProviderChanged(before: nil, after: made), by: caller)
                return made
            }
            return shown(made, origin)
        } catch let error as PersistenceError where error.isUniqueViolation {
            throw AppError(
                .conflict, "Another provider has this short name.", fields: ["slug": "This name is taken."],
                cause: error)
        }
    }

    func update(
        _ id: Int64, _ patch: SignInProviderPatch, expecting revision: Int?, origin: String, by caller: Caller
    ) async throws -> ShownProvider {
        let changed = try await store.write { tx in
            let before = try SignInProviderStore.require(id, in: tx)
            if let revision, revision != before.revision {
                throw AppError(
                    .stale, "Somebody has changed this provider meanwhile. Read again and repeat your change.")
            }
            var after = try patch.applied(to: before, rules)
            try Self.mayGiveRoles(after, caller)
            if case .set(let secret) = patch.clientSecret {
                after.clientSecret = try secret.flatMap { $0.reveal().isEmpty ? nil : $0 }.map {
                    try vault.seal($0, for: .providerSecret, in: tx)
                }
            }
            guard after != before else { return before }
            let stored = try SignInProviderStore.update(after, in: tx)
            try tx.emit(SignInProviderChanged(before: before, after: stored), by: caller)
            return stored
        }
        conversation.forget(id)
        return shown(changed, origin)
    }

    /// People keep their accounts; they sign in with a password from then on.
    func delete(_ id: Int64, by caller: Caller) async throws {
        try await store.write { tx in
            let provider = try SignInProviderStore.require(id, in: tx)
            try SignInProviderStore.delete(id, in: tx)
            try tx.emit(SignInProviderDeleted(provider: provider), by: caller)
        }
        conversation.forget(id)
    }

    /// Whoever sets up what roles people get must hold those themselves.
    private static func mayGiveRoles(_ provider: SignInProvider, _ caller: Caller) throws {
        for role in Set([provider.defaultRole] + provider.groupRoles.map(\.role)) { try Users.mayGive(role, caller) }
    }

    // MARK: - One's own links

    func identities(of caller: Caller) async throws -> [ShownIdentity] {
        let id = try Self.person(caller)
        return try await store.read { try ProviderIdentityStore.list(of: id, in: $0) }.map(
            ShownIdentity.init(identity:))
    }

    func unlink(_ id: Int64, by caller: Caller) async throws {
        let owner = try Self.person(caller)
        try await store.write { tx in
            guard let identity = try ProviderIdentityStore.list(of: owner, in: tx).first(where: { $0.id == id }) else {
                throw AppError.notFound("This link")
            }
            try ProviderIdentityStore.delete(id, in: tx)
            try tx.emit(
                IdentityChanged(action: "unlinked", user: owner, email: caller.name, provider: identity.slug),
                by: caller)
        }
    }

    static func person(_ caller: Caller) throws -> Int64 {
        guard caller.kind == .person, let id = caller.id else {
            throw AppError(.forbidden, "Only people have an account at a provider.")
        }
        return id
    }
}

/// A link as its person sees it.
struct ShownIdentity: JSONAnswer {
    let identity: ProviderIdentity

    static let shape: JSONShape = .object([
        .init(name: "id", shape: .integer, isRequired: true),
        .init(name: "provider", shape: .string, isRequired: true),
        .init(name: "slug", shape: .string, isRequired: true),
        .init(name: "email", shape: .string, isRequired: true),
        .init(name: "linked_at", shape: .format("date-time"), isRequired: true),
        .init(name: "last_used_at", shape: .nullable(.format("date-time")), isRequired: true),
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", identity.id)
        writer.member("provider", identity.providerName)
        writer.member("slug", identity.slug)
        writer.member("email", identity.email)
        writer.member("linked_at", milliseconds: identity.linkedAt.milliseconds)
        writer.member("last_used_at", milliseconds: identity.lastUsedAt?.milliseconds)
        writer.endObject()
    }
}

struct SignInProviderChanged: Event {
    let before: SignInProvider?
    let after: SignInProvider

    var subject: String { "access.provider.\(before == nil ? "created" : "changed")" }
    var audit: AuditEntry {
        AuditEntry(
            before == nil ? "created" : "changed", severity: .warning, entity: "sign_in_provider", id: after.id,
            name: after.name, before: before?.record, after: after.record)
    }
    func writePayload(to writer: inout JSONWriter) { after.writeRecord(to: &writer) }
}

struct SignInProviderDeleted: Event {
    let provider: SignInProvider

    var subject: String { "access.provider.deleted" }
    var audit: AuditEntry {
        AuditEntry(
            "deleted", severity: .warning, entity: "sign_in_provider", id: provider.id, name: provider.name,
            before: provider.record)
    }
    func writePayload(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", provider.id)
        writer.endObject()
    }
}

struct IdentityChanged: Event {
    /// `linked` or `unlinked`.
    let action: String
    let user: Int64
    let email: String
    let provider: String

    var subject: String { "access.identity.changed" }
    var audit: AuditEntry {
        AuditEntry(
            action, severity: .notice, entity: "user", id: user, name: email,
            after: JSONText.object([("provider", .string(provider))]))
    }
    func writePayload(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("user_id", user)
        writer.endObject()
    }
}
