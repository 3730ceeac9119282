import GraphLayout
import Kernel
import Persistence

/// What people do with maps and places, each in one transaction.
struct Maps: Sendable {
    static let most = 100
    static let longestName = 120

    let store: any Store

    func list() async throws -> [SavedMap] {
        try await store.read { try MapStore.list(in: $0) }
    }

    func layout(of id: Int64) async throws -> LayoutKind {
        try await store.read { try MapStore.require(id, in: $0).layout }
    }

    func create(_ draft: MapDraft, by caller: Caller) async throws -> SavedMap {
        let name = try Self.checked(draft.name)
        return try await store.write { tx in
            let all = try MapStore.list(in: tx)
            guard all.count < Self.most else {
                throw AppError(.conflict, "There are \(Self.most) maps already. Delete one first.")
            }
            try Self.refuseTaken(name, among: all)
            let map = try MapStore.insert(name, in: tx)
            try tx.emit(MapEvent(verb: .created, map: map), by: caller)
            return map
        }
    }

    func update(_ id: Int64, _ patch: MapPatch, expected: Int?, by caller: Caller) async throws -> SavedMap {
        try await store.write { tx in
            let before = try Self.require(id, expected: expected, in: tx)
            let name = try Self.checked(patch.name.applied(to: before.name))
            let isDefault = patch.isDefault.applied(to: before.isDefault)
            guard isDefault || !before.isDefault else {
                throw AppError(
                    .conflict, "One map is the first. Make another one the first instead.",
                    fields: ["is_default": "Make another map the first."])
            }
            let layout = try Self.layout(patch.layout, before)
            if name == before.name, isDefault == before.isDefault, layout == before.layout { return before }
            try Self.refuseTaken(name, among: try MapStore.list(in: tx).filter { $0.id != id })
            let map = try MapStore.update(id, name: name, isDefault: isDefault, layout: layout, in: tx)
            try tx.emit(MapEvent(verb: .changed, map: map, before: before), by: caller)
            return map
        }
    }

    func delete(_ id: Int64, expected: Int?, by caller: Caller) async throws {
        try await store.write { tx in
            let map = try Self.require(id, expected: expected, in: tx)
            guard !map.isDefault else {
                throw AppError(.conflict, "\(map.name) is the first map. Make another one the first, then delete it.")
            }
            try ShareLinks.endAll(to: id, by: caller, in: tx)
            try MapStore.delete(id, in: tx)
            try tx.emit(MapEvent(verb: .deleted, map: map), by: caller)
        }
    }

    /// Whoever places a node last wins; nodes nobody named stay where they are.
    func place(_ draft: PlacesDraft, on id: Int64, by caller: Caller) async throws {
        let (places, others) = try draft.validated()
        try await store.write { tx in
            let map = try MapStore.require(id, in: tx)
            let (before, stored) = try MapStore.put(places, others: others, on: id, in: tx)
            if !stored.isEmpty { try tx.emit(PlacesChanged(map: map, places: stored, before: before), by: caller) }
        }
    }

    func forgetPlaces(on id: Int64, by caller: Caller) async throws {
        try await store.write { tx in
            let map = try MapStore.require(id, in: tx)
            let before = try MapStore.forgetPlaces(on: id, in: tx)
            guard !before.isEmpty else { return }
            let event = PlacesChanged(map: map, places: [:], before: before)
            try tx.announce(event, by: caller)
            for entry in event.forgotten { try tx.audit(entry, by: caller) }
        }
    }

    private static func require(_ id: Int64, expected: Int?, in tx: any Session) throws -> SavedMap {
        let map = try MapStore.require(id, in: tx)
        if let expected, Int64(expected) != map.revision {
            throw AppError(
                .stale, "\(map.name) was changed by somebody else in the meantime (revision \(map.revision)).")
        }
        return map
    }

    private static func layout(_ change: Change<String?>, _ before: SavedMap) throws -> LayoutKind {
        guard let name = change.applied(to: before.layout.rawValue) else { return .force }
        if let kind = LayoutKind(rawValue: name) { return kind }
        throw AppError(.invalid, "The map was not saved.", fields: ["layout": LayoutKind.choices])
    }

    private static func checked(_ name: String) throws -> String {
        let written = MapText(name, longest: longestName)
        guard !written.isBlank, written.problem != .tooLong else {
            throw AppError(.invalid, "The map was not saved.", fields: ["name": "Use 1 to \(longestName) characters."])
        }
        guard written.problem == nil else {
            throw AppError(.invalid, "The map was not saved.", fields: ["name": MapText.controls])
        }
        return written.line
    }

    /// Writers follow one another, so looking first is safe.
    private static func refuseTaken(_ name: String, among others: [SavedMap]) throws {
        guard let holder = others.first(where: { $0.name.mapKey == name.mapKey }) else { return }
        throw AppError(
            .conflict, "A map is called “\(holder.name)” already.", fields: ["name": "Taken by “\(holder.name)”."])
    }
}
