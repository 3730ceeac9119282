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
    /// The digest of the cookie of a sign-in on its way.
    let inProgress: String?
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

/// Where a sign-in stands after a step.
enum SignInOutcome: Sendable {
    case signedIn(SignedIn)
    /// More is asked for. The secret is there when the sign-in has just begun, and goes into a cookie.
    case pending(PendingSignIn, SignInSecret?)
}

/// Signing in. Whatever the way, `decide` is where the machine is told what happened, in the transaction that also
/// writes down what came of it.
struct SignIns: Sendable {
    /// More at once than anybody has browsers; the oldest goes.
    static let mostSessions = 50

    let store: any Store
    let hasher: PasswordHasher
    let credentials: Credentials
    let policy: AccessPolicy
    let codes: OneTimeCodes
    let passkeys: Passkeys

    /// The first factor by e-mail address and password.
    func signIn(
        email: String, password: Secret<String>, by caller: Caller, _ arrival: Arrival
    ) async throws -> SignInOutcome {
        let key = User.key(email.trimmed)
        let watch = SignInGuard(emailKey: key, caller)
        let first = try await store.read { tx in
            let account = try SignInAccount.find(emailKey: key, in: tx)
            return (
                account: account, wait: try watch.wait(for: account, in: tx), now: tx.now,
                older: try SignInAccount.someOlderHash(in: tx)
            )
        }
        if let until = first.wait { throw AppError.wait(until: until, at: first.now) }
        let isRight = try await hasher.verify(
            password, against: first.account?.passwordHash, beside: first.older)
        let outcome = try await settle { tx in
            let current = try SignInAccount.find(emailKey: key, in: tx)
            let isSame = current?.id == first.account?.id && current?.passwordHash == first.account?.passwordHash
            let event: SignInState.Event = isSame ? isRight ? .passwordRight : .passwordWrong : .changedMeanwhile
            return try begin(event, current, watch, by: caller, arrival, in: tx)
        }
        try await raiseCost(of: first.account?.id, password, from: first.account?.passwordHash)
        return outcome
    }

    /// The first factor by a provider that has vouched for that person, in the transaction that found out who it is.
    /// What the account asks for besides is asked for all the same.
    func beginExternal(
        _ userID: Int64, by caller: Caller, _ arrival: Arrival, in tx: any Session
    ) throws -> SignInDecision {
        guard let account = try SignInAccount.find(userID, in: tx) else { throw AppError.notFound("This person") }
        return try begin(
            .externalRight, account, SignInGuard(emailKey: account.emailKey, caller), by: caller, arrival, in: tx)
    }

    /// A new machine takes its first event.
    func begin(
        _ event: SignInState.Event, _ account: SignInAccount?, _ watch: SignInGuard, by caller: Caller,
        _ arrival: Arrival, in tx: any Session
    ) throws -> SignInDecision {
        if let old = arrival.inProgress { try SignInProgressStore.delete(old, in: tx) }
        return try decide(.init(state: SignInState(), stored: nil), event, account, watch, by: caller, arrival, in: tx)
    }

    /// Runs a transaction that decides, then forgets or throws what came of it.
    func settle(
        _ body: @escaping @Sendable (any Session) throws -> SignInDecision
    ) async throws -> SignInOutcome {
        switch try await store.write(body) {
        case .refused(let error): throw error
        case .pending(let progress, let secret): return .pending(progress, secret)
        case .granted(let signedIn):
            for id in signedIn.ended { credentials.forget(.session(id)) }
            return .signedIn(signedIn)
        }
    }

    /// A hash of an older cost is replaced while the password is at hand. Losing this race loses nothing.
    private func raiseCost(of id: Int64?, _ password: Secret<String>, from old: String?) async throws {
        guard let id, let old, hasher.isOutdated(old), let fresh = try? await hasher.hash(password) else { return }
        try await store.write { try UserStore.rehash(fresh, of: id, from: old, in: $0) }
    }
}

/// What a deciding transaction has written. A refusal is a value, not an error: it is to be committed with its row in
/// the trail.
enum SignInDecision: Sendable {
    case granted(SignedIn)
    case pending(PendingSignIn, SignInSecret?)
    case refused(AppError)
}

/// A machine and, from the second request on, where it is kept.
struct SignInAttempt: Sendable {
    var state: SignInState
    let stored: SignInProgress?
}

extension SignIns {
    /// The one place where a sign-in goes on: asks what locks it, tells the machine, and writes down what it says.
    func decide(
        _ attempt: SignInAttempt, _ event: SignInState.Event, _ account: SignInAccount?, _ watch: SignInGuard,
        by caller: Caller, _ arrival: Arrival, in tx: any Session
    ) throws -> SignInDecision {
        var state = attempt.state
        let misses = state.misses
        let wait = try watch.wait(for: account, in: tx)
        let stage = state.receive(wait == nil ? event : .lockedOut, account?.demands(policy.current))
        if let wait {
            // Not written down beyond the lock itself: a flood would fill the trail.
            if let stored = attempt.stored { try SignInProgressStore.delete(stored.hash, in: tx) }
            return .refused(.wait(until: wait, at: tx.now))
        }
        switch stage {
        case .refused(let why):
            if let stored = attempt.stored { try SignInProgressStore.delete(stored.hash, in: tx) }
            try writeDown(why.rawValue, why.isGuess, account, watch, by: caller, in: tx)
            return .refused(why.told)
        case .granted:
            guard let account else { return .refused(SignInState.Refusal.unknownAccount.told) }
            if let stored = attempt.stored { try SignInProgressStore.delete(stored.hash, in: tx) }
            try watch.succeed(account.id, in: tx)
            let user = try UserStore.require(account.id, in: tx)
            return .granted(try Self.open(user, arrival, by: caller.becoming(user), state.proofs, in: tx))
        case .first, .secondFactor, .enrolment, .newPassword:
            guard let account else { return .refused(SignInState.Refusal.unknownAccount.told) }
            if state.misses > misses {
                try writeDown(event.rawValue, true, account, watch, by: caller, in: tx)
            }
            return try keep(state, attempt, account, by: caller, arrival, in: tx)
        }
    }

    private func keep(
        _ state: SignInState, _ attempt: SignInAttempt, _ account: SignInAccount, by caller: Caller,
        _ arrival: Arrival, in tx: any Session
    ) throws -> SignInDecision {
        if var stored = attempt.stored {
            stored.state = state
            try SignInProgressStore.keep(stored, in: tx)
            return .pending(try PendingSignIn(stored, account, in: tx), nil)
        }
        let secret = SignInSecret()
        let stored = try SignInProgressStore.insert(
            state, of: account.id, hash: secret.hash, arrival, address: caller.address, in: tx)
        return .pending(try PendingSignIn(stored, account, in: tx), secret)
    }

    /// The trail of a refusal, and the counters where it was a guess.
    func writeDown(
        _ reason: String, _ isGuess: Bool, _ account: SignInAccount?, _ watch: SignInGuard, by caller: Caller,
        in tx: any Session
    ) throws {
        let until = isGuess ? try watch.fail(in: tx) : nil
        let details = JSONText.object([
            ("reason", .string(reason)),
            ("locked_until", until.map { .string(RFC3339.text($0.milliseconds)) } ?? .null),
        ])
        try tx.audit(
            AuditEntry(
                "sign_in_failed", severity: until == nil ? .notice : .warning, entity: "user", id: account?.id,
                name: watch.emailKey, after: details), by: caller)
    }

    /// Opens a session in a transaction in which the person has been let in.
    static func open(
        _ user: User, _ arrival: Arrival, by person: Caller, _ proofs: [String] = [], in tx: any Session
    ) throws -> SignedIn {
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
        try tx.emit(SessionCreated(session: session, email: user.email, proofs: proofs), by: person)
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

    /// Everything a person is in or about to be in, but for one session or one sign-in on its way: after a change of what
    /// lets them in. Links to a new password that were mailed before lead nowhere then, whoever reads that mailbox.
    static func endAll(
        of userID: Int64, except kept: Int64? = nil, signIn: String? = nil, in tx: any Session
    ) throws {
        try BrowserSessionStore.deleteAll(of: userID, except: kept, in: tx)
        try SignInProgressStore.deleteAll(of: userID, except: signIn, in: tx)
        _ = try PasswordResetStore.deleteAll(of: userID, in: tx)
    }
}

extension SignInState {
    /// How the person has proven who they are, for the trail.
    var proofs: [String] {
        [first?.rawValue, second == .passkey && first == .passkey ? nil : second?.rawValue].compactMap { $0 }
    }
}

extension SignInState.Refusal {
    /// Whether it may have been somebody who tries, so that it counts.
    var isGuess: Bool {
        switch self {
        case .unknownAccount, .wrongPassword, .wrongPasskey, .tooManyMisses, .inactive, .changedMeanwhile: true
        case .unverifiedPasskey, .refusedByProvider, .lockedOut, .timedOut, .outOfTurn: false
        }
    }

    /// What the person is told: whether there is such an account is not to be learnt from it.
    var told: AppError {
        switch self {
        case .unknownAccount, .wrongPassword, .inactive, .changedMeanwhile:
            let text = "E-mail address or password is wrong."
            return AppError(.unauthenticated, text, fields: ["password": text])
        case .wrongPasskey:
            return AppError(.unauthenticated, "This passkey does not open an account here. Try your password.")
        case .unverifiedPasskey:
            return AppError(
                .unauthenticated,
                "This passkey did not ask for a PIN or a finger, so it cannot stand alone. Sign in with your password.")
        case .refusedByProvider:
            return AppError(.unauthenticated, "The sign-in provider did not vouch for you.")
        case .tooManyMisses: return AppError(.unauthenticated, "Too many wrong codes. Begin again with your password.")
        case .lockedOut: return AppError(.rateLimited, "Too many wrong attempts. Try again later.")
        case .timedOut, .outOfTurn: return .signInOver
        }
    }
}

extension AppError {
    static var signInOver: AppError {
        AppError(.unauthenticated, "This sign-in has ended or took too long. Begin again.")
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
