import Kernel
import Persistence
import Synchronization

/// From an empty database to the first administrator, and how far the wizard has come.
///
/// The code lives in memory and in its file only: a new start makes a new one.
package final class FirstRun: Sendable {
    /// What the wizard asks for after the account.
    static let steps = ["look", "region", "vault", "first-look", "done"]

    private struct Known {
        var isNeeded: Bool?
        var code: Secret<String>?
        var file: SetupCodeFile?
    }

    private let store: any Store
    private let hasher: PasswordHasher
    private let known = Mutex(Known())

    init(store: any Store, hasher: PasswordHasher) {
        self.store = store
        self.hasher = hasher
    }

    /// Whether there is no administrator yet. Asked of the database until the answer is no.
    package func isNeeded() async throws -> Bool {
        if let isNeeded = known.withLock({ $0.isNeeded }) { return isNeeded }
        let isNeeded = try await store.read { try !UserStore.hasAdmin(in: $0) }
        return known.withLock { known in
            // Somebody may have finished while we were asking.
            if known.isNeeded == nil { known.isNeeded = isNeeded }
            return known.isNeeded ?? isNeeded
        }
    }

    /// At the start: makes the code when set-up is needed, writes it for the owner, and gives it back to be shown.
    /// When there is an administrator, a file that was left behind is removed.
    package func begin(codeFile path: String?) async throws -> Secret<String>? {
        let file = path.map { SetupCodeFile(path: $0) }
        guard try await isNeeded() else {
            file?.remove()
            return nil
        }
        let code = SetupCode.make()
        try file?.write(code)
        known.withLock { known in
            known.code = code
            known.file = file
        }
        return code
    }

    func state() async throws -> SetupState {
        let isNeeded = try await isNeeded()
        return try await store.read { tx in
            let step = isNeeded ? "code" : try FirstRunStore.step(in: tx) ?? "done"
            let lockout = isNeeded ? try LockoutStore.find(.setup, in: tx) : Lockout()
            return SetupState(isNeeded: isNeeded, step: step, lockedUntil: lockout.wait(at: tx.now))
        }
    }

    /// Whether the code is right. Wrong ones are counted, and lock set-up for a while.
    func check(_ code: String, by caller: Caller) async throws {
        guard try await isNeeded() else { throw Self.isDone }
        let isRight = matches(code)
        let verdict = try await store.write { tx -> Verdict in
            if let until = try LockoutStore.find(.setup, in: tx).wait(at: tx.now) { return .wait(until, tx.now) }
            guard !isRight else { return .right }
            let lockout = try LockoutStore.fail(.setup, in: tx)
            let isLocked = lockout.wait(at: tx.now) != nil
            try tx.audit(
                AuditEntry("setup_code_wrong", severity: isLocked ? .critical : .warning, entity: "setup"), by: caller)
            return .wrong
        }
        switch verdict {
        case .right: return
        case .wait(let until, let now): throw AppError.wait(until: until, at: now)
        case .wrong:
            throw AppError(
                .invalid, "This is not the set-up code.",
                fields: ["code": "This is not the code that the daemon wrote at its last start."])
        }
    }

    /// Makes the first administrator and signs the person in. Of two at once, one is told that set-up is done.
    func claim(_ draft: UserDraft, code: String, by caller: Caller, _ arrival: Arrival) async throws -> SignedIn {
        guard try await isNeeded() else { throw Self.isDone }
        let draft = try draft.validated()
        try await check(code, by: caller)
        let hash = try await hasher.hash(draft.password)
        let signedIn = try await store.write { tx -> SignedIn in
            guard try !UserStore.hasAdmin(in: tx) else { throw Self.isDone }
            let user = try UserStore.insert(draft, passwordHash: hash, in: tx)
            let person = caller.becoming(user)
            try FirstRunStore.claim(in: tx)
            try LockoutStore.clear(.setup, in: tx)
            try SignInGuard(emailKey: User.key(user.email), caller).succeed(user.id, in: tx)
            try tx.emit(UserCreated(user: user), by: person)
            return try SignIns.open(user, arrival, by: person, ["setup_code"], in: tx)
        }
        finish()
        return signedIn
    }

    /// Keeps how far the wizard has come, so that leaving half-way resumes.
    func keep(step: String, by caller: Caller) async throws {
        guard Self.steps.contains(step) else {
            let reason = "Use one of \(Self.steps.joined(separator: ", "))."
            throw AppError(.invalid, "There is no such step.", fields: ["step": reason])
        }
        try await store.write { tx in
            guard let before = try FirstRunStore.step(in: tx), before != step, before != "done" else { return }
            try FirstRunStore.keep(step, in: tx)
            try tx.emit(SetupStepChanged(before: before, step: step), by: caller)
        }
    }

    private enum Verdict: Sendable {
        case right, wrong
        case wait(Instant, Instant)
    }

    private static var isDone: AppError {
        AppError(.conflict, "Set-up is done: there is an administrator. Sign in instead.")
    }

    private func matches(_ code: String) -> Bool {
        guard let right = known.withLock({ $0.code }) else { return false }
        return Fingerprint.matches(SetupCode.normalised(code), Secret(SetupCode.normalised(right.reveal())))
    }

    /// The code has done its work.
    private func finish() {
        let file = known.withLock { known in
            known.isNeeded = false
            known.code = nil
            return known.file
        }
        file?.remove()
    }
}
