import HTTPKit
import JSONKit
import Kernel
import NetAddress
import Persistence

struct AddressPlanRoutes: Sendable {
    private let store: any Store

    init(store: any Store) {
        self.store = store
    }

    func register(in api: inout API) {
        let store = store
        let most = FreeAddresses.mostAsked
        api.get(
            "networks/:id/next-address", "List the lowest free addresses of a network", needs: .may(.viewInventory),
            .init(query: [QueryField("count", .range(minimum: 1, maximum: most), "So many, 1 if left out.")])
        ) { call in
            let id: Int64 = try call.path("id")
            let count = try call.queryNumber("count", in: 1...most) ?? 1
            let free = try await store.read { tx in
                try PlannedNetwork(id, in: tx).map { try FreeAddresses.next(count, in: $0, in: tx) } ?? []
            }
            return Items(items: free.map { AddressText(text: $0.description) })
        }
        api.get(
            "networks/:id/utilisation", "Say how full a network is", needs: .may(.viewInventory)
        ) { call in
            let id: Int64 = try call.path("id")
            return try await store.read { tx in
                try PlannedNetwork(id, in: tx).map { try Utilisation(of: $0, in: tx) } ?? .empty
            }
        }
    }
}

private struct AddressText: JSONWritable, JSONShaped {
    let text: String

    static let shape = JSONShape.string

    func write(to writer: inout JSONWriter) { writer.string(text) }
}
