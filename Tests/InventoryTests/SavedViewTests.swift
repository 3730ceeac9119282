import HTTPTypes
import HummingbirdTesting
import JSONKit
import Kernel
import Persistence
import TestSupport
import Testing

@testable import Inventory

@Suite("saved views")
struct SavedViewTests {
    private static func caller(_ id: Int64, _ role: Role, kind: Caller.Kind = .person) -> Caller {
        Caller(kind: kind, name: "p\(id)@example.org", id: id, permissions: role.permissions, isFreshlyProven: true)
    }

    /// Three people and their views.
    private static func open(
        on engine: Engine, _ body: (SavedViews, (ada: Caller, bob: Caller, eve: Caller)) async throws -> Void
    ) async throws {
        let clock = TestClock()
        let store = try await engine.freshStore(clock: clock)
        let ids = try await store.write { tx in
            try ["Ada", "Bob", "Eve"].map { name in
                try tx.one(
                    """
                    INSERT INTO users (email, email_key, display_name, role, password_hash, password_changed_at,
                        created_at, updated_at)
                    VALUES (\(name), \(name), \(name), 'viewer', '', \(tx.now), \(tx.now), \(tx.now)) RETURNING id
                    """
                ).integer(0)
            }
        }
        try await body(
            SavedViews(store: store, clock: clock),
            (caller(ids[0], .admin), caller(ids[1], .editor), caller(ids[2], .viewer)))
    }

    private static func draft(
        _ name: String, kind: String = "hardware", q: String? = nil, isShared: Bool? = nil,
        filters: [String: [String]]? = nil, sort: String? = nil, columns: [String]? = nil
    ) -> ViewDraft {
        ViewDraft(
            kind: kind, name: name, isShared: isShared, q: q, filters: filters, sort: sort, columns: columns)
    }

    @Test("each person has their own, and sees what others share", arguments: Engine.available)
    func ownAndShared(engine: Engine) async throws {
        try await Self.open(on: engine) { views, people in
            _ = try await views.create(Self.draft("Zebra", q: "role:switch"), by: people.ada)
            _ = try await views.create(
                Self.draft(
                    "switches", q: "role:switch", isShared: true, filters: ["status": ["up", "down"]], sort: "-name",
                    columns: ["role", "ip_address"]), by: people.bob)
            _ = try await views.create(Self.draft("networks of mine", kind: "network"), by: people.eve)

            #expect(try await views.list(nil, for: people.ada).map(\.name) == ["Zebra", "switches"])
            #expect(try await views.list("hardware", for: people.eve).map(\.name) == ["switches"])
            #expect(try await views.list(nil, for: Caller.system).map(\.name) == ["switches"])
            let shared = try #require(try await views.list("hardware", for: people.eve).first)
            #expect(shared.owner == "Bob")
            #expect(shared.content.filters == ["status": ["up", "down"]])
            #expect(shared.content.columns == ["role", "ip_address"])
            #expect(shared.content.sort == "-name")
        }
    }

    @Test("a view that its list could not read, or that is taken, is refused", arguments: Engine.available)
    func refusals(engine: Engine) async throws {
        try await Self.open(on: engine) { views, people in
            _ = try await views.create(Self.draft("Mine"), by: people.ada)
            let wrong: [(ViewDraft, AppError.Kind)] = [
                (Self.draft(" mine "), .conflict), (Self.draft("", q: "a"), .invalid),
                (Self.draft(String(repeating: "a", count: 61)), .invalid), (Self.draft("a", q: "rol:x"), .invalid),
                (Self.draft("a", kind: "planet"), .invalid), (Self.draft("a", filters: ["nonsense": ["1"]]), .invalid),
                (Self.draft("a", filters: ["cursor": ["1"]]), .invalid), (Self.draft("a", sort: "secret"), .invalid),
                (Self.draft("a", columns: Array(repeating: "role", count: 61)), .invalid),
                (Self.draft("a", columns: ["\u{1}"]), .invalid),
            ]
            for (draft, kind) in wrong {
                await #expect(kind == Self.kind { _ = try await views.create(draft, by: people.ada) })
            }
            _ = try await views.create(Self.draft("mine", kind: "network"), by: people.ada)
            _ = try await views.create(Self.draft("mine"), by: people.bob)
            let token = Self.caller(people.ada.id ?? 0, .admin, kind: .token)
            await #expect(.forbidden == Self.kind { _ = try await views.create(Self.draft("t"), by: token) })
            await #expect(
                .forbidden == Self.kind { _ = try await views.create(Self.draft("e", isShared: true), by: people.eve) })
        }
    }

    @Test("only its owner changes a view; an administrator may take a shared one away", arguments: Engine.available)
    func ownership(engine: Engine) async throws {
        try await Self.open(on: engine) { views, people in
            let mine = try await views.create(Self.draft("mine"), by: people.eve)
            let shared = try await views.create(Self.draft("shared", isShared: true), by: people.bob)
            let rename = ViewPatch(
                name: .set("better"), isShared: .keep, q: .set("nas"), filters: .keep, sort: .keep, columns: .keep)

            await #expect(
                .notFound == Self.kind { _ = try await views.update(mine.id, rename, expected: nil, by: people.bob) })
            await #expect(
                .forbidden == Self.kind { _ = try await views.update(shared.id, rename, expected: nil, by: people.eve) }
            )
            await #expect(
                .stale == Self.kind { _ = try await views.update(mine.id, rename, expected: 9, by: people.eve) })
            let changed = try await views.update(mine.id, rename, expected: 1, by: people.eve)
            #expect(changed.name == "better" && changed.content.q == "nas" && changed.revision == 2)
            await #expect(.notFound == Self.kind { try await views.delete(mine.id, expected: nil, by: people.ada) })
            await #expect(.forbidden == Self.kind { try await views.delete(shared.id, expected: nil, by: people.eve) })
            try await views.delete(shared.id, expected: nil, by: people.ada)
            try await views.delete(mine.id, expected: 2, by: people.eve)
            #expect(try await views.list(nil, for: people.eve).isEmpty)
        }
    }

    private static func kind(_ body: () async throws -> Void) async -> AppError.Kind? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? AppError)?.kind
        }
    }
}
