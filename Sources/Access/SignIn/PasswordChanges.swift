import Kernel
import Persistence

// One's own password.
extension SignIns {
    /// The current password is a guess like any other: wrong ones count against the account.
    func changePassword(_ change: PasswordChange, by caller: Caller) async throws {
        guard let id = caller.id else { throw AppError(.forbidden, "Only people have a password.") }
        let (user, account, wait, now) = try await store.read { tx in
            let user = try UserStore.require(id, in: tx)
            let account = try SignInAccount.find(id, in: tx)
            let wait = try SignInGuard(emailKey: User.key(user.email), caller).wait(for: account, in: tx)
            return (user, account, wait, tx.now)
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
            let watch = SignInGuard(emailKey: User.key(before.email), caller)
            guard isRight, try SignInAccount.find(id, in: tx)?.passwordHash == account?.passwordHash else {
                try writeDown("wrong_password", true, account, watch, by: caller, in: tx)
                return false
            }
            let after = try UserStore.setPassword(hash, of: id, mustChange: false, in: tx)
            try Self.endAll(of: id, except: caller.sessionID, in: tx)
            try watch.succeed(id, in: tx)
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
