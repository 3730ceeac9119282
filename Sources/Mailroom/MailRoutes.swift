import HTTPKit
import HTTPTypes
import Kernel

struct MailTestBody: JSONBody {
    var to: String
}

struct MailRoutes: Sendable {
    let room: Mailroom

    func register(in api: inout API) {
        api.component("MailSettings", ShownMailSettings.shape)
        api.component("QueuedMail", QueuedMail.shape)
        let shown = BodyShape.json(.named("MailSettings"))
        api.get("mail/settings", "How mail is sent", needs: .may(.editSettings), .init(answer: shown)) { _ in
            try await room.settings()
        }
        api.patch(
            "mail/settings", "Change how mail is sent", needs: .may(.editSettings), stepUp: .recent,
            .init(answer: shown, bodyLimit: 128 << 10)
        ) { (call: Call<MailSettingsPatch>) in
            try await room.change(call.body, expecting: call.expectedRevision(), by: call.caller)
        }
        api.post(
            "mail/test", "Send a test message and say how that went", needs: .may(.editSettings), stepUp: .recent,
            .init(status: .ok, bodyLimit: 4096)
        ) { (call: Call<MailTestBody>) in
            try await room.test(to: call.body.to, by: call.caller)
        }
        api.get(
            "mail/queue", "Messages of the last 30 days, newest first", needs: .may(.editSettings),
            .init(
                query: [
                    QueryField("limit", .range(minimum: 1, maximum: 200), "How many at most."),
                    QueryField("cursor", .string, "Where the page before ended: its “next”."),
                ], answer: .json(.page(of: .named("QueuedMail"))))
        ) { call in
            let limit = try call.queryNumber("limit", in: 1...200) ?? 50
            var items = try await room.list(before: try Self.cursor(call), limit: limit + 1)
            let hasMore = items.count > limit
            if hasMore { items.removeLast() }
            return Listing(items: items, next: hasMore ? items.last.map { String($0.id) } : nil)
        }
        api.post(
            "mail/queue/:id/hurry", "Try a waiting message now", needs: .may(.editSettings),
            .init(answer: .json(.named("QueuedMail")), status: .ok)
        ) { (call: Call<Nothing>) in
            try await room.hurry(call.path("id"), by: call.caller)
        }
        api.delete("mail/queue/:id", "Remove a message from the queue", needs: .may(.editSettings), stepUp: .recent) {
            call in
            try await room.remove(call.path("id"), by: call.caller)
        }
    }

    private static func cursor(_ call: Call<Nothing>) throws -> Int64? {
        guard let text = call.query("cursor") else { return nil }
        guard let id = Int64(text), id > 0 else { throw AppError(.malformed, "This cursor is not one of ours.") }
        return id
    }
}
