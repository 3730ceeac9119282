import HTTPKit
import HTTPTypes
import JSONKit
import Kernel
import Persistence

struct TrashRoutes: Sendable {
    let objects: Objects

    func register(in api: inout API) {
        let objects = objects
        api.get(
            "trash", "List what was deleted, the newest first", needs: .may(.viewInventory),
            .init(
                query: [
                    QueryField("kind", .choice(Kind.all.map(\.name)), "Only this kind."),
                    QueryField("limit", .range(minimum: 1, maximum: 200), "Items on a page."),
                    QueryField("cursor", .string, "Where the page before ended."),
                    QueryField("count", .boolean, "Also say how many there are."),
                ], answer: .json(.page(of: TrashItem.shape, counted: true)))
        ) { call in try await TrashList(call.queryItems).page(of: objects.store) }
        api.post(
            "trash/:id/restore", "Put an object back", needs: .may(.editInventory),
            .init(answer: .json(.map(.any)), status: .ok)
        ) { (call: Call<Nothing>) in try await objects.restore(try call.path("id"), by: call.caller).reply() }
        api.delete("trash/:id", "Delete an object for good", needs: .may(.purgeInventory), stepUp: .recent) { call in
            try await objects.purge(try call.path("id"), by: call.caller)
        }
    }
}
