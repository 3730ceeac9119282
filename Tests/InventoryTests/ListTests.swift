import HTTPKit
import HTTPTypes
import HummingbirdTesting
import JSONKit
import Kernel
import NIOCore
import Persistence
import TestSupport
import Testing

@testable import Inventory

@Suite("lists")
struct ListTests {
    private static func fill(_ lab: Lab) async throws {
        let rows = [
            #"{"name": "node10", "vendor": "Dell", "memory_mb": 64, "ip_address": "10.0.0.10", "tags": ["a", "b"]}"#,
            #"{"name": "node2", "vendor": "HPE", "memory_mb": 128, "ip_address": "10.0.0.9", "tags": ["a"]}"#,
            #"{"name": "Älpha", "vendor": "Dell", "status": "up", "ip_address": "10.1.0.1"}"#,
            #"{"name": "zeta", "memory_mb": 8, "status": "down"}"#,
        ]
        for row in rows { _ = try await lab.make("hardware", row) }
    }

    @Test(
        "orders: people's order of names, numbers, addresses; without a value last",
        arguments: Engine.available,
        [
            ("name", ["Älpha", "node2", "node10", "zeta"]),
            ("-name", ["zeta", "node10", "node2", "Älpha"]),
            ("memory_mb", ["zeta", "node10", "node2", "Älpha"]),
            ("-memory_mb", ["node2", "node10", "zeta", "Älpha"]),
            ("ip_address", ["node2", "node10", "Älpha", "zeta"]),
            ("-vendor", ["node2", "Älpha", "node10", "zeta"]),
        ])
    func orders(on engine: Engine, _ order: (String, [String])) async throws {
        try await Lab.open(on: engine) { lab in
            try await Self.fill(lab)

            #expect(try await lab.names("hardware?sort=\(order.0)") == order.1)
            #expect(try await Self.inPagesOfOne(lab, sort: order.0) == order.1)
        }
    }

    private static func inPagesOfOne(_ lab: Lab, sort: String) async throws -> [String] {
        var names: [String] = []
        var cursor: String?
        repeat {
            let page = try await lab.ask(
                .get, "hardware?sort=\(sort)&limit=1" + (cursor.map { "&cursor=\($0)" } ?? ""))
            names += page["items"]?.arrayValue?.compactMap { $0["name"]?.stringValue } ?? []
            cursor = page["next"]?.stringValue
        } while cursor != nil && names.count < 20
        return names
    }

    @Test(
        "filters", arguments: Engine.available,
        [
            ("vendor=Dell", ["Älpha", "node10"]), ("vendor=Dell&vendor=HPE", ["Älpha", "node2", "node10"]),
            ("vendor=", ["zeta"]), ("tag=a", ["node2", "node10"]), ("tag=A&tag=b", ["node10"]),
            ("status=up&vendor=Dell", ["Älpha"]), ("ip_address=10.0.0.0/24", ["node2", "node10"]),
            ("memory_mb=128", ["node2"]), ("q=alph", ["Älpha"]), ("q=dell%20node", ["node10"]),
            ("q=10.0.0", ["node2", "node10"]), ("source=person&q=zeta", ["zeta"]), ("source=scan", []), ("q=*", []),
        ])
    func filters(on engine: Engine, _ filter: (String, [String])) async throws {
        try await Lab.open(on: engine) { lab in
            try await Self.fill(lab)

            #expect(try await lab.names("hardware?\(filter.0)") == filter.1)
        }
    }

    @Test(
        "what cannot be understood is refused with the parameter's name", arguments: Engine.available,
        [
            ("limit=0", 422), ("limit=201", 422), ("limit=x", 422), ("nonsense=1", 422), ("sort=secret", 422),
            ("status=odd", 422), ("count=maybe", 422), ("memory_mb=lots", 422), ("ip_address=10.0.0.0/99", 422),
            ("limit=1&limit=2", 422), ("cursor=zzzz", 400), ("q=%00", 422), ("rack_id=x", 422),
        ])
    func refusals(on engine: Engine, _ query: (String, Int)) async throws {
        try await Lab.open(on: engine) { lab in
            let response = try await lab.send(.get, "hardware?\(query.0)")

            #expect(response.status.code == query.1)
        }
    }

    @Test("a cursor of another order is refused", arguments: Engine.available)
    func foreignCursor(on engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            try await Self.fill(lab)
            let next = try await lab.ask(.get, "hardware?limit=1")["next"]?.stringValue ?? ""

            _ = try await lab.ask(.get, "hardware?limit=1&sort=-name&cursor=\(next)", expect: .badRequest)
        }
    }

    @Test("a page stays right when something is inserted before it", arguments: Engine.available)
    func stablePages(on engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            try await Self.fill(lab)
            let first = try await lab.ask(.get, "hardware?limit=2&count=true")
            _ = try await lab.make("hardware", #"{"name": "aaa"}"#)

            let second = try await lab.names("hardware?limit=2&cursor=\(first["next"]?.stringValue ?? "")")

            #expect(first["total"] == 4)
            #expect(second == ["node10", "zeta"])
        }
    }
}

@Suite("how lists are read")
struct ListPlanTests {
    @Test(
        "pages follow an index and sort nothing",
        arguments: ["sort=name", "sort=-name", "sort=updated_at", "sort=-updated_at&limit=1", "sort=name&q="])
    func ordered(_ query: String) async throws {
        let plan = try await Self.plan(query)

        #expect(plan.contains("SEARCH o USING INDEX objects_by_"), "\(plan)")
        #expect(!plan.contains("TEMP B-TREE"), "\(plan)")
    }

    @Test("a reference, an address or a tag is found by its index", arguments: ["rack_id=7", "ip_address=10.0.0.1"])
    func selective(_ query: String) async throws {
        let plan = try await Self.plan(query)

        #expect(plan.contains("SEARCH t USING INDEX hardware_by_"), "\(plan)")
    }

    @Test("every reference of every kind has an index of its own", arguments: Engine.available)
    func referencesHaveIndexes(on engine: Engine) async throws {
        let store = try await engine.freshStore()
        let query: SQL =
            switch engine {
            case .sqlite: "SELECT sql AS text FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
            case .postgres: "SELECT indexdef AS text FROM pg_indexes WHERE schemaname = current_schema()"
            }
        let indexes = try await store.read { tx in try tx.rows(query).map { try $0.get("text", as: String.self) } }

        for kind in Kind.all {
            for field in kind.references {
                let isCovered = indexes.contains { $0.contains(" \(kind.table)_by_") && $0.contains("(\(field.name)") }
                #expect(isCovered, "\(kind.table).\(field.name)")
            }
        }
    }

    private static func plan(_ query: String) async throws -> String {
        let store = try await Engine.sqlite.freshStore()
        let items = query.split(separator: "&").map { part in
            let halves = part.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
            return (name: halves[0], value: halves[1])
        }
        return try await store.queryPlan(ListQuery(.hardware, items, dialect: .sqlite, now: TestClock().now).page)
    }
}

@Suite("kinds")
struct KindTests {
    @Test("each field of a kind is a column of its table, and nothing else is", arguments: Engine.available)
    func columns(on engine: Engine) async throws {
        let store = try await engine.freshStore()

        for kind in Kind.all {
            let query: SQL =
                switch engine {
                case .sqlite: "SELECT name FROM pragma_table_info(\(kind.table))"
                case .postgres:
                    """
                    SELECT column_name::text AS name FROM information_schema.columns
                    WHERE table_name = \(kind.table) AND table_schema = current_schema()
                    """
                }
            let columns = try await store.read { tx in
                Set(try tx.rows(query).map { try $0.get("name", as: String.self) })
            }

            var expected: Set<String> = ["id"]
            for field in kind.fields { expected.formUnion([field.name] + field.keyColumns) }
            #expect(columns == expected, "\(kind.name)")
        }
    }

    @Test("names, paths and tables are used once; references name kinds that exist")
    func names() {
        #expect(Set(Kind.all.map(\.name)).count == Kind.all.count)
        #expect(Set(Kind.all.map(\.path)).count == Kind.all.count)
        for kind in Kind.all {
            for field in kind.references {
                #expect((field.targets ?? []).allSatisfy { Kind.named($0) != nil }, "\(kind.name).\(field.name)")
                #expect(!(field.isRequired && field.onDelete == .clear), "\(kind.name).\(field.name)")
            }
            for field in kind.allFields where field.fallback != nil {
                #expect(field.stored(field.fallback ?? "") != .null, "\(kind.name).\(field.name)")
            }
        }
    }

    @Test("the pages learn every kind with its fields")
    func described() async throws {
        try await Lab.open(on: .sqlite, as: .viewer) { lab in
            let kinds = try #require(try await lab.ask(.get, "kinds")["items"]?.arrayValue)

            #expect(kinds.count == Kind.all.count)
            let role = kinds[0]["fields"]?.arrayValue?.first
            #expect(role?["choices"]?.arrayValue?.contains(["value": "nas", "label": "NAS"]) == true)

            // A page that lists waits for it: it goes compressed to who takes that.
            let plain = try await lab.send(.get, "kinds")
            let gzip = try await lab.send(.get, "kinds", headers: [.acceptEncoding: "gzip"])
            #expect(plain.headers[.contentEncoding] == nil && gzip.headers[.contentEncoding] == "gzip")
            #expect(plain.headers[.vary] == "Accept-Encoding" && gzip.headers[.vary] == "Accept-Encoding")
            #expect(gzip.body.readableBytes * 4 < plain.body.readableBytes)
        }
    }
}
