import JSONKit
import Kernel
import Mailroom
import Persistence
import SecretVault

/// A new password for somebody who has forgotten theirs: by a link in a mail, or by the vault's key. Neither signs in:
/// whoever has a second factor is asked for it at the sign-in that follows.
struct PasswordResets: Sendable {
    let store: any Store
    let hasher: PasswordHasher
    let credentials: Credentials
    let room: Mailroom
    let vault: SecretVault
    /// Raised when somebody has asked.
    let signal = OutboxSignal()

    init(
        store: any Store, hasher: PasswordHasher, credentials: Credentials, room: Mailroom, vault: SecretVault
    ) {
        self.store = store
        self.hasher = hasher
        self.credentials = credentials
        self.room = room
        self.vault = vault
    }

    /// Writes down that somebody asks, and nothing else: who that is is looked up afterwards by `PasswordResetDesk`, so
    /// that neither the answer nor its time tells whether there is such an account.
    func request(_ request: ResetRequest, by caller: Caller) async throws {
        let email = request.email.trimmed
        guard email.isEmailAddress else {
            throw AppError(
                .invalid, "This is no e-mail address.",
                fields: ["email": "Give an e-mail address such as ada@example.org."])
        }
        let key = User.key(email)
        let refusal = try await store.write { tx -> AppError? in
            guard try room.desk(in: tx) != nil else {
                return AppError(
                    .conflict,
                    "This daemon sends no mail. Use the vault key instead, or ask an administrator for a new password.")
            }
            let subjects = [LockoutSubject.resetAccount(emailKey: key), .resetAddress(of: caller)]
            let waits = try subjects.compactMap { try LockoutStore.find($0, in: tx).wait(at: tx.now) }
            if let until = waits.max() { return .waitForMail(until: until, at: tx.now) }
            for subject in subjects { try LockoutStore.fail(subject, in: tx) }
            try PasswordResetStore.ask(key, by: caller, in: tx)
            try tx.audit(
                AuditEntry("password_reset_requested", severity: .notice, entity: "user", name: key), by: caller)
            return nil
        }
        if let refusal { throw refusal }
        signal.raise()
    }

    /// The link of a mail, and a new password. The link works once.
    func confirm(_ confirmation: ResetConfirmation, by caller: Caller) async throws {
        let found = try await store.write { tx in try owner(of: confirmation.token, by: caller, in: tx) }
        let user = try found.get()
        let hash = try await newHash(confirmation.password, for: user)
        let done = try await store.write { tx -> Result<Void, AppError> in
            switch try owner(of: confirmation.token, by: caller, in: tx) {
            case .failure(let error): return .failure(error)
            case .success(let current):
                try set(hash, of: current, "password_reset", .notice, by: caller.becoming(current), in: tx)
                return .success(())
            }
        }
        credentials.forget(.person(user.id))
        room.wake()
        try done.get()
    }

    /// A link that does not exist counts as a guess of that address. The failure is a value, so that the count stays.
    private func owner(
        of token: Secret<String>, by caller: Caller, in tx: any Session
    ) throws -> Result<User, AppError> {
        let subject = LockoutSubject.address(of: caller)
        if let until = try LockoutStore.find(subject, in: tx).wait(at: tx.now) {
            return .failure(.wait(until: until, at: tx.now))
        }
        let isOver = AppError(
            .notFound,
            "This link does not work any more: it was used, or it is older than 30 minutes. Ask for a new one.")
        guard let hash = LinkToken.hash(of: token), let reset = try PasswordResetStore.find(hash: hash, in: tx) else {
            try LockoutStore.fail(subject, in: tx)
            try tx.audit(AuditEntry("unknown_link", severity: .warning, entity: "password_reset"), by: caller)
            return .failure(isOver)
        }
        guard tx.now < reset.expiresAt, let user = try UserStore.find(reset.userID, in: tx), user.isActive else {
            return .failure(isOver)
        }
        return .success(user)
    }

    /// Whoever holds the vault's key may give anybody a new password: it opens every secret here anyway. Wrong keys are
    /// slowed down for all together and per address.
    func byVaultKey(_ reset: VaultKeyReset, by caller: Caller) async throws {
        let subjects = [LockoutSubject.vaultKey, .address(of: caller)]
        let (wait, now) = try await store.read { tx in
            (try subjects.compactMap { try LockoutStore.find($0, in: tx).wait(at: tx.now) }.max(), tx.now)
        }
        if let wait { throw AppError.wait(until: wait, at: now) }
        guard vault.isCurrentKey(reset.vaultKey) else {
            try await store.write { tx in
                for subject in subjects { try LockoutStore.fail(subject, in: tx) }
                try tx.audit(AuditEntry("vault_key_wrong", severity: .critical, entity: "password_reset"), by: caller)
            }
            throw AppError(
                .invalid, "The password was not changed.", fields: ["vault_key": "This is not the vault key in use."])
        }
        let key = User.key(reset.email.trimmed)
        // Whoever has got here may know: the key opens more than a list of accounts.
        guard let user = try await store.read({ try UserStore.find(emailKey: key, in: $0) }) else {
            throw AppError(
                .invalid, "The password was not changed.", fields: ["email": "There is no account with this address."])
        }
        let hash = try await newHash(reset.password, for: user)
        try await store.write { tx in
            let current = try UserStore.require(user.id, in: tx)
            for subject in subjects { try LockoutStore.clear(subject, in: tx) }
            try set(hash, of: current, "password_reset_by_vault_key", .critical, by: caller, in: tx)
        }
        credentials.forget(.person(user.id))
        room.wake()
    }

    private func newHash(_ password: Secret<String>, for user: User) async throws -> String {
        if let problem = PasswordRules.problem(password, about: [user.email, user.displayName]) {
            throw AppError(.invalid, "The password is not good enough.", fields: ["password": problem])
        }
        return try await hasher.hash(password)
    }

    /// Sessions end, locks are lifted, other links are void, and the person hears of it where mail is on.
    private func set(
        _ hash: String, of before: User, _ action: String, _ severity: AuditEntry.Severity, by caller: Caller,
        in tx: any Session
    ) throws {
        let after = try UserStore.setPassword(hash, of: before.id, mustChange: false, in: tx)
        for mail in try PasswordResetStore.deleteAll(of: before.id, in: tx) { try room.withdraw(mail, in: tx) }
        try SignIns.endAll(of: before.id, in: tx)
        try LockoutStore.clearAll(emailKey: User.key(after.email), in: tx)
        try LockoutStore.clear(.resetAccount(emailKey: User.key(after.email)), in: tx)
        try tx.emit(UserChanged(before: before, user: after, action: action, severity: severity), by: caller)
        guard let desk = try room.desk(in: tx), MailCheck.isMailable(after.email) else { return }
        let letter = Letter(
            kind: "password_changed", subject: "Your password at \(desk.appName) was changed",
            greeting: "Hello \(after.displayName),",
            paragraphs: [
                "the password of \(after.email) at \(desk.linkBase) was changed at \(MailTime.text(tx.now)). "
                    + "Everybody who was signed in with it is signed out."
            ], closing: ["If this was not you, tell an administrator at once."])
        try room.post(letter, to: after.email, until: tx.now + .seconds(86_400), in: tx)
    }
}

extension AppError {
    /// Asked for too often; one message whether or not there is such an account.
    static func waitForMail(until end: Instant, at now: Instant) -> AppError {
        let minutes = max(1, ((end - now).milliseconds + 59_999) / 60_000)
        return AppError(
            .rateLimited,
            "A link was asked for several times already. Look into the mailbox, or try again in \(minutes) minutes.",
            retryAfter: .seconds(minutes * 60))
    }
}
