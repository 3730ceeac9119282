import HTTPKit
import HTTPTypes
import Kernel

struct InvitationRoutes: Sendable {
    let invitations: Invitations

    func register(in api: inout API) {
        api.component("Invitation", ShownInvitation.shape)
        let made = BodyShape.json(ShownInvitation.madeShape)
        api.get(
            "invitations", "Invitations, newest first", needs: .may(.viewUsers),
            .init(query: IDCursor.fields, answer: .json(.page(of: .named("Invitation"))))
        ) { call in
            let (after, limit) = try IDCursor.read(call)
            let items = try await invitations.list(before: after == 0 ? nil : after, limit: limit + 1)
            return IDCursor.page(items, limit) { $0.invitation.id }
        }
        api.post(
            "invitations", "Invite somebody", needs: .may(.manageUsers), stepUp: .recent, .init(answer: made)
        ) { (call: Call<InvitationDraft>) in
            try await invitations.create(call.body, origin: call.facts.origin.text, by: call.caller)
        }
        api.post(
            "invitations/:id/renew", "Send an invitation again, with another link", needs: .may(.manageUsers),
            stepUp: .recent,
            .init(answer: made, status: .ok)
        ) { (call: Call<InvitationAgain>) in
            try await invitations.renew(
                call.path("id"), call.body, origin: call.facts.origin.text, by: call.caller)
        }
        api.delete("invitations/:id", "Take an invitation back", needs: .may(.manageUsers), stepUp: .recent) { call in
            try await invitations.revoke(call.path("id"), by: call.caller)
        }
        api.post(
            "auth/invitation", "What the link of an invitation is for", needs: .nothing,
            .init(status: .ok, bodyLimit: 4096)
        ) { (call: Call<LinkBody>) in
            try refuseForeignPage(call.facts)
            return try await invitations.preview(call.body.token, by: call.caller.asStranger)
        }
        api.post(
            "auth/invitation/accept", "Make the account one was invited to", needs: .nothing,
            .init(bodyLimit: 16 << 10)
        ) { (call: Call<InvitationAcceptance>) in
            try refuseForeignPage(call.facts)
            return try await invitations.accept(call.body, by: call.caller.asStranger)
        }
    }
}
