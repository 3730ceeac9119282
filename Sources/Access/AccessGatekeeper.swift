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
        if try await firstRun.isNeeded() {
            guard Self.openBeforeSetUp.contains(request.path) else {
                throw AppError(.setupNeeded, "Set up this daemon first: it has no administrator yet.")
            }
            return nil
        }
        if let token = bearerToken(request) {
            return try await credentials.caller(ofToken: token, request).caller
        }
        if let cookie = request.cookie(Self.cookieName),
            let session = try await credentials.session(ofCookie: cookie)
        {
            if request.isWrite, !SameOrigin.isProven(by: request) {
                throw AppError(.forbidden, "This change did not come from a page of this daemon, so it was not made.")
            }
            if session.mustChangePassword, let permission = need.permission, permission != .ownAccount {
                throw AppError(.forbidden, "Choose a new password in your profile first.")
            }
            credentials.used(session, cookie: cookie)
            return session.caller(request)
        }
        return openReader(request)
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

extension AccessGatekeeper {
    /// At the handshake: by cookie or bearer token. Nil when there is neither; the client then has to send a token as
    /// its first message. Throws where the handshake is to be refused: another site's page, a wrong token, set-up not
    /// done.
    package func admitSocket(
        _ request: RequestFacts, onEnd: @escaping @Sendable (SocketEnd) -> Void
    ) async throws -> SocketAdmission? {
        try await refuseBeforeSetUp()
        guard !SameOrigin.isDisproven(by: request) else {
            throw AppError(.forbidden, "A page of another site may not open this connection.")
        }
        if let token = bearerToken(request) {
            return try await admitSocket(token: token, request, onEnd: onEnd)
        }
        if let cookie = request.cookie(Self.cookieName),
            let session = try await credentials.session(ofCookie: cookie)
        {
            guard SameOrigin.isProven(by: request) else {
                throw AppError(.forbidden, "A connection by cookie must come from a page of this daemon.")
            }
            credentials.used(session, cookie: cookie)
            let proof = SocketAdmission.Proof.session(hash: Fingerprint.of(cookie))
            return try await admit(session.caller(request), ownerID: session.userID, proof, onEnd)
        }
        // A program without a cookie may still send its token; a page of ours has nothing else to send.
        guard SameOrigin.isProven(by: request), let reader = openReader(request) else { return nil }
        return SocketAdmission(caller: reader, proof: .openReading, watch: nil)
    }

    /// By the token of the first message.
    package func admitSocket(
        token: Secret<String>, _ request: RequestFacts, onEnd: @escaping @Sendable (SocketEnd) -> Void
    ) async throws -> SocketAdmission {
        try await refuseBeforeSetUp()
        let (caller, ownerID) = try await credentials.caller(ofToken: token, request)
        let proof: SocketAdmission.Proof =
            caller.id == nil ? .configured : .token(hash: Fingerprint.of(token.reveal()))
        return try await admit(caller, ownerID: ownerID, proof, onEnd)
    }

    /// Whether what the socket was admitted by still holds: sessions and tokens also end by time.
    package func isStillAdmitted(_ admission: SocketAdmission) async throws -> Bool {
        switch admission.proof {
        case .session(let hash): try await credentials.session(hash: hash) != nil
        case .token(let hash): try await credentials.token(hash: hash) != nil
        case .configured: true
        case .openReading: policy.current.letsRead(from: admission.caller.address)
        }
    }

    private func admit(
        _ caller: Caller, ownerID: Int64?, _ proof: SocketAdmission.Proof,
        _ onEnd: @escaping @Sendable (SocketEnd) -> Void
    ) async throws -> SocketAdmission {
        let watch = credentials.watches.add(caller, ownerID: ownerID, onEnd: onEnd)
        let admission = SocketAdmission(caller: caller, proof: proof, watch: watch)
        // Between the first look and the watch it may have been revoked, and nobody would have been told.
        guard try await isStillAdmitted(admission) else {
            watch.cancel()
            throw AppError(.unauthenticated, "Sign in first.")
        }
        return admission
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

extension KnownSession {
    /// Somebody who must change the password may do nothing else before.
    var permissions: Set<Permission> { mustChangePassword ? [.ownAccount] : role.permissions }

    func caller(_ request: RequestFacts) -> Caller {
        Caller(
            kind: .person, name: email, id: userID, sessionID: id, permissions: permissions,
            address: request.origin.address, requestID: request.requestID)
    }
}
