import HTTPKit
import Kernel
import Persistence

struct SearchRoutes: Sendable {
    private let search: Search

    init(store: any Store, clock: any WallClock) {
        search = Search(store: store, clock: clock)
    }

    func register(in api: inout API) {
        let search = search
        api.get(
            "search", "Find objects by name or by anything written about them", needs: .may(.viewInventory),
            .init(
                query: [
                    QueryField("q", .text(minimum: nil, maximum: ObjectQuery.longest), ObjectQuery.summary),
                    QueryField("kind", .string, "Names of kinds, separated by commas; all if left out."),
                    QueryField("limit", .range(minimum: 1, maximum: Search.most), "At most so many, 20 if left out."),
                ])
        ) { call in
            let limit = try call.queryNumber("limit", in: 1...Search.most) ?? Search.usual
            let kinds = try Self.kinds(call.query("kind") ?? "")
            return Items(items: try await search.hits(call.query("q") ?? "", kinds: kinds, limit: limit))
        }
    }

    private static func kinds(_ text: String) throws -> [Kind] {
        let names = Set(text.split(separator: ",").map(\.trimmed).filter { !$0.isEmpty })
        let kinds = Kind.all.filter { names.contains($0.name) }
        guard kinds.count == names.count else {
            throw AppError(.invalid, "There is no such kind.", fields: ["kind": "Use names such as hardware,service."])
        }
        return names.isEmpty ? Kind.all : kinds
    }
}
