import Kernel
import Persistence

/// What people do with saved views, each in one transaction. A view belongs to a person; tokens have none.
struct SavedViews: Sendable {
    static let mostOfOne = 200
    static let longestName = 60

    let store: any Store
    let clock: any WallClock

    /// One's own by name, then what others share.
    func list(_ kind: String?, for caller: Caller) async throws -> [SavedView] {
        if let kind { _ = try Self.kind(kind) }
        let person = caller.kind == .person ? caller.id ?? 0 : 0
        return try await store.read { tx in
            var conditions: [SQL] = ["v.user_id = \(person) OR v.is_shared = 1"]
            if let kind { conditions.append("v.kind = \(kind)") }
            return try tx.rows(
                """
                \(Self.select) WHERE \(.all(conditions))
                ORDER BY CASE WHEN v.user_id = \(person) THEN 0 ELSE 1 END, v.name_key, v.id LIMIT 500
                """
            ).map(SavedView.init)
        }
    }

    func create(_ draft: ViewDraft, by caller: Caller) async throws -> SavedView {
        let person = try Self.person(caller)
        let kind = try Self.kind(draft.kind)
        let name = try Self.checked(draft.name)
        let (content, isShared) = (draft.content, draft.isShared ?? false)
        if isShared { try Self.requireSharing(caller) }
        try content.validated(for: kind, dialect: store.dialect, now: clock.now)
        return try await store.write { tx in
            let held = try tx.one("SELECT count(*) FROM list_views WHERE user_id = \(person)").integer(0)
            guard held < Self.mostOfOne else {
                throw AppError(.conflict, "You have \(Self.mostOfOne) views already. Forget one first.")
            }
            try Self.refuseTaken(name, kind.name, of: person, besides: 0, in: tx)
            let id = try tx.one(
                """
                INSERT INTO list_views (user_id, kind, name, name_key, is_shared, content, created_at, updated_at)
                VALUES (\(person), \(kind.name), \(name), \(NameKey.fold(name)), \(isShared), \(content.text), \(tx.now),
                    \(tx.now))
                RETURNING id
                """
            ).integer(0)
            let view = try Self.require(id, in: tx)
            try tx.emit(ViewEvent(verb: .created, view: view), by: caller)
            return view
        }
    }

    func update(_ id: Int64, _ patch: ViewPatch, expected: Int?, by caller: Caller) async throws -> SavedView {
        let person = try Self.person(caller)
        let (dialect, now) = (store.dialect, clock.now)
        return try await store.write { tx in
            let before = try Self.own(id, of: person, expected: expected, in: tx)
            let name = try Self.checked(patch.name.applied(to: before.name))
            let isShared = patch.isShared.applied(to: before.isShared)
            if isShared, !before.isShared { try Self.requireSharing(caller) }
            let content = patch.content(after: before.content)
            if name == before.name, isShared == before.isShared, content == before.content { return before }
            try content.validated(for: try Self.kind(before.kind), dialect: dialect, now: now)
            try Self.refuseTaken(name, before.kind, of: person, besides: id, in: tx)
            try tx.run(
                """
                UPDATE list_views SET name = \(name), name_key = \(NameKey.fold(name)), is_shared = \(isShared),
                    content = \(content.text), updated_at = \(tx.now), revision = revision + 1 WHERE id = \(id)
                """)
            let view = try Self.require(id, in: tx)
            try tx.emit(ViewEvent(verb: .changed, view: view, before: before), by: caller)
            return view
        }
    }

    /// One's own; what is shared can also be taken away by who may change settings.
    func delete(_ id: Int64, expected: Int?, by caller: Caller) async throws {
        let person = try Self.person(caller)
        try await store.write { tx in
            let view = try Self.require(id, in: tx)
            let mayTakeAway = view.isShared && caller.permissions.contains(.editSettings)
            if view.ownerID != person, !mayTakeAway { _ = try Self.own(id, of: person, expected: nil, in: tx) }
            try Self.refuseStale(view, expected)
            try tx.run("DELETE FROM list_views WHERE id = \(id)")
            try tx.emit(ViewEvent(verb: .deleted, view: view), by: caller)
        }
    }

    // MARK: rules

    private static func person(_ caller: Caller) throws -> Int64 {
        guard caller.kind == .person, let id = caller.id else {
            throw AppError(.forbidden, "Views belong to people. Sign in to save one.")
        }
        return id
    }

    private static func requireSharing(_ caller: Caller) throws {
        guard caller.permissions.contains(.editInventory) else {
            throw AppError(
                .forbidden, "Only who may edit the inventory shares views. Save it for yourself.",
                fields: ["is_shared": "You may not share views."])
        }
    }

    private static func kind(_ name: String) throws -> Kind {
        guard let kind = Kind.named(name) else {
            throw AppError(.invalid, "There is no such kind.", fields: ["kind": "Use a name such as hardware."])
        }
        return kind
    }

    private static func checked(_ name: String) throws -> String {
        let trimmed = name.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let hasControl = trimmed.unicodeScalars.contains { $0.properties.generalCategory == .control }
        guard !trimmed.isEmpty, trimmed.count <= longestName, !hasControl else {
            throw AppError(
                .invalid, "The view was not saved.", fields: ["name": "Give a name of 1 to \(longestName) characters."])
        }
        return trimmed
    }

    private static func refuseTaken(
        _ name: String, _ kind: String, of person: Int64, besides id: Int64, in tx: any Session
    ) throws {
        let taken = try tx.rows(
            """
            SELECT name FROM list_views
            WHERE user_id = \(person) AND kind = \(kind) AND name_key = \(NameKey.fold(name)) AND id <> \(id)
            """)
        guard let first = taken.first else { return }
        let other = try first.text(0)
        throw AppError(
            .conflict, "A view of yours is called “\(other)” already.", fields: ["name": "Taken by “\(other)”."])
    }

    /// Somebody else's view is not there, unless it is shared: then it says whose it is.
    private static func own(_ id: Int64, of person: Int64, expected: Int?, in tx: any Session) throws -> SavedView {
        let view = try require(id, in: tx)
        if view.ownerID != person {
            guard view.isShared else { throw AppError.notFound("This view") }
            throw AppError(.forbidden, "This view belongs to \(view.owner). Save it under a name of your own.")
        }
        try refuseStale(view, expected)
        return view
    }

    private static func refuseStale(_ view: SavedView, _ expected: Int?) throws {
        guard let expected, Int64(expected) != view.revision else { return }
        throw AppError(.stale, "\(view.name) was changed in the meantime (revision \(view.revision)).")
    }

    private static func require(_ id: Int64, in tx: any Session) throws -> SavedView {
        guard let row = try tx.rows("\(select) WHERE v.id = \(id)").first else { throw AppError.notFound("This view") }
        return try SavedView(row: row)
    }

    private static let select: SQL = """
        SELECT v.id, v.kind, v.name, v.is_shared, v.content, v.user_id, u.display_name, v.revision
        FROM list_views v JOIN users u ON u.id = v.user_id
        """
}

extension SavedView {
    init(row: Row) throws {
        id = try row.integer(0)
        kind = try row.text(1)
        name = try row.text(2)
        isShared = try row.get(3)
        content = ViewContent(stored: try row.text(4))
        ownerID = try row.integer(5)
        owner = try row.text(6)
        revision = try row.integer(7)
    }
}
