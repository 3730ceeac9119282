import JSONKit
import Kernel
import Persistence
import SecretVault

/// Going to a provider and coming back: who comes back is handed to the sign-in machine like somebody who knew their
/// password, and is asked for everything else all the same.
struct ProviderSignIns: Sendable {
    let store: any Store
    let vault: SecretVault
    let signIns: SignIns
    let credentials: Credentials
    let conversation: ProviderConversation

    struct Departure: Sendable {
        let address: String
        let attempt: ProviderAttempt
    }

    /// What the browser brought back.
    struct Return: Sendable {
        let slug: String
        let state: String
        let code: String?
        let error: String?
        let issuer: String?
        let cookie: String?
    }

    enum Landing: Sendable {
        case signedIn(SignInOutcome, returnTo: String)
        case linked(returnTo: String)
        case refused(ProviderRefusal, isLink: Bool)
    }

    // MARK: - There

    /// `origin` is how the browser reached the daemon: it comes back there. `isLink`: the caller links an account
    /// there to theirs here.
    func depart(
        to slug: String, returnTo: String, origin: String, isLink: Bool, by caller: Caller
    ) async throws -> Departure {
        guard let provider = try await store.read({ try SignInProviderStore.find(slug: slug, in: $0) }),
            provider.isEnabled
        else { throw AppError.notFound("This provider") }
        let link = isLink ? try Self.link(of: caller) : nil
        let attempt = ProviderAttempt()
        let state = RandomText.make(43)
        let redirectURI = provider.redirectURI(base: origin)
        let address: String
        do throws(ProviderRefusal) {
            address = try await conversation.authorization(provider, attempt, state: state, redirectURI: redirectURI)
        } catch {
            try await writeDown(error, provider, by: caller)
            throw AppError(.unavailable, Self.sentence(error, provider))
        }
        try await store.write { tx in
            try ProviderAttemptStore.insert(
                state: state,
                StoredAttempt(
                    browserHash: attempt.browserHash, providerID: provider.id, link: link,
                    returnTo: ReturnPath.checked(returnTo), redirectURI: redirectURI,
                    expiresAt: tx.now + ProviderAttempt.lifetime), in: tx)
        }
        return Departure(address: address, attempt: attempt)
    }

    private static func link(of caller: Caller) throws -> StoredAttempt.Link {
        guard caller.kind == .person, let id = caller.id, let session = caller.sessionID else {
            throw AppError(.forbidden, "Only people have an account at a provider.")
        }
        return .init(userID: id, sessionID: session)
    }

    private static func sentence(_ refusal: ProviderRefusal, _ provider: SignInProvider) -> String {
        switch refusal {
        case .unreachable: "\(provider.name) cannot be reached now. Try again later, or sign in with your password."
        case .wrongIssuer:
            "\(provider.name) calls itself by another address than the one in the settings. An administrator has to "
                + "mend that."
        default: "\(provider.name) does not answer as it should. An administrator finds the reason in the audit trail."
        }
    }

    // MARK: - And back

    func land(_ back: Return, by caller: Caller, _ arrival: Arrival) async throws -> Landing {
        let taken = try await store.write { tx -> (attempt: StoredAttempt?, provider: SignInProvider?, now: Instant) in
            let attempt = try ProviderAttemptStore.take(state: back.state, in: tx)
            return (attempt, try SignInProviderStore.find(slug: back.slug, in: tx), tx.now)
        }
        let isLink = taken.attempt?.link != nil
        do {
            guard let provider = taken.provider, provider.isEnabled else { throw ProviderRefusal.unknownProvider }
            guard let stored = taken.attempt, stored.providerID == provider.id else {
                throw ProviderRefusal.unknownState
            }
            guard let attempt = ProviderAttempt(cookie: back.cookie), attempt.browserHash == stored.browserHash else {
                throw ProviderRefusal.otherBrowser
            }
            guard taken.now < stored.expiresAt else { throw ProviderRefusal.expired }
            let person = try await ask(provider, attempt, stored, back)
            guard provider.allows(email: person.email) else { throw ProviderRefusal.domainNotAllowed }
            if let link = stored.link {
                // Not by the cookie: a strict one does not come along on the way back from another site. The session
                // that began it must still be there, and the attempt's own cookie has shown that it is this browser.
                guard let session = try await credentials.session(id: link.sessionID), session.userID == link.userID
                else { throw ProviderRefusal.expired }
                let owner = session.caller(
                    signIns.policy.current, at: credentials.clock.now, address: caller.address,
                    requestID: caller.requestID)
                try await self.link(person, provider, to: link.userID, by: owner)
                return .linked(returnTo: stored.returnTo)
            }
            let outcome = try await admit(person, provider, by: caller.asStranger, arrival)
            return .signedIn(outcome, returnTo: stored.returnTo)
        } catch let refusal as ProviderRefusal {
            try await writeDown(refusal, taken.provider, by: caller)
            return .refused(refusal, isLink: isLink)
        }
    }

    private func ask(
        _ provider: SignInProvider, _ attempt: ProviderAttempt, _ stored: StoredAttempt, _ back: Return
    ) async throws(ProviderRefusal) -> ProviderPerson {
        if let error = back.error { throw error == "access_denied" ? .denied : .badAnswer }
        guard let code = back.code, (1...4096).contains(code.utf8.count) else { throw .badAnswer }
        let secret: Secret<String>?
        do {
            secret = try provider.clientSecret.map { try vault.open($0, of: .providerSecret) }
        } catch {
            throw .secretLocked
        }
        return try await conversation.person(
            provider, secret: secret, attempt,
            .init(code: Secret(code), issuer: back.issuer, redirectURI: stored.redirectURI))
    }

    private func link(_ person: ProviderPerson, _ provider: SignInProvider, to user: Int64, by caller: Caller)
        async throws
    {
        try await store.write { tx in
            if let known = try ProviderIdentityStore.find(provider: provider.id, subject: person.subject, in: tx) {
                guard known.userID == user else { throw ProviderRefusal.linkedElsewhere }
                return
            }
            try ProviderIdentityStore.insert(provider: provider.id, person, user: user, in: tx)
            try tx.emit(
                IdentityChanged(action: "linked", user: user, email: caller.name, provider: provider.slug), by: caller)
        }
    }

    /// Finds or makes the account, and lets the machine decide, in one transaction.
    private func admit(
        _ person: ProviderPerson, _ provider: SignInProvider, by caller: Caller, _ arrival: Arrival
    ) async throws -> SignInOutcome {
        // A role that followed the groups holds for sessions elsewhere as well.
        defer { if provider.syncsRoles { credentials.forget(.everything) } }
        do {
            return try await signIns.settle { tx in
                let (user, isNew) = try account(of: person, provider, by: caller, in: tx)
                guard user.isActive else { throw ProviderRefusal.inactive }
                if !isNew { try follow(person, provider, user, by: caller, in: tx) }
                return try signIns.beginExternal(user.id, by: caller, arrival, in: tx)
            }
        } catch let error as AppError where [.unauthenticated, .forbidden, .rateLimited].contains(error.kind) {
            throw ProviderRefusal.notAdmitted
        }
    }

    private func account(
        of person: ProviderPerson, _ provider: SignInProvider, by caller: Caller, in tx: any Session
    ) throws -> (user: User, isNew: Bool) {
        if let known = try ProviderIdentityStore.find(provider: provider.id, subject: person.subject, in: tx) {
            try ProviderIdentityStore.use(known.id, email: person.email, in: tx)
            return (try UserStore.require(known.userID, in: tx), false)
        }
        if let user = try UserStore.find(emailKey: User.key(person.email), in: tx) {
            try ProviderIdentityStore.insert(provider: provider.id, person, user: user.id, in: tx)
            try tx.emit(
                IdentityChanged(action: "linked", user: user.id, email: user.email, provider: provider.slug),
                by: caller.becoming(user))
            return (user, false)
        }
        guard provider.opensRegistration else { throw ProviderRefusal.registrationClosed }
        // No hash of any password looks like this, so none lets anybody in until one is chosen by a mail's link.
        let draft = UserDraft(
            email: person.email, displayName: person.name, role: provider.role(of: person.groups), password: Secret(""))
        let user = try UserStore.insert(draft, passwordHash: "!", in: tx)
        try ProviderIdentityStore.insert(provider: provider.id, person, user: user.id, in: tx)
        let made = caller.becoming(user)
        try tx.emit(UserCreated(user: user), by: made)
        try tx.emit(
            IdentityChanged(action: "linked", user: user.id, email: user.email, provider: provider.slug), by: made)
        return (user, true)
    }

    /// The role follows the groups, where that is wanted; never so that no administrator is left.
    private func follow(
        _ person: ProviderPerson, _ provider: SignInProvider, _ user: User, by caller: Caller, in tx: any Session
    ) throws {
        guard provider.syncsRoles, !provider.groupRoles.isEmpty else { return }
        var wanted = user
        wanted.role = provider.role(of: person.groups)
        guard wanted.role != user.role else { return }
        if user.role == .admin, try !UserStore.hasOtherActiveAdmin(than: user.id, in: tx) { return }
        let after = try UserStore.update(wanted, in: tx)
        let person = caller.becoming(user)
        try tx.emit(UserChanged(before: user, user: after, action: "role_followed_groups"), by: person)
        // Elsewhere the person is signed in with the old role.
        try Users.endWhatWas(of: user, after, by: person, in: tx)
    }

    private func writeDown(_ refusal: ProviderRefusal, _ provider: SignInProvider?, by caller: Caller) async throws {
        let details = JSONText.object([("reason", .string(refusal.rawValue))])
        try await store.write { tx in
            try tx.audit(
                AuditEntry(
                    "provider_sign_in_failed", severity: refusal.isSuspicious ? .warning : .notice,
                    entity: "sign_in_provider", id: provider?.id, name: provider?.name ?? "", after: details),
                by: caller)
        }
    }
}

/// Where to go on after signing in: only addresses of this application, so that a link cannot lead elsewhere.
enum ReturnPath {
    static func checked(_ text: String) -> String {
        guard text.hasPrefix("/"), !text.hasPrefix("//"), text.utf8.count <= 500, !text.hasControl,
            !text.contains("\\"), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return "/map" }
        return text
    }
}
