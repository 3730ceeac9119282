import JSONKit
import Kernel
import Mailroom
import Persistence

/// Asking people to come, and their coming.
struct Invitations: Sendable {
    let store: any Store
    let hasher: PasswordHasher
    let room: Mailroom

    func list(before id: Int64?, limit: Int) async throws -> [ShownInvitation] {
        try await store.read { tx in
            try InvitationStore.list(before: id, limit: limit, in: tx).map { ShownInvitation($0, at: tx.now) }
        }
    }

    /// `origin` is how the administrator reached the daemon: the link begins with it where the settings say nothing.
    func create(_ draft: InvitationDraft, origin: String, by caller: Caller) async throws -> MadeInvitation {
        let draft = try draft.validated()
        try Users.mayGive(draft.role, caller)
        let made = try await store.write { tx in
            let key = User.key(draft.email)
            guard try UserStore.find(emailKey: key, in: tx) == nil else {
                throw AppError(
                    .conflict, "This person has an account already.", fields: ["email": "This address has an account."])
            }
            guard try !InvitationStore.hasPending(emailKey: key, in: tx) else {
                throw AppError(
                    .conflict, "This person is invited already. Send that invitation again, or revoke it first.",
                    fields: ["email": "This address has an invitation."])
            }
            let sent = try send(
                to: draft.email, role: draft.role, until: tx.now + draft.lifetime, isMailed: draft.sendMail ?? true,
                origin: origin, by: caller, in: tx)
            let invitation = try InvitationStore.insert(
                email: draft.email, role: draft.role, by: caller.name,
                try sent.stored(by: caller, until: tx.now + draft.lifetime, in: tx), in: tx)
            try tx.emit(InvitationChanged("created", after: invitation), by: caller)
            return MadeInvitation(shown: ShownInvitation(invitation, at: tx.now, link: sent.link))
        }
        room.wake()
        return made
    }

    /// Another link, by mail or to be handed over; the one before works no more.
    func renew(_ id: Int64, _ again: InvitationAgain, origin: String, by caller: Caller) async throws -> MadeInvitation
    {
        let hours = again.expiresInHours ?? 72
        guard (1...720).contains(hours) else {
            throw AppError(
                .invalid, "The invitation has errors.",
                fields: ["expires_in_hours": "An invitation works from 1 to 720 hours (30 days)."])
        }
        let made = try await store.write { tx in
            let before = try InvitationStore.require(id, in: tx)
            try Users.mayGive(before.role, caller)
            try Self.requireOpen(before)
            if let old = before.messageID { try room.withdraw(old, in: tx) }
            let expiry = tx.now + .seconds(hours * 3600)
            let sent = try send(
                to: before.email, role: before.role, until: expiry, isMailed: again.sendMail ?? true, origin: origin,
                by: caller, in: tx)
            let after = try InvitationStore.renew(
                id, try sent.stored(by: caller, until: expiry, in: tx), in: tx)
            try tx.emit(InvitationChanged("renewed", before: before, after: after), by: caller)
            return MadeInvitation(shown: ShownInvitation(after, at: tx.now, link: sent.link))
        }
        room.wake()
        return made
    }

    func revoke(_ id: Int64, by caller: Caller) async throws {
        try await store.write { tx in
            let before = try InvitationStore.require(id, in: tx)
            try Self.requireOpen(before)
            if let old = before.messageID { try room.withdraw(old, in: tx) }
            let after = try InvitationStore.revoke(id, in: tx)
            try tx.emit(InvitationChanged("revoked", before: before, after: after), by: caller)
        }
    }

    /// Somebody may invite no more: what they have sent out ends with that, or a link made in time brings them back.
    static func revokeAll(by inviter: Int64, _ caller: Caller, in tx: any Session) throws {
        for before in try InvitationStore.open(by: inviter, in: tx) {
            let after = try InvitationStore.revoke(before.id, in: tx)
            try tx.emit(InvitationChanged("revoked", before: before, after: after), by: caller)
        }
    }

    private static func requireOpen(_ invitation: Invitation) throws {
        if invitation.acceptedAt != nil { throw AppError(.conflict, "This invitation was accepted already.") }
        if invitation.revokedAt != nil { throw AppError(.conflict, "This invitation was revoked. Make a new one.") }
    }

    private struct Sent: Sendable {
        let token: LinkToken
        let messageID: String?
        /// Where nobody mailed it.
        let link: Secret<String>?

        func stored(by caller: Caller, until expiry: Instant, in tx: any Session) throws -> InvitationStore.Link {
            InvitationStore.Link(
                hash: token.hash, messageID: messageID, inviterID: try APITokens.owner(of: caller, in: tx),
                expiresAt: expiry)
        }
    }

    private func send(
        to email: String, role: Role, until expiry: Instant, isMailed: Bool, origin: String, by caller: Caller,
        in tx: any Session
    ) throws -> Sent {
        let token = LinkToken()
        guard isMailed else {
            let base = try room.linkBase(in: tx) ?? origin
            return Sent(token: token, messageID: nil, link: token.link(.invitation, base: base))
        }
        guard let desk = try room.desk(in: tx) else {
            throw AppError(
                .conflict, "Mail is not set up. Make the invitation without mail and hand over the link yourself.",
                fields: ["send_mail": "Mail is not set up."])
        }
        let letter = Letter(
            kind: "invitation", subject: "Invitation to \(desk.appName)", greeting: "Hello,",
            paragraphs: [
                "\(caller.name) invites you to \(desk.appName) at \(desk.linkBase), as \(role.described).",
                "Open the link to choose a name and a password. It works once, until \(MailTime.text(expiry)).",
            ], link: .init("Accept the invitation", token.link(.invitation, base: desk.linkBase)),
            closing: ["If you did not expect this, do nothing: without the link there is no account."])
        return Sent(token: token, messageID: try room.post(letter, to: email, until: expiry, in: tx), link: nil)
    }

    // MARK: - The invited person

    func preview(_ token: Secret<String>, by caller: Caller) async throws -> InvitationPreview {
        let found = try await store.write { tx in try pending(token, by: caller, in: tx) }
        return InvitationPreview(invitation: try found.get())
    }

    /// Makes the account. The person signs in afterwards like everybody, so nothing that a sign-in asks for is skipped.
    func accept(_ acceptance: InvitationAcceptance, by caller: Caller) async throws -> InvitationPreview {
        let invitation = try await preview(acceptance.token, by: caller).invitation
        let draft = try UserDraft(
            email: invitation.email, displayName: acceptance.displayName, role: invitation.role,
            password: acceptance.password
        ).validated()
        let hash = try await hasher.hash(draft.password)
        let outcome: Result<Invitation, AppError>
        do {
            outcome = try await store.write { tx in
                switch try pending(acceptance.token, by: caller, in: tx) {
                case .failure(let error): return .failure(error)
                case .success(let current):
                    guard current == invitation else { return .failure(Self.isOver) }
                    let user = try UserStore.insert(draft, passwordHash: hash, in: tx)
                    let person = caller.becoming(user)
                    let accepted = try InvitationStore.accept(current.id, by: user.id, in: tx)
                    try tx.emit(UserCreated(user: user), by: person)
                    try tx.emit(InvitationChanged("accepted", before: current, after: accepted), by: person)
                    return .success(accepted)
                }
            }
        } catch let error as PersistenceError where error.isUniqueViolation {
            throw AppError(.conflict, "There is an account with this address meanwhile. Sign in instead.", cause: error)
        }
        return InvitationPreview(invitation: try outcome.get())
    }

    /// A link that does not exist counts as a guess of that address. The failure is a value, so that the count stays.
    private func pending(
        _ token: Secret<String>, by caller: Caller, in tx: any Session
    ) throws -> Result<Invitation, AppError> {
        let subject = LockoutSubject.address(of: caller)
        if let until = try LockoutStore.find(subject, in: tx).wait(at: tx.now) {
            return .failure(.wait(until: until, at: tx.now))
        }
        guard let hash = LinkToken.hash(of: token), let invitation = try InvitationStore.find(hash: hash, in: tx) else {
            try LockoutStore.fail(subject, in: tx)
            try tx.audit(
                AuditEntry("unknown_link", severity: .warning, entity: "invitation"), by: caller)
            return .failure(Self.isOver)
        }
        return invitation.state(at: tx.now) == .pending ? .success(invitation) : .failure(Self.isOver)
    }

    /// One sentence for used, expired, revoked and made up.
    private static var isOver: AppError {
        AppError(
            .notFound,
            "This invitation does not work any more: it was used, has expired, or was taken back. Ask for a new one.")
    }
}

extension Role {
    fileprivate var described: String {
        switch self {
        case .viewer: "somebody who may read"
        case .editor: "somebody who may edit"
        case .admin: "an administrator"
        }
    }
}

/// Instants in letters: the reader's time zone is not known, so they are in UTC and say so.
enum MailTime {
    static func text(_ moment: Instant) -> String {
        let text = RFC3339.text(moment.milliseconds)
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
    }
}

struct InvitationChanged: Event {
    let action: String
    let before: Invitation?
    let after: Invitation

    init(_ action: String, before: Invitation? = nil, after: Invitation) {
        self.action = action
        self.before = before
        self.after = after
    }

    var subject: String { "access.invitation.\(before == nil ? "created" : "changed")" }
    var audit: AuditEntry {
        AuditEntry(
            action, severity: .notice, entity: "invitation", id: after.id, name: after.email, before: before?.record,
            after: after.record)
    }
    func writePayload(to writer: inout JSONWriter) { after.writeRecord(to: &writer) }
}
