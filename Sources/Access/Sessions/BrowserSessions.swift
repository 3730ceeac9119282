import Kernel
import Persistence

/// A person's sessions: where one is signed in, and ending that.
struct BrowserSessions: Sendable {
    let store: any Store
    let credentials: Credentials
    let policy: AccessPolicy

    /// Those that still let somebody in, newest first.
    func list(of caller: Caller) async throws -> [ShownSession] {
        let id = try Self.person(caller)
        let rules = policy.current
        let (sessions, now) = try await store.read { (try BrowserSessionStore.list(of: id, in: $0), $0.now) }
        return sessions.map { session in
            let seen = max(session.lastSeenAt, credentials.cache.lastSeen(session.id) ?? session.lastSeenAt)
            return ShownSession(
                session: session.seen(at: seen), isCurrent: session.id == caller.sessionID,
                expiresAt: rules.end(created: session.createdAt, lastSeen: seen))
        }.filter { $0.expiresAt > now }
    }

    func end(_ id: Int64, by caller: Caller) async throws {
        let owner = try Self.person(caller)
        defer { credentials.forget(.session(id)) }
        try await store.write { tx in
            guard let session = try BrowserSessionStore.find(id, of: owner, in: tx) else {
                throw AppError.notFound("This session")
            }
            try SignIns.end(session, of: caller.name, .revoked, by: caller, in: tx)
        }
    }

    func endOthers(by caller: Caller) async throws {
        let owner = try Self.person(caller)
        defer { credentials.forget(.sessions(of: owner, except: caller.sessionID)) }
        try await store.write { tx in
            for session in try BrowserSessionStore.list(of: owner, in: tx) where session.id != caller.sessionID {
                try SignIns.end(session, of: caller.name, .revoked, by: caller, in: tx)
            }
        }
    }

    /// Nothing happens for somebody who is not signed in.
    func signOut(_ caller: Caller) async throws {
        guard let id = caller.sessionID else { return }
        defer { credentials.forget(.session(id)) }
        try await store.write { tx in
            // Also of somebody who acts as another person: the session is the administrator's.
            guard let session = try BrowserSessionStore.find(id, in: tx) else { return }
            try SignIns.end(session, of: caller.behind ?? caller.name, .signedOut, by: caller, in: tx)
        }
    }

    private static func person(_ caller: Caller) throws -> Int64 {
        guard caller.kind == .person, let id = caller.id else {
            throw AppError(.forbidden, "Only people have sessions.")
        }
        return id
    }
}

extension BrowserSession {
    func seen(at moment: Instant) -> BrowserSession {
        BrowserSession(
            id: id, userID: userID, address: address, userAgent: userAgent, createdAt: createdAt, lastSeenAt: moment)
    }
}
