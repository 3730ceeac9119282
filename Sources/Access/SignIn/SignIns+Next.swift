import HTTPKit
import Kernel
import Persistence

/// The steps after the first factor. Each reads anew where the sign-in stands and what the account asks for.
extension SignIns {
    /// What the sign-in of this browser waits for.
    func pending(_ arrival: Arrival) async throws -> PendingSignIn {
        let rules = policy.current
        return try await store.read { tx in
            let (progress, account) = try Self.stored(arrival, rules, in: tx)
            return try PendingSignIn(progress, account, in: tx)
        }
    }

    /// Whether this browser has a sign-in on its way.
    func isWaiting(_ arrival: Arrival) async throws -> Bool {
        guard let hash = arrival.inProgress else { return false }
        return try await store.read { try SignInProgressStore.find(hash, arrival, in: $0) != nil }
    }

    /// Forgets it.
    func abandon(_ arrival: Arrival) async throws {
        guard let hash = arrival.inProgress else { return }
        try await store.write { try SignInProgressStore.delete(hash, in: $0) }
    }

    /// A code of the authenticator app, or a recovery code.
    func give(code: String, by caller: Caller, _ arrival: Arrival) async throws -> SignInOutcome {
        let account = try await waiting(for: .secondFactor, by: caller, arrival)
        let guess = try await codes.look(at: code, of: account.id)
        return try await goOn(.secondFactor, by: caller, arrival) { account, tx in
            try OneTimeCodes.use(guess, of: account.id, in: tx)
        }
    }

    /// A passkey as the second factor.
    func give(
        passkey answer: PasskeyAnswer, at site: PasskeySite, by caller: Caller, _ arrival: Arrival
    ) async throws -> SignInOutcome {
        let account = try await waiting(for: .secondFactor, by: caller, arrival)
        let look = try await passkeys.look(at: answer, .secondFactor, of: account.id, at: site)
        return try await goOn(.secondFactor, by: caller, arrival) { _, tx in
            try Passkeys.use(look, by: caller, in: tx)
        }
    }

    /// A passkey as the first proof; with a PIN or a finger it is both factors.
    func signIn(
        passkey answer: PasskeyAnswer, at site: PasskeySite, by caller: Caller, _ arrival: Arrival
    ) async throws -> SignInOutcome {
        let look = try await passkeys.look(at: answer, .signIn, of: nil, at: site)
        return try await settle { tx in
            let account = try look.passkey.flatMap { try SignInAccount.find($0.userID, in: tx) }
            let watch = SignInGuard(emailKey: account?.emailKey ?? "", caller)
            let isLocked = try watch.wait(for: account, in: tx) != nil
            let event = isLocked ? SignInState.Event.lockedOut : try Passkeys.use(look, by: caller, in: tx)
            guard event == .passkeyWrong, account == nil else {
                return try begin(event, account, watch, by: caller, arrival, in: tx)
            }
            try writeDown("unknown_passkey", true, nil, watch, by: caller, in: tx)
            return .refused(SignInState.Refusal.wrongPasskey.told)
        }
    }

    /// What the browser is asked for: the passkeys of the account that is signing in, or any.
    func passkeyRequest(_ arrival: Arrival, at site: PasskeySite) async throws -> PasskeyRequest {
        let rules = policy.current
        let account = try await store.read { tx -> SignInAccount? in
            guard let hash = arrival.inProgress, try SignInProgressStore.find(hash, arrival, in: tx) != nil else {
                return nil
            }
            return try Self.stored(arrival, rules, in: tx).1
        }
        return try await passkeys.request(account == nil ? .signIn : .secondFactor, of: account?.id, at: site)
    }

    /// The password that has to be changed, changed.
    func give(newPassword: Secret<String>, by caller: Caller, _ arrival: Arrival) async throws -> SignInOutcome {
        let account = try await waiting(for: .newPassword, by: caller, arrival)
        let user = try await store.read { try UserStore.require(account.id, in: $0) }
        if let problem = PasswordRules.problem(newPassword, about: [user.email, user.displayName]) {
            throw AppError(.invalid, "The new password is not good enough.", fields: ["password": problem])
        }
        guard try await !hasher.verify(newPassword, against: account.passwordHash) else {
            throw AppError(
                .invalid, "The new password is the old one.", fields: ["password": "Choose another one."])
        }
        let hash = try await hasher.hash(newPassword)
        defer { credentials.forget(.person(account.id)) }
        return try await goOn(.newPassword, by: caller, arrival) { current, tx in
            guard current.passwordHash == account.passwordHash else { return .changedMeanwhile }
            let before = try UserStore.require(current.id, in: tx)
            let after = try UserStore.setPassword(hash, of: current.id, mustChange: false, in: tx)
            // Also sign-ins elsewhere that were begun with the password of before.
            try Self.endAll(of: current.id, signIn: arrival.inProgress, in: tx)
            try tx.emit(
                UserChanged(before: before, user: after, action: "password_changed"), by: caller.becoming(after))
            return .passwordChanged
        }
    }

    // MARK: - A factor that has to be set up

    func beginEnrolment(by caller: Caller, _ arrival: Arrival, host: String) async throws -> NewSeed {
        let account = try await waiting(for: .enrolment, by: caller, arrival)
        return try await codes.begin(try await store.read { try UserStore.require(account.id, in: $0) }, host: host)
    }

    func enrol(code: String, by caller: Caller, _ arrival: Arrival) async throws -> SignInOutcome {
        let account = try await waiting(for: .enrolment, by: caller, arrival)
        guard let first = try await codes.firstStep(code, of: account.id) else { throw AppError.wrongFirstCode }
        defer { credentials.forget(.person(account.id)) }
        return try await goOn(.enrolment, by: caller, arrival) { account, tx in
            let user = try UserStore.require(account.id, in: tx)
            try OneTimeCodes.confirm(first, of: user, by: caller.becoming(user), in: tx)
            return .enrolled
        }
    }

    func enrolmentCreation(by caller: Caller, _ arrival: Arrival, at site: PasskeySite) async throws -> PasskeyCreation
    {
        let account = try await waiting(for: .enrolment, by: caller, arrival)
        return try await passkeys.creation(
            for: try await store.read { try UserStore.require(account.id, in: $0) }, at: site)
    }

    func enrol(
        passkey draft: PasskeyDraft, at site: PasskeySite, by caller: Caller, _ arrival: Arrival
    ) async throws -> SignInOutcome {
        let account = try await waiting(for: .enrolment, by: caller, arrival)
        let made = try await passkeys.made(draft, for: account.id, at: site)
        defer { credentials.forget(.person(account.id)) }
        return try await goOn(.enrolment, by: caller, arrival) { account, tx in
            let user = try UserStore.require(account.id, in: tx)
            _ = try Passkeys.keep(made, draft, for: user, at: site, by: caller.becoming(user), in: tx)
            return .enrolled
        }
    }

    // MARK: - Where it stands

    /// The account of a sign-in that waits for that; nothing is looked at while it is locked.
    private func waiting(
        for stage: SignInState.Stage, by caller: Caller, _ arrival: Arrival
    ) async throws -> SignInAccount {
        let rules = policy.current
        return try await store.read { tx in
            let (progress, account) = try Self.stored(arrival, rules, in: tx)
            if let until = try SignInGuard(emailKey: account.emailKey, caller).wait(for: account, in: tx) {
                throw AppError.wait(until: until, at: tx.now)
            }
            guard progress.state.stage == stage else { throw AppError.notNext }
            return account
        }
    }

    /// The deciding transaction of a later step. `event` says what happened, and uses it up.
    private func goOn(
        _ stage: SignInState.Stage, by caller: Caller, _ arrival: Arrival,
        event: @escaping @Sendable (SignInAccount, any Session) throws -> SignInState.Event
    ) async throws -> SignInOutcome {
        let rules = policy.current
        let outcome = try await settle { tx in
            let (progress, account) = try Self.stored(arrival, rules, in: tx)
            guard progress.state.stage == stage else { throw AppError.notNext }
            let watch = SignInGuard(emailKey: account.emailKey, caller)
            let isLocked = try watch.wait(for: account, in: tx) != nil
            return try decide(
                SignInAttempt(state: progress.state, stored: progress),
                isLocked ? .lockedOut : try event(account, tx), account, watch, by: caller, arrival, in: tx)
        }
        if case .pending(let pending, _) = outcome, pending.next == .secondFactor, stage == .secondFactor {
            throw AppError(
                .invalid, "This did not match.",
                fields: ["code": "This code is wrong, too old, or was used already."])
        }
        return outcome
    }

    /// The sign-in of this browser, with the stage its account's demands lead to by now.
    private static func stored(
        _ arrival: Arrival, _ rules: AccessRules, in tx: any Session
    ) throws -> (SignInProgress, SignInAccount) {
        guard let hash = arrival.inProgress, var progress = try SignInProgressStore.find(hash, arrival, in: tx),
            let account = try SignInAccount.find(progress.userID, in: tx), account.isActive
        else { throw AppError.signInOver }
        progress.state.look(account.demands(rules))
        guard progress.state.stage != .granted else { throw AppError.signInOver }
        return (progress, account)
    }
}

extension AppError {
    fileprivate static var notNext: AppError {
        AppError(.conflict, "This is not what the sign-in waits for. Read where it stands and go on from there.")
    }

    static var wrongFirstCode: AppError {
        AppError(
            .invalid, "The code does not match.",
            fields: ["code": "This is not the code the app shows now. Check the clock of the telephone."])
    }
}
