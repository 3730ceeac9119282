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
    /// What comes before everything else.
    var duty: KnownSession.Duty?
    /// Until when what is dangerous is done without asking again.
    var freshUntil: Instant?
    /// The administrator who acts as this person, and until when.
    var acting: (by: String, until: Instant)?

    static let shape: JSONShape = .object([
        .init(name: "user", shape: .nullable(ShownUser.shape), isRequired: true),
        .init(name: "caller", shape: .string, isRequired: true, summary: "An e-mail address or the name of a token."),
        .init(
            name: "permissions", shape: .array(.choice(Set(Permission.allCases).names)), isRequired: true),
        .init(name: "expires_at", shape: .nullable(.format("date-time")), isRequired: true),
        .init(name: "setup_step", shape: .nullable(.string), isRequired: true),
        .init(name: "profile", shape: .choice(AccessRules.Profile.allCases.map(\.rawValue)), isRequired: true),
        .init(
            name: "must", shape: .nullable(.choice(KnownSession.Duty.allCases.map(\.rawValue))), isRequired: true,
            summary: "What comes before everything else."),
        .init(
            name: "proven_until", shape: .nullable(.format("date-time")), isRequired: true,
            summary: "Until then what is dangerous is done without asking again."),
        .init(
            name: "acting",
            shape: .nullable(
                .object([
                    .init(name: "by", shape: .string, isRequired: true),
                    .init(name: "until", shape: .format("date-time"), isRequired: true),
                ])), isRequired: true, summary: "The administrator who acts as this person."),
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
        writer.member("must", duty?.rawValue)
        writer.member("proven_until", milliseconds: freshUntil?.milliseconds)
        writer.name("acting")
        if let acting {
            writer.beginObject()
            writer.member("by", acting.by)
            writer.member("until", milliseconds: acting.until.milliseconds)
            writer.endObject()
        } else {
            writer.null()
        }
        writer.endObject()
    }

    func reply() -> Reply { unkept() }
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
        case .anonymous, .console, .system:
            guard !caller.permissions.isEmpty else { throw AppError(.unauthenticated, "Nobody is signed in.") }
            return SessionState(user: nil, caller: caller, expiresAt: nil, setupStep: nil, profile: rules.profile)
        }
    }

    /// The same for somebody who has just come in.
    func state(of signedIn: SignedIn, _ caller: Caller) async throws -> SessionState {
        guard let session = try await credentials.session(id: signedIn.session.id) else {
            throw AppError(.unauthenticated, "This session has ended already.")
        }
        let person = session.caller(
            policy.current, at: credentials.clock.now, address: caller.address, requestID: caller.requestID)
        return state(of: person, signedIn.user, session, signedIn.setupStep)
    }

    private func person(_ caller: Caller, _ rules: AccessRules) async throws -> SessionState {
        guard let id = caller.id, let sessionID = caller.sessionID,
            let session = try await credentials.session(id: sessionID)
        else { throw AppError(.unauthenticated, "Nobody is signed in.") }
        let (user, step) = try await store.read { tx in
            (try UserStore.require(id, in: tx), try FirstRunStore.step(in: tx))
        }
        return state(of: caller, user, session, step)
    }

    private func state(
        of caller: Caller, _ user: User, _ session: KnownSession, _ step: String?
    ) -> SessionState {
        let rules = policy.current
        return SessionState(
            user: user, caller: caller, expiresAt: rules.end(created: session.createdAt, lastSeen: session.lastSeenAt),
            setupStep: step ?? "done", profile: rules.profile, duty: session.acting == nil ? session.duty(rules) : nil,
            freshUntil: session.acting == nil ? session.freshUntil : nil,
            acting: session.acting.map { (by: session.email, until: $0.until) })
    }

    private func token(_ caller: Caller, _ rules: AccessRules) async throws -> SessionState {
        let end: Instant? =
            if let id = caller.id { try await store.read { try APITokenStore.require(id, in: $0).expiresAt } } else {
                nil
            }
        return SessionState(user: nil, caller: caller, expiresAt: end, setupStep: nil, profile: rules.profile)
    }
}
