import Glibc
import HTTPKit
import HTTPTypes
import Kernel

/// Who is asking: by bearer token, by session cookie, or nobody who may read all the same.
package struct AccessGatekeeper: Gatekeeper {
    static let cookieName = "cb_session"

    /// What answers before the first administrator exists.
    private static let openBeforeSetUp: Set<String> = [
        "/api/v1/setup", "/api/v1/setup/code", "/api/v1/setup/account", "/api/v1/health", "/api/v1/health/ready",
        "/api/v1/openapi.json",
    ]

    let policy: AccessPolicy
    let credentials: Credentials
    let firstRun: FirstRun
    let clock: any WallClock

    package func caller(of request: RequestFacts, need: Need) async throws -> Caller? {
        if let console = console(request, need) { return console }
        if try await firstRun.isNeeded() {
            guard Self.openBeforeSetUp.contains(request.path) else {
                throw AppError(.setupNeeded, "Set up this daemon first: it has no administrator yet.")
            }
            return nil
        }
        if let token = bearerToken(request) {
            do {
                return try await credentials.caller(ofToken: token, request)
            } catch let error as AppError where error.kind == .unauthenticated && need == .nothing {
                // What is open to everybody is open to whoever has a wrong token as well.
                return nil
            }
        }
        if let hash = sessionHash(request), let session = try await credentials.session(hash: hash) {
            if request.isWrite, !SameOrigin.isProven(by: request) {
                throw AppError(.forbidden, "This change did not come from a page of this daemon, so it was not made.")
            }
            if let duty = session.duty(policy.current), let permission = need.permission, permission != .ownAccount {
                throw duty.refusal
            }
            credentials.used(session, hash: hash)
            return caller(of: session, request.origin.address, request.requestID)
        }
        return openReader(request)
    }

    private func caller(of session: KnownSession, _ address: String, _ requestID: String) -> Caller {
        session.caller(policy.current, at: clock.now, address: address, requestID: requestID)
    }

    /// Whoever is root can read and change everything the daemon has. All the same this opens only the routes that say so:
    /// a proxy that runs as root and passes strangers' requests on to the socket must not make administrators of them.
    private func console(_ request: RequestFacts, _ need: Need) -> Caller? {
        guard case .mayOrConsole(let permission) = need, request.origin.isLocalSocket,
            let user = request.origin.localUser, user == 0 || user == geteuid(),
            request.headers[.authorization] == nil, request.cookie(Self.cookieName) == nil
        else { return nil }
        return Caller(
            kind: .console, name: Caller.consoleName, permissions: [permission], isFreshlyProven: true,
            requestID: request.requestID)
    }

    private func sessionHash(_ request: RequestFacts) -> String? {
        request.cookie(Self.cookieName).flatMap(SessionSecret.hash(ofCookie:))
    }

    private func openReader(_ request: RequestFacts) -> Caller? {
        guard policy.current.letsRead(from: request.origin.address) else { return nil }
        return Caller(
            kind: .anonymous, name: "anonymous", permissions: AccessRules.readerPermissions,
            address: request.origin.address, requestID: request.requestID)
    }

    /// The value of `Authorization: Bearer`. Another scheme is a mistake worth telling.
    private func bearerToken(_ request: RequestFacts) -> Secret<String>? {
        guard let field = request.headers[.authorization] else { return nil }
        let parts = field.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return Secret("") }
        return Secret(String(parts[1]).trimmed)
    }
}

// MARK: - WebSockets

extension AccessGatekeeper: LiveGate {
    package func caller(ofHandshake request: RequestFacts) async throws -> Caller? {
        try await refuseBeforeSetUp()
        guard policy.current.profile == .lab || request.origin.isTLS || request.origin.isLocalSocket else {
            throw AppError(.forbidden, "Live updates are served over TLS only in the hardened profile.")
        }
        guard !SameOrigin.isDisproven(by: request) else {
            throw AppError(.forbidden, "A page of another site may not open this connection.")
        }
        if let token = bearerToken(request) { return try await credentials.caller(ofToken: token, request) }
        if let hash = sessionHash(request), let session = try await credentials.session(hash: hash) {
            credentials.used(session, hash: hash)
            return caller(of: session, request.origin.address, request.requestID)
        }
        // A program may still send its token as the first message; a page of ours has nothing else to say.
        return SameOrigin.isProven(by: request) ? openReader(request) : nil
    }

    package func caller(ofToken token: String, _ request: RequestFacts) async throws -> Caller {
        try await refuseBeforeSetUp()
        return try await credentials.caller(ofToken: Secret(token), request)
    }

    package func renewed(_ caller: Caller) async throws -> Caller? {
        switch caller.kind {
        case .person:
            guard let id = caller.sessionID else { return nil }
            return try await credentials.session(id: id).map {
                self.caller(of: $0, caller.address, caller.requestID)
            }
        case .token:
            guard let id = caller.id else { return caller.name == APIToken.configuredName ? caller : nil }
            return try await credentials.token(id: id)?
                .caller(address: caller.address, requestID: caller.requestID)
        case .anonymous: return policy.current.letsRead(from: caller.address) ? caller : nil
        case .console: return nil
        case .system: return caller
        }
    }

    package func shownName(of caller: Caller) async -> String {
        switch caller.kind {
        case .token: return caller.name
        case .person: return await credentials.displayName(of: caller) ?? ""
        case .anonymous, .console, .system: return ""
        }
    }

    private func refuseBeforeSetUp() async throws {
        if try await firstRun.isNeeded() {
            throw AppError(.setupNeeded, "Set up this daemon first: it has no administrator yet.")
        }
    }
}

extension RequestFacts {
    /// Anything that is not only looking.
    var isWrite: Bool { ![.get, .head, .options].contains(method) }
}

extension KnownToken {
    func caller(address: String, requestID: String) -> Caller {
        Caller(
            kind: .token, name: name, id: id, permissions: permissions,
            isFreshlyProven: permissions.contains(.actUnattended), address: address, requestID: requestID)
    }
}
