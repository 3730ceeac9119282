import Kernel
import Logging
import Mailroom
import Persistence
import ServiceLifecycle

/// Works through what people asked for: looks up the account and mails the link, apart from the request, so that the
/// time of its answer says nothing.
struct PasswordResetDesk: Service {
    let resets: PasswordResets
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let seen = resets.signal.count
                do {
                    try await workThrough()
                    await resets.signal.wait(past: seen)
                    // By then the answer is out: what follows takes longer where there is such an account, and would
                    // slow down the answer it belongs to.
                    try await Task.sleep(for: .milliseconds(250))
                } catch is CancellationError {
                    return
                } catch {
                    logger.warning("password resets wait", metadata: ["error": "\(error)"])
                    // Ends early by cancellation, which the loop sees.
                    try? await Task.sleep(for: .seconds(5))
                }
            }
        }
    }

    func workThrough() async throws {
        try await resets.store.write { tx in
            try PasswordResetStore.deleteEnded(in: tx)
            try InvitationStore.deleteOld(in: tx)
        }
        while try await resets.store.write({ try answerNext(in: $0) }) { resets.room.wake() }
    }

    /// False when nobody waits. A request that is too old is dropped: its link would have run out.
    private func answerNext(in tx: any Session) throws -> Bool {
        guard let request = try PasswordResetStore.takeRequest(in: tx) else { return false }
        guard tx.now - request.createdAt < PasswordReset.lifetime, let desk = try resets.room.desk(in: tx),
            let user = try UserStore.find(emailKey: request.emailKey, in: tx), user.isActive,
            MailCheck.isMailable(user.email)
        else { return true }
        let token = LinkToken()
        let expiry = request.createdAt + PasswordReset.lifetime
        let letter = Letter(
            kind: "password_reset", subject: "A new password for \(desk.appName)",
            greeting: "Hello \(user.displayName),",
            paragraphs: [
                "somebody at the address \(request.address) asked for a new password for \(user.email) at "
                    + "\(desk.linkBase).",
                "Open the link to choose one. It works once, until \(MailTime.text(expiry)).",
            ], link: .init("Choose a new password", token.link(.reset, base: desk.linkBase)),
            closing: ["If this was not you, do nothing: your password stays as it is."])
        let message = try resets.room.post(letter, to: user.email, until: expiry, in: tx)
        try PasswordResetStore.insert(
            userID: user.id, hash: token.hash, messageID: message, expiresAt: expiry, in: tx)
        let caller = Caller(
            kind: .system, name: Caller.system.name, permissions: [], address: request.address,
            requestID: request.requestID)
        try tx.audit(
            AuditEntry("password_reset_sent", severity: .notice, entity: "user", id: user.id, name: user.email),
            by: caller)
        return true
    }
}
