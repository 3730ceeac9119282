import HTTPKit
import HTTPTypes
import JSONKit
import Kernel
import Persistence

/// Who sits in front of the page, and what they may do: what the pages begin with.
struct SessionState: JSONAnswer {
    let user: User?
    let caller: Caller
    let expiresAt: Instant?
    let setupStep: String?
    let profile: AccessRules.Profile

    static let shape: JSONShape = .object([
        .init(name: "user", shape: .nullable(ShownUser.shape), isRequired: true),
        .init(name: "caller", shape: .string, isRequired: true, summary: "An e-mail address or the name of a token."),
        .init(
            name: "permissions", shape: .array(.choice(Set(Permission.allCases).names)), isRequired: true),
        .init(name: "expires_at", shape: .nullable(.format("date-time")), isRequired: true),
        .init(name: "setup_step", shape: .nullable(.string), isRequired: true),
        .init(name: "profile", shape: .choice(AccessRules.Profile.allCases.map(\.rawValue)), isRequired: true),
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.name("user")
        if let user { ShownUser(user: user).write(to: &writer) } else { writer.null() }
        writer.member("caller", caller.name)
        writer.member("permissions", caller.permissions.names)
        writer.member("expires_at", milliseconds: expiresAt?.milliseconds)
        writer.member("setup_step", setupStep)
        writer.member("profile", profile.rawValue)
        writer.endObject()
    }

    func reply() -> Reply {
        var writer = JSONWriter()
        write(to: &writer)
        return Reply(json: writer, headers: [.cacheControl: "no-store"])
    }
}

/// Answers who is asking.
struct SessionStates: Sendable {
    let store: any Store
    let credentials: Credentials
    let policy: AccessPolicy

    func state(of caller: Caller) async throws -> SessionState {
        let rules = policy.current
        switch caller.kind {
        case .person: return try await person(caller, rules)
        case .token: return try await token(caller, rules)
        case .anonymous, .system:
            guard !caller.permissions.isEmpty else { throw AppError(.unauthenticated, "Nobody is signed in.") }
            return SessionState(user: nil, caller: caller, expiresAt: nil, setupStep: nil, profile: rules.profile)
        }
    }

    /// The same for somebody who has just come in.
    func state(of signedIn: SignedIn, _ caller: Caller) -> SessionState {
        let rules = policy.current
        let user = signedIn.user
        let permissions = user.mustChangePassword ? [.ownAccount] : user.role.permissions
        let person = Caller(
            name: user.email, id: user.id, sessionID: signedIn.session.id, permissions: permissions,
            address: caller.address, requestID: caller.requestID)
        return SessionState(
            user: user, caller: person,
            expiresAt: rules.end(created: signedIn.session.createdAt, lastSeen: signedIn.session.lastSeenAt),
            setupStep: signedIn.setupStep ?? "done", profile: rules.profile)
    }

    private func person(_ caller: Caller, _ rules: AccessRules) async throws -> SessionState {
        guard let id = caller.id, let sessionID = caller.sessionID else {
            throw AppError(.unauthenticated, "Nobody is signed in.")
        }
        let (user, session, step) = try await store.read { tx in
            (
                try UserStore.require(id, in: tx), try BrowserSessionStore.find(sessionID, of: id, in: tx),
                try FirstRunStore.step(in: tx)
            )
        }
        guard let session else { throw AppError(.unauthenticated, "Nobody is signed in.") }
        let seen = max(session.lastSeenAt, credentials.cache.lastSeen(sessionID) ?? session.lastSeenAt)
        return SessionState(
            user: user, caller: caller, expiresAt: rules.end(created: session.createdAt, lastSeen: seen),
            setupStep: step ?? "done", profile: rules.profile)
    }

    private func token(_ caller: Caller, _ rules: AccessRules) async throws -> SessionState {
        let end: Instant? =
            if let id = caller.id { try await store.read { try APITokenStore.require(id, in: $0).expiresAt } } else {
                nil
            }
        return SessionState(user: nil, caller: caller, expiresAt: end, setupStep: nil, profile: rules.profile)
    }
}
