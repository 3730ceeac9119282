import HTTPKit
import HTTPTypes
import JSONKit
import Kernel

struct UserRoutes: Sendable {
    let users: Users
    let signIns: SignIns

    private static let shown = BodyShape.json(.named("User"))

    func register(in api: inout API) {
        api.component("User", ShownUser.shape)
        registerProfile(in: &api)
        api.get(
            "users", "People", needs: .may(.viewUsers),
            .init(query: IDCursor.fields, answer: .json(.page(of: .named("User"))))
        ) { call in
            let (after, limit) = try IDCursor.read(call)
            let items = try await users.list(after: after, limit: limit + 1)
            return IDCursor.page(items, limit) { $0.user.id }
        }
        api.get("users/:id", "One person", needs: .may(.viewUsers), .init(answer: Self.shown)) { call in
            try await users.find(call.path("id"))
        }
        api.post(
            "users", "Add a person", needs: .may(.manageUsers), stepUp: .byBody, .init(answer: Self.shown)
        ) { (call: Call<UserDraft>) in
            try await users.create(call.body, by: call.caller)
        }
        api.patch(
            "users/:id", "Change a person", needs: .may(.manageUsers), stepUp: .byBody, .init(answer: Self.shown)
        ) { (call: Call<UserPatch>) in
            try await users.update(
                call.path("id"), call.body, expecting: call.expectedRevision(), by: call.caller)
        }
        api.delete("users/:id", "Remove a person", needs: .may(.manageUsers), stepUp: .recent) { call in
            try await users.delete(call.path("id"), expecting: call.expectedRevision(), by: call.caller)
        }
        api.post(
            "users/:id/password", "Give a person a new password", needs: .may(.manageUsers), stepUp: .recent,
            .init(answer: Self.shown, status: .ok)
        ) { (call: Call<NewPassword>) in
            try await users.setPassword(call.body.password, of: call.path("id"), by: call.caller)
        }
        api.post(
            "users/:id/unlock", "Let a person try to sign in again", needs: .may(.manageUsers),
            .init(answer: Self.shown, status: .ok)
        ) { (call: Call<Nothing>) in
            try await users.unlock(call.path("id"), by: call.caller)
        }
    }

    private func registerProfile(in api: inout API) {
        api.get("me", "One's own account", needs: .may(.ownAccount), .init(answer: Self.shown)) { call in
            try await users.profile(of: call.caller)
        }
        api.patch(
            "me", "Change one's own account", needs: .may(.ownAccount), .init(answer: Self.shown)
        ) { (call: Call<ProfilePatch>) in
            try await users.updateProfile(call.body, expecting: call.expectedRevision(), by: call.caller)
        }
        api.post(
            "me/password", "Change one's own password", needs: .may(.ownAccount), .init(status: .noContent)
        ) { (call: Call<PasswordChange>) in
            try await signIns.changePassword(call.body, by: call.caller)
            return Nothing()
        }
    }
}

/// Pages by id: the cursor is the last id that was read.
enum IDCursor {
    static let fields = [
        QueryField("limit", .range(minimum: 1, maximum: 200), "How many at most."),
        QueryField("cursor", .string, "Where the page before ended: its “next”."),
    ]

    static func read(_ call: Call<Nothing>) throws -> (after: Int64, limit: Int) {
        let limit = try call.queryNumber("limit", in: 1...200) ?? 50
        guard let text = call.query("cursor") else { return (0, limit) }
        guard let id = Int64(text), id > 0 else { throw AppError(.malformed, "This cursor is not one of ours.") }
        return (id, limit)
    }

    /// `items` has one more than the page when there is another page.
    static func page<Item: JSONAnswer>(_ items: [Item], _ limit: Int, id: (Item) -> Int64) -> Listing<Item> {
        let page = Array(items.prefix(limit))
        return Listing(items: page, next: items.count > limit ? page.last.map { String(id($0)) } : nil)
    }
}
