import HTTPKit
import JSONKit
import Kernel
import Persistence

/// What came with a person who wants in.
struct Arrival: Sendable {
    /// The secret that will be in the cookie.
    let secret: SessionSecret
    let userAgent: String
    /// The digest of the cookie the browser has already: its session is replaced.
    let replacing: String?
}

/// A person who is in.
struct SignedIn: Sendable {
    let user: User
    let session: BrowserSession
    let setupStep: String?
    let secret: SessionSecret
    /// Sessions that ended for it.
    let ended: [Int64]
}

/// Signing in and out, and changing one's password: everything that looks at a password.
struct SignIns: Sendable {
    /// More at once than anybody has browsers; the oldest goes.
    static let mostSessions = 50

    let store: any Store
    let hasher: PasswordHasher
    let credentials: Credentials

    func signIn(
        email: String, password: Secret<String>, by caller: Caller, _ arrival: Arrival
    ) async throws -> SignedIn {
        let key = User.key(email.trimmed)
        var signIn = SignIn()
        let first = try await store.read { tx in
            let account = try UserStore.account(emailKey: key, in: tx)
            return (account: account, waits: try waits(key, caller, in: tx), now: tx.now)
        }
        let isRight: Bool
        switch signIn.begin(account: first.account, waits: first.waits) {
        case .checkPassword(let hash): isRight = try await hasher.verify(password, against: hash)
        case .refuse(.wait(let until)): throw AppError.wait(until: until, at: first.now)
        case .refuse(.wrong), .grant: throw Self.refusal
        }
        let machine = signIn
        let outcome = try await store.write { tx in
            try decide(machine, isRight: isRight, key: key, by: caller, arrival, in: tx)
        }
        switch outcome {
        case .refused(let error): throw error
        case .granted(let signedIn):
            for id in signedIn.ended { credentials.forget(.session(id)) }
            try await raiseCost(of: signedIn.user.id, password, from: first.account?.passwordHash)
            return signedIn
        }
    }

    private enum Outcome: Sendable {
        case granted(SignedIn)
        case refused(AppError)
    }

    /// The transaction that decides also writes down what was decided.
    private func decide(
        _ machine: SignIn, isRight: Bool, key: String, by caller: Caller, _ arrival: Arrival, in tx: any Session
    ) throws -> Outcome {
        var machine = machine
        let current = try UserStore.account(emailKey: key, in: tx)
        switch machine.checked(isRight: isRight, current: current, waits: try waits(key, caller, in: tx)) {
        case .refuse(.wait(let until)):
            return .refused(.wait(until: until, at: tx.now))
        case .refuse(.wrong(let reason)):
            try countFailure(reason, key: key, account: current, by: caller, in: tx)
            return .refused(Self.refusal)
        case .checkPassword:
            return .refused(Self.refusal)
        case .grant:
            guard let id = current?.id else { return .refused(Self.refusal) }
            let user = try UserStore.require(id, in: tx)
            try LockoutStore.clear(.account(emailKey: key), in: tx)
            return .granted(try Self.open(user, arrival, by: caller.becoming(user), in: tx))
        }
    }

    private func countFailure(
        _ reason: SignIn.Reason, key: String, account: SignIn.Account?, by caller: Caller, in tx: any Session
    ) throws {
        let lockout = try LockoutStore.fail(.account(emailKey: key), in: tx)
        let address = try LockoutStore.fail(.address(of: caller), in: tx)
        let until = [lockout.wait(at: tx.now), address.wait(at: tx.now)].compactMap { $0 }.max()
        let details = JSONText.object([
            ("reason", .string(reason.rawValue)),
            ("locked_until", until.map { .string(RFC3339.text($0.milliseconds)) } ?? .null),
        ])
        try tx.audit(
            AuditEntry(
                "sign_in_failed", severity: until == nil ? .notice : .warning, entity: "user", id: account?.id,
                name: key, after: details), by: caller)
    }

    private func waits(_ key: String, _ caller: Caller, in tx: any Session) throws -> [Instant?] {
        [
            try LockoutStore.find(.account(emailKey: key), in: tx).wait(at: tx.now),
            try LockoutStore.find(.address(of: caller), in: tx).wait(at: tx.now),
        ]
    }

    /// Opens a session in a transaction in which the person has been let in.
    static func open(_ user: User, _ arrival: Arrival, by person: Caller, in tx: any Session) throws -> SignedIn {
        var ended: [Int64] = []
        if let hash = arrival.replacing, let old = try BrowserSessionStore.find(hash: hash, in: tx) {
            let owner = try UserStore.require(old.userID, in: tx)
            try end(old, of: owner.email, .replaced, by: person, in: tx)
            ended.append(old.id)
        }
        for old in try BrowserSessionStore.list(of: user.id, in: tx).dropFirst(mostSessions - 1) {
            try end(old, of: user.email, .replaced, by: person, in: tx)
            ended.append(old.id)
        }
        let session = try BrowserSessionStore.insert(
            hash: arrival.secret.hash, userID: user.id, address: person.address, userAgent: arrival.userAgent, in: tx)
        try UserStore.signedIn(user.id, in: tx)
        try tx.emit(SessionCreated(session: session, email: user.email), by: person)
        return SignedIn(
            user: try UserStore.require(user.id, in: tx), session: session,
            setupStep: try FirstRunStore.step(in: tx), secret: arrival.secret, ended: ended)
    }

    static func end(
        _ session: BrowserSession, of email: String, _ why: SessionEnded.Why, by caller: Caller, in tx: any Session
    ) throws {
        try BrowserSessionStore.delete(session.id, in: tx)
        try tx.emit(SessionEnded(session: session, email: email, why: why), by: caller)
    }

    /// A hash of an older cost is replaced while the password is at hand. Losing this race loses nothing.
    private func raiseCost(of id: Int64, _ password: Secret<String>, from old: String?) async throws {
        guard let old, hasher.isOutdated(old), let fresh = try? await hasher.hash(password) else { return }
        try await store.write { try UserStore.rehash(fresh, of: id, from: old, in: $0) }
    }

    private static var refusal: AppError {
        AppError(
            .unauthenticated, "E-mail address or password is wrong.",
            fields: ["password": "E-mail address or password is wrong."])
    }
}

// MARK: - One's own password

extension SignIns {
    /// The current password is a guess like any other: wrong ones count against the account.
    func changePassword(_ change: PasswordChange, by caller: Caller) async throws {
        guard let id = caller.id else { throw AppError(.forbidden, "Only people have a password.") }
        let (user, account, wait, now) = try await store.read { tx in
            let user = try UserStore.require(id, in: tx)
            let lockout = try LockoutStore.find(.account(emailKey: User.key(user.email)), in: tx)
            return (user, try UserStore.account(id, in: tx), lockout.wait(at: tx.now), tx.now)
        }
        if let wait { throw AppError.wait(until: wait, at: now) }
        if let problem = PasswordRules.problem(change.new, about: [user.email, user.displayName]) {
            throw AppError(.invalid, "The new password is not good enough.", fields: ["new": problem])
        }
        guard change.new != change.current else {
            throw AppError(.invalid, "The new password is the old one.", fields: ["new": "Choose another one."])
        }
        let isRight = try await hasher.verify(change.current, against: account?.passwordHash)
        let hash = isRight ? try await hasher.hash(change.new) : ""
        let changed = try await store.write { tx -> Bool in
            let before = try UserStore.require(id, in: tx)
            guard isRight, try UserStore.account(id, in: tx) == account else {
                try countFailure(.wrongPassword, key: User.key(before.email), account: account, by: caller, in: tx)
                return false
            }
            let after = try UserStore.setPassword(hash, of: id, mustChange: false, in: tx)
            try BrowserSessionStore.deleteAll(of: id, except: caller.sessionID, in: tx)
            try LockoutStore.clear(.account(emailKey: User.key(after.email)), in: tx)
            try tx.emit(UserChanged(before: before, user: after, action: "password_changed"), by: caller)
            return true
        }
        guard changed else {
            throw AppError(
                .invalid, "The password was not changed.", fields: ["current": "This is not your password."])
        }
        // Also the kept session: it may be remembered as one that must change its password first.
        credentials.forget(.person(id))
    }
}

extension Caller {
    /// The same request, now that it is known whose it is.
    func becoming(_ user: User) -> Caller {
        Caller(
            kind: .person, name: user.email, id: user.id, permissions: user.role.permissions, address: address,
            requestID: requestID)
    }
}
