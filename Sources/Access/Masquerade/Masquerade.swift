import JSONKit
import Kernel
import Persistence

/// An administrator looks at the daemon as somebody else, to see what they see. For half an hour, shown on every page,
/// in the trail under both names, and never with more rights than either of the two.
struct Masquerade: Sendable {
    static let longest = Duration.seconds(1800)

    let store: any Store
    let credentials: Credentials

    /// Administrators are not acted as: what they alone may do is done under their own name.
    static func mayAct(_ role: Role, as other: Role) -> Bool {
        role.permissions.contains(.manageUsers) && other != .admin
    }

    /// What both may, but for the other's own account: no password, session or second factor of theirs is touched.
    static func permissions(of role: Role, as other: Role) -> Set<Permission> {
        role.permissions.intersection(other.permissions).subtracting([.ownAccount, .actUnattended])
    }

    /// How the caller is named in the trail and wherever else a name is kept.
    static func name(of administrator: String, as other: String) -> String { "\(other) (acted by \(administrator))" }

    func begin(as userID: Int64, by caller: Caller) async throws {
        guard caller.kind == .person, caller.behind == nil, let own = caller.id, let sessionID = caller.sessionID else {
            throw AppError(.forbidden, "Only an administrator who is signed in can act as somebody else.")
        }
        defer { credentials.forget(.session(sessionID)) }
        try await store.write { tx in
            let other = try UserStore.require(userID, in: tx)
            let administrator = try UserStore.require(own, in: tx)
            guard userID != own else { throw AppError(.conflict, "This is you already.") }
            guard other.isActive else { throw AppError(.conflict, "This account is not active.") }
            guard Self.mayAct(administrator.role, as: other.role) else {
                throw AppError(.forbidden, "Nobody can act as an administrator.")
            }
            try BrowserSessionStore.act(sessionID, as: userID, until: tx.now + Self.longest, in: tx)
            try tx.emit(
                MasqueradeChanged(
                    sessionID: sessionID, user: other, administrator: administrator.email, isBeginning: true),
                by: caller)
        }
    }

    /// Back to oneself. Nothing happens for somebody who acts as nobody.
    func end(by caller: Caller) async throws {
        guard let administrator = caller.behind, let id = caller.id, let sessionID = caller.sessionID else { return }
        defer { credentials.forget(.session(sessionID)) }
        try await store.write { tx in
            try BrowserSessionStore.act(sessionID, as: nil, until: nil, in: tx)
            guard let other = try UserStore.find(id, in: tx) else { return }
            try tx.emit(
                MasqueradeChanged(sessionID: sessionID, user: other, administrator: administrator, isBeginning: false),
                by: caller)
        }
    }
}

/// Somebody has begun to act as somebody else, or has stopped.
struct MasqueradeChanged: Event {
    let sessionID: Int64
    let user: User
    let administrator: String
    let isBeginning: Bool

    var subject: String { "access.session.changed" }

    var audit: AuditEntry {
        AuditEntry(
            isBeginning ? "masquerade_begun" : "masquerade_ended", severity: isBeginning ? .warning : .notice,
            entity: "user", id: user.id, name: user.email,
            after: JSONText.object([("administrator", .string(administrator))]))
    }

    func writePayload(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", sessionID)
        writer.member("user_id", user.id)
        writer.endObject()
    }
}
