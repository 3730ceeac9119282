import HTTPKit
import HTTPTypes
import JSONKit
import Kernel

/// Somebody is asked to make an account with that role. The link works once and until it expires.
struct Invitation: Sendable, Equatable {
    enum State: String, Sendable, CaseIterable {
        case pending, expired, accepted, revoked
    }

    let id: Int64
    let email: String
    let role: Role
    let invitedBy: String
    let sends: Int
    let messageID: String?
    let createdAt: Instant
    let expiresAt: Instant
    let acceptedAt: Instant?
    let revokedAt: Instant?

    func state(at now: Instant) -> State {
        if acceptedAt != nil { return .accepted }
        if revokedAt != nil { return .revoked }
        return now < expiresAt ? .pending : .expired
    }
}

/// An invitation as administrators see it. The link is shown once, when nobody mailed it.
struct ShownInvitation: JSONAnswer {
    let invitation: Invitation
    let state: Invitation.State
    var link: Secret<String>?

    init(_ invitation: Invitation, at now: Instant, link: Secret<String>? = nil) {
        self.invitation = invitation
        state = invitation.state(at: now)
        self.link = link
    }

    static let shape: JSONShape = .object(members)
    static let madeShape: JSONShape = .object(
        members + [
            .init(
                name: "link", shape: .nullable(.string), isRequired: true,
                summary: "Shown only now, and only when no mail was sent.")
        ])

    private static let members: [JSONShape.Field] = [
        .init(name: "id", shape: .integer, isRequired: true),
        .init(name: "email", shape: .string, isRequired: true),
        .init(name: "role", shape: .choice(Role.allCases.map(\.rawValue)), isRequired: true),
        .init(name: "state", shape: .choice(Invitation.State.allCases.map(\.rawValue)), isRequired: true),
        .init(name: "invited_by", shape: .string, isRequired: true),
        .init(name: "sends", shape: .integer, isRequired: true),
        .init(name: "created_at", shape: .format("date-time"), isRequired: true),
        .init(name: "expires_at", shape: .format("date-time"), isRequired: true),
        .init(name: "accepted_at", shape: .nullable(.format("date-time")), isRequired: true),
    ]

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        invitation.writeMembers(to: &writer)
        writer.member("state", state.rawValue)
        writer.endObject()
    }
}

/// The same right after it was made.
struct MadeInvitation: JSONAnswer {
    let shown: ShownInvitation
    static let shape = ShownInvitation.madeShape

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        shown.invitation.writeMembers(to: &writer)
        writer.member("state", shown.state.rawValue)
        writer.member("link", shown.link?.reveal())
        writer.endObject()
    }

    func reply() -> Reply { unkept() }
}

extension Invitation {
    fileprivate func writeMembers(to writer: inout JSONWriter) {
        writer.member("id", id)
        writer.member("email", email)
        writer.member("role", role.rawValue)
        writer.member("invited_by", invitedBy)
        writer.member("sends", sends)
        writer.member("created_at", milliseconds: createdAt.milliseconds)
        writer.member("expires_at", milliseconds: expiresAt.milliseconds)
        writer.member("accepted_at", milliseconds: acceptedAt?.milliseconds)
    }

    func writeRecord(to writer: inout JSONWriter) {
        writer.beginObject()
        writeMembers(to: &writer)
        writer.member("revoked_at", milliseconds: revokedAt?.milliseconds)
        writer.endObject()
    }

    var record: String {
        var writer = JSONWriter()
        writeRecord(to: &writer)
        return writer.text
    }
}

/// What an administrator says of a new invitation.
struct InvitationDraft: JSONBody {
    var email: String
    var role: Role
    /// How long the link works; three days when nothing is said.
    var expiresInHours: Int?
    /// Whether to mail the link. Otherwise it is shown once, to be handed over.
    var sendMail: Bool?

    func validated() throws(AppError) -> InvitationDraft {
        var draft = self
        draft.email = email.trimmed
        var problems: [String: String] = [:]
        AccountRules.check(email: draft.email, &problems)
        if let expiresInHours, !(1...720).contains(expiresInHours) {
            problems["expires_in_hours"] = "An invitation works from 1 to 720 hours (30 days)."
        }
        guard problems.isEmpty else { throw AppError(.invalid, "The invitation has errors.", fields: problems) }
        return draft
    }

    var lifetime: Duration { .seconds((expiresInHours ?? 72) * 3600) }
}

struct InvitationAgain: JSONBody {
    var sendMail: Bool?
    var expiresInHours: Int?
}

struct LinkBody: JSONBody {
    var token: Secret<String>
}

struct InvitationAcceptance: JSONBody {
    var token: Secret<String>
    var displayName: String
    var password: Secret<String>
}

/// What the invited person is shown before there is an account.
struct InvitationPreview: JSONAnswer {
    let invitation: Invitation

    static let shape: JSONShape = .object([
        .init(name: "email", shape: .string, isRequired: true),
        .init(name: "role", shape: .choice(Role.allCases.map(\.rawValue)), isRequired: true),
        .init(name: "invited_by", shape: .string, isRequired: true),
        .init(name: "expires_at", shape: .format("date-time"), isRequired: true),
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("email", invitation.email)
        writer.member("role", invitation.role.rawValue)
        writer.member("invited_by", invitation.invitedBy)
        writer.member("expires_at", milliseconds: invitation.expiresAt.milliseconds)
        writer.endObject()
    }
}
