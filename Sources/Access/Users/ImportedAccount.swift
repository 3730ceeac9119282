import Kernel
import Persistence

/// An account that comes from another installation, with its password as it was stored there.
package struct ImportedAccount: Sendable {
    package var email: String
    package var displayName: String
    package var role: Role
    package var isActive = true
    package var mustChangePassword = false
    /// bcrypt, and what the browser mixed in; nil where the account never had a password of its own.
    package var bcrypt: String?
    package var clientSalt: String?
    /// Base32, as an authenticator knows it.
    package var totpSeed: Secret<String>?
    package var language: String?

    package init(email: String, displayName: String, role: Role) {
        self.email = email
        self.displayName = displayName
        self.role = role
    }

    /// What storing it came to.
    package struct Outcome: Sendable {
        package let id: Int64
        /// Somebody of that address was here; nothing of theirs was changed.
        package let wasHere: Bool
        package let keepsPassword: Bool
        package let keepsAuthenticator: Bool
    }

    /// Throws `.invalid` where the address is none.
    package func store(seeds: any SeedVault, by caller: Caller, in tx: any Session) throws -> Outcome {
        if let known = try UserStore.find(emailKey: User.key(email), in: tx) {
            return Outcome(id: known.id, wasHere: true, keepsPassword: false, keepsAuthenticator: false)
        }
        let old = bcrypt.flatMap { OlderHash(salt: clientSalt, bcrypt: $0) }
        var problems: [String: String] = [:]
        AccountRules.check(email: email, &problems)
        AccountRules.check(displayName: displayName, &problems)
        guard problems.isEmpty else { throw AppError(.invalid, "The account has errors.", fields: problems) }
        let draft = UserDraft(
            email: email, displayName: displayName, role: role, password: Secret(""),
            forcePasswordChange: mustChangePassword)
        // Without a password that fits any, a link or an administrator sets the first one.
        var user = try UserStore.insert(draft, passwordHash: old?.text ?? "!", in: tx)
        user.isActive = isActive
        if let language { user.language = language }
        user = try UserStore.update(user, in: tx)
        let hasSeed = try storeSeed(of: user.id, seeds, in: tx)
        try tx.emit(UserCreated(user: user), by: caller)
        return Outcome(id: user.id, wasHere: false, keepsPassword: old != nil, keepsAuthenticator: hasSeed)
    }

    private func storeSeed(of id: Int64, _ seeds: any SeedVault, in tx: any Session) throws -> Bool {
        guard let seed = totpSeed.flatMap({ Base32.bytes($0.reveal()) }), seed.count >= 10 else { return false }
        let sealed = try seeds.seal(Secret(Base64URL.text(seed)), in: tx)
        guard try OneTimeCodeStore.begin(sealed, of: id, in: tx) else { return false }
        return try OneTimeCodeStore.confirm(sealed, of: id, step: 0, in: tx)
    }
}
