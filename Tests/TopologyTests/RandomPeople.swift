import JSONKit
import Kernel
import Persistence
import TestSupport

@testable import Inventory
@testable import Topology

/// People who do anything the inventory and the maps allow, the same for the same seed.
struct RandomPeople {
    private let lab: Lab
    private var random: SplitMix
    private var living: [(kind: Kind, id: Int64)] = []
    private var trashed: [Int64] = []
    private var count = 0
    var maps: [Int64] = [1]

    private static let kinds: [Kind] = [
        .hardware, .hardware, .computeUnit, .service, .storage, .externalNode, .cluster, .miscItem, .network, .network,
        .interface, .interface, .address, .connection, .connection, .dependency, .networkMembership, .networkPeer,
        .clusterMember, .environment, .tag,
    ]

    init(_ lab: Lab, seed: UInt64) {
        self.lab = lab
        random = SplitMix(seed: seed)
    }

    /// One thing, in words; what the inventory refuses counts as well.
    @discardableResult
    mutating func act() async throws -> String {
        count += 1
        do {
            switch Int.random(in: 0..<24, using: &random) {
            case 0..<8: return try await make()
            case 8..<12: return try await change()
            case 12..<14: return try await trash()
            case 14..<16: return try await restore()
            case 16: return try await purge()
            case 17..<19: return try await place()
            case 19: return try await machine()
            case 20: return try await rename()
            case 21, 22: return try await dress()
            default: return try await forget()
            }
        } catch let error as AppError where error.kind != .fault {
            return "refused: \(error.message)"
        }
    }

    private mutating func make() async throws -> String {
        let kind = Self.kinds.randomElement(using: &random) ?? .hardware
        let id = try await lab.make(kind, .object(draft(kind)))
        living.append((kind, id))
        return "made \(kind.name) \(id)"
    }

    private mutating func draft(_ kind: Kind) -> JSONObject {
        var draft = JSONObject()
        if kind.hasName { draft["name"] = .string("\(kind.name) \(count)") }
        if kind.name == "compute_unit" { draft["type"] = "vm" }
        if kind.name == "address" { draft["address"] = .string("10.0.\(count / 250).\(count % 250 + 1)") }
        for field in kind.references where field.isRequired || Bool.random(using: &random) {
            let fitting = living.filter { field.targets?.contains($0.kind.name) ?? false }
            if let target = fitting.randomElement(using: &random) { draft[field.name] = .integer(target.id) }
        }
        if Int.random(in: 0..<4, using: &random) == 0 {
            draft["tags"] = .array((0..<Int.random(in: 0...2, using: &random)).map { .string("t\($0)") })
        }
        return draft
    }

    private mutating func change() async throws -> String {
        guard let (kind, id) = living.randomElement(using: &random) else { return "nothing to change" }
        var patch = draft(kind)
        if Bool.random(using: &random) { patch["status"] = Bool.random(using: &random) ? "up" : "down" }
        // Clearing what reads as none is the one thing the payload cannot tell from leaving it.
        let hasHidden = try await lab.store.read { tx in
            try kind.references.contains { field in
                let row = try tx.one(
                    "SELECT t.\(.trusted(field.name)) FROM \(.trusted(kind.table)) t WHERE t.id = \(id)")
                guard let target = Int64(sqlValue: row[0]) else { return false }
                return try ObjectStore.kind(of: target, in: tx) == nil
            }
        }
        if !hasHidden, let field = kind.references.first(where: { !$0.isRequired }), Bool.random(using: &random) {
            patch[field.name] = .null
        }
        try await lab.change(kind, id, .object(patch))
        return "changed \(kind.name) \(id)"
    }

    /// What discovery writes when it is merged: only fields that nobody wrote.
    private mutating func machine() async throws -> String {
        guard let (kind, id) = living.randomElement(using: &random) else { return "nothing to merge" }
        var patch = draft(kind)
        patch["status"] = Bool.random(using: &random) ? "up" : "degraded"
        let found = patch
        try await lab.store.write {
            _ = try ObjectWriter.update(kind, id: id, found, origin: Origin("self"), by: .system, in: $0)
        }
        return "merged into \(kind.name) \(id)"
    }

    /// Tags and environments are shown by name on others.
    private mutating func rename() async throws -> String {
        let named = living.filter { $0.kind.name == "tag" || $0.kind.name == "environment" }
        guard let (kind, id) = named.randomElement(using: &random) else { return "nothing to rename" }
        try await lab.change(kind, id, ["name": .string("renamed \(count % 7)")])
        return "renamed \(kind.name) \(id)"
    }

    /// Also what lies in the trash: it looks like that when it comes back.
    private mutating func dress() async throws -> String {
        let ids = living.map(\.id) + trashed
        guard let map = maps.randomElement(using: &random), let id = ids.randomElement(using: &random) else {
            return "nothing to dress"
        }
        let alias: Change<String?> = Bool.random(using: &random) ? .set("alias \(count)") : .set(nil)
        let colour: Change<String?> = Bool.random(using: &random) ? .set("teal") : .keep
        let icon: Change<String?> = Bool.random(using: &random) ? .set("globe") : .set(nil)
        try await lab.dress([id], alias: alias, colour: colour, icon: icon, on: map)
        return "dressed \(id) on \(map)"
    }

    private mutating func trash() async throws -> String {
        guard let (kind, id) = living.randomElement(using: &random) else { return "nothing to delete" }
        try await lab.trash(kind, id)
        trashed.append(id)
        try await look()
        return "deleted \(kind.name) \(id)"
    }

    private mutating func restore() async throws -> String {
        guard let id = trashed.randomElement(using: &random) else { return "nothing to restore" }
        try await lab.restore(id)
        try await look()
        return "restored \(id)"
    }

    private mutating func purge() async throws -> String {
        guard let id = trashed.randomElement(using: &random) else { return "nothing to purge" }
        try await lab.purge(id)
        try await look()
        return "purged \(id)"
    }

    /// Who lives and who lies in the trash now: deleting takes others along.
    private mutating func look() async throws {
        let rows = try await lab.store.read { try $0.rows("SELECT id, kind, deleted_at FROM objects ORDER BY id") }
        living = []
        trashed = []
        for row in rows {
            guard let kind = Kind.named(try row.text(1)) else { continue }
            if row[2] == .null { living.append((kind, try row.integer(0))) } else { trashed.append(try row.integer(0)) }
        }
    }

    private mutating func place() async throws -> String {
        let map = maps.randomElement(using: &random) ?? 1
        let ids = (0..<3).compactMap { _ in living.randomElement(using: &random)?.id } + trashed.prefix(1)
        guard !ids.isEmpty else { return "nothing to place" }
        let moved = ids.map { ($0, Double.random(in: -9...9, using: &random).rounded(), Double($0)) }
        try await lab.place(moved, on: map)
        return "placed \(ids) on \(map)"
    }

    private mutating func forget() async throws -> String {
        let map = maps.randomElement(using: &random) ?? 1
        try await Maps(store: lab.store).forgetPlaces(on: map, by: .system)
        return "forgot the places of \(map)"
    }
}
