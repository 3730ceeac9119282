import Inventory
import Kernel
import Persistence

/// What people do with how a map shows objects, in one transaction.
struct Appearances: Sendable {
    let store: any Store

    /// All of it or nothing; answers with what is there now. An id that is no node, or is gone meanwhile, is left out.
    func change(_ patch: AppearancesPatch, on id: Int64, by caller: Caller) async throws -> [DressedNode] {
        let changes = try AppearanceChange.all(patch)
        return try await store.write { tx in
            let map = try MapStore.require(id, in: tx)
            try Self.requireIcons(of: changes.values, in: tx)
            let before = try AppearanceStore.nodes(changes.keys.sorted(), on: id, in: tx)
            guard !before.isEmpty else {
                throw AppearanceChange.refusal(["items": "None of these is on the map."])
            }
            var touched: [DressedNode] = []
            var now: [DressedNode] = []
            var after: [DressedNode] = []
            for node in before {
                guard let change = changes[node.id] else { continue }
                if let seen = change.revision, seen != node.appearance.revision {
                    throw AppError(
                        .stale,
                        "Somebody else changed how “\(node.name ?? "this")” looks on this map in the meantime. Look again, then repeat it."
                    )
                }
                let wanted = change.applied(to: node.appearance)
                guard wanted != node.appearance else {
                    after.append(node)
                    continue
                }
                let stored = try AppearanceStore.put(wanted, of: node.id, on: id, in: tx)
                touched.append(node)
                now.append(DressedNode(id: node.id, name: node.name, appearance: stored))
            }
            if !now.isEmpty { try tx.emit(AppearancesChanged(map: map, before: touched, nodes: now), by: caller) }
            return (after + now).sorted { $0.id < $1.id }
        }
    }

    private static func requireIcons(
        of changes: some Sequence<AppearanceChange>, in tx: any Session
    ) throws {
        var uploads: Set<Int64> = []
        for change in changes {
            guard case .set(let name?) = change.icon, let id = IconShelf.id(of: name) else { continue }
            uploads.insert(id)
        }
        for id in uploads where try !IconShelf.has(id, in: tx) {
            throw AppearanceChange.refusal(["icon": AppearanceChange.noSuchIcon])
        }
    }
}
