import HTTPKit
import HTTPTypes
import JSONKit
import Kernel

struct SavedViewRoutes: Sendable {
    let views: SavedViews

    func register(in api: inout API) {
        let views = views
        api.get(
            "views", "List saved views of lists: one's own and what others share", needs: .may(.viewInventory),
            .init(
                query: [QueryField("kind", .string, "Of this kind only.")], answer: .json(.page(of: SavedView.shape)))
        ) { call in Listing(items: try await views.list(call.query("kind"), for: call.caller)) }
        api.post("views", "Save a view of a list", needs: .may(.ownAccount), .init(answer: .json(SavedView.shape))) {
            (call: Call<ViewDraft>) in
            try await views.create(call.body, by: call.caller).reply(isNew: true)
        }
        api.patch(
            "views/:id", "Rename, change or share a saved view", needs: .may(.ownAccount),
            .init(answer: .json(SavedView.shape))
        ) { (call: Call<ViewPatch>) in
            try await views.update(
                call.path("id"), call.body, expected: call.expectedRevision(), by: call.caller
            ).reply(isNew: false)
        }
        api.delete("views/:id", "Forget a saved view", needs: .may(.ownAccount)) { call in
            try await views.delete(call.path("id"), expected: call.expectedRevision(), by: call.caller)
        }
    }
}

extension SavedView {
    func reply(isNew: Bool) -> Reply {
        var writer = JSONWriter()
        write(to: &writer)
        var headers: HTTPFields = [.eTag: "\"\(revision)\"", .cacheControl: "no-store"]
        if isNew { headers[.location] = "/api/v1/views/\(id)" }
        return Reply(json: writer, headers: headers)
    }
}
