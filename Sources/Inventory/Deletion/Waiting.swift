import Kernel
import Persistence

/// What was deleted with an object and does not come back with it: it also belongs to another one in the trash, as a
/// cable between two devices that were both deleted does. It comes back with that other one.
struct Waiting {
    /// By what waits: the object with which it will come back.
    private(set) var others: [Int64: Int64] = [:]

    init(among together: [ObjectReference], with root: ObjectReference, in tx: any Session) throws {
        var rest: [(id: Int64, targets: [Int64])] = try together.map { reference in
            guard let kind = Kind.named(reference.kind),
                let row = try ObjectStore.find(kind, id: reference.id, isTrashed: true, in: tx)
            else { return (reference.id, []) }
            let values = kind.values(row)
            let required = kind.references.filter(\.isRequired)
            return (reference.id, required.compactMap { Int64(sqlValue: values[$0.name] ?? .null) })
        }
        let coming = Set(together.map(\.id)).union([root.id])
        var elsewhere: [Int64: Int64] = [:]
        for target in Set(rest.flatMap(\.targets)).subtracting(coming).sorted() {
            elsewhere[target] = try Self.home(of: target, in: tx)
        }
        // What hangs from something that waits, waits too.
        var isSettled = false
        while !isSettled {
            let (known, before) = (elsewhere.merging(others) { first, _ in first }, rest.count)
            rest.removeAll { item in
                guard let target = item.targets.first(where: { known[$0] != nil }) else { return false }
                others[item.id] = known[target]
                return true
            }
            isSettled = rest.count == before
        }
    }

    /// With what an object in the trash comes back: what it was deleted with, or itself. Nil for what is not there.
    private static func home(of id: Int64, in tx: any Session) throws -> Int64? {
        try tx.rows("SELECT deleted_with FROM objects WHERE id = \(id) AND deleted_at IS NOT NULL").first.map {
            try $0.optional("deleted_with") ?? id
        }
    }
}
