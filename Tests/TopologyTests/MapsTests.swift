import HTTPKit
import JSONKit
import Kernel
import Logging
import Persistence
import TestSupport
import Testing

@testable import Inventory
@testable import Topology

@Suite("Maps and places")
struct MapsTests {
    private func routes(_ lab: Lab) throws -> RouteHarness {
        try RouteHarness { MapRoutes(maps: Maps(store: lab.store)).register(in: &$0) }
    }

    @Test("there is always a map, and the first one comes first", arguments: Engine.available)
    func list(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        let routes = try routes(lab)
        let before = try await routes.get("maps", as: .viewer).json()

        let made = try await routes.post("maps", #"{"name": " Attic  rack "}"#, as: .editor)
        let id = try #require(try made.json().objectValue?["id"]?.integerValue)
        _ = try await routes.patch("maps/\(id)", #"{"is_default": true}"#, as: .editor)
        let after = try await routes.get("maps").json()

        let main: JSONValue = ["id": 1, "name": "Main", "is_default": true, "layout": "force", "revision": 1]
        #expect(before == (["items": [main], "next": nil] as JSONValue))
        #expect(made.status == 201)
        #expect(made.header("location") == "/api/v1/maps/\(id)")
        let names = after.objectValue?["items"]?.arrayValue?.compactMap { $0.objectValue?["name"]?.stringValue }
        #expect(names == ["Attic rack", "Main"])
    }

    @Test("what cannot be is refused", arguments: Engine.available)
    func refusals(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        let routes = try routes(lab)

        #expect(try await routes.post("maps", #"{"name": "MAIN"}"#).status == 409)
        #expect(try await routes.post("maps", #"{"name": "  "}"#).fields == ["name"])
        let marks = String(repeating: "\u{301}", count: 500)
        for name in [#"a\u0000b"#, #"\u202eniaM"#, #"\u200b"#, "a\(marks)"] {
            #expect(try await routes.post("maps", #"{"name": "\#(name)"}"#).fields == ["name"], "\(name.prefix(9))")
        }
        #expect(try await routes.post("maps", #"{"name": "x"}"#, as: .viewer).status == 403)
        #expect(try await routes.patch("maps/1", #"{"is_default": false}"#).status == 409)
        #expect(try await routes.patch("maps/1", #"{"name": "x"}"#, revision: 9).status == 412)
        #expect(try await routes.patch("maps/9", #"{"name": "x"}"#).status == 404)
        #expect(try await routes.delete("maps/1").status == 409)
        #expect(try await routes.delete("maps/x").status == 404)
        #expect(try await routes.delete("maps/7/positions").status == 404)
        for body in [#"{"positions": []}"#, #"{"positions": [{"id": 1, "x": 1e9, "y": 0}]}"#, #"{}"#] {
            #expect(try await routes.send("PUT", "maps/1/positions", body: body).status == 422, "\(body)")
        }
        #expect(
            try await routes.send("PUT", "maps/1/positions", as: .viewer, body: #"{"positions": []}"#).status == 403)
    }

    @Test("places are saved, shown, and forgotten together", arguments: Engine.available)
    func places(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        let (a, b) = (try await lab.hardware("a"), try await lab.hardware("b"))
        let routes = try routes(lab)
        try await lab.picture.load()

        let body = """
            {"positions": [{"id": \(a), "x": 1.5, "y": -2, "pinned": true}, {"id": \(b), "x": 3, "y": 4},
            {"id": 999, "x": 0, "y": 0}]}
            """
        let saved = try await routes.send("PUT", "maps/1/positions", as: .editor, body: body)
        let deltas = try await lab.catchUp()

        #expect(saved.status == 204)
        #expect(try lab.shown().nodes[a]?["x"]?.numberValue == 1.5)
        #expect(try lab.shown().nodes[b]?["pinned"] == true)
        #expect(try await lab.stored() == lab.shown())
        #expect(deltas.count == 1)
        #expect(deltas[0]["positions"]?.arrayValue?.count == 2)

        #expect(try await routes.delete("maps/1/positions").status == 204)
        try await lab.catchUp()
        #expect(try lab.shown().nodes[a]?["x"] == nil)
        #expect(try await lab.stored() == lab.shown())
    }

    @Test(
        "where others stand is kept for those without a place, unpinned, and moves nobody", arguments: Engine.available)
    func others(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        let (a, b, c) = (try await lab.hardware("a"), try await lab.hardware("b"), try await lab.hardware("c"))
        let routes = try routes(lab)
        try await lab.picture.load()
        try await lab.place([(a, 1, 1)])

        let body = """
            {"positions": [{"id": \(b), "x": 5, "y": 5}],
            "others": [{"id": \(a), "x": 9, "y": 9}, {"id": \(b), "x": 9, "y": 9}, {"id": \(c), "x": 7, "y": 8}]}
            """
        let saved = try await routes.send("PUT", "maps/1/positions", as: .editor, body: body)
        try await lab.catchUp()

        #expect(saved.status == 204)
        let places = [a, b, c].map { id in ["x", "y", "pinned"].map { try? lab.shown().nodes[id]?[$0] } }
        #expect(places == [[1, 1, true], [5, 5, true], [7, 8, false]])
        #expect(try await lab.stored() == lab.shown())
        #expect(try await trail(lab).last?.after == "{\"nodes\":1,\"places\":[[\(b),5,5,1],[\(c),7,8,0]]}")
        let far = #"{"positions": [], "others": [{"id": 1, "x": 1e9, "y": 0}]}"#
        #expect(try await routes.send("PUT", "maps/1/positions", as: .editor, body: far).status == 422)
    }

    @Test("each map has its own places", arguments: Engine.available)
    func ownPlaces(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        let id = try await lab.hardware("a")
        let maps = Maps(store: lab.store)
        try await lab.picture.load()
        let second = try await maps.create(MapDraft(name: "Second"), by: .system)
        try await lab.place([(id, 1, 1)])
        try await lab.place([(id, 2, 2)], on: second.id)
        try await lab.catchUp()

        #expect(try lab.shown().nodes[id]?["x"] == 1)
        #expect(try lab.shown(on: second.id).nodes[id]?["x"] == 2)

        try await maps.delete(second.id, expected: nil, by: .system)
        try await lab.catchUp()
        #expect(!lab.picture.hasMap(second.id))
        #expect(try await lab.stored() == lab.shown())
    }

    @Test("many who drag at once lose no node", arguments: Engine.available)
    func concurrent(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        var ids: [Int64] = []
        for n in 0..<12 { ids.append(try await lab.hardware("h\(n)")) }
        try await lab.picture.load()

        try await withThrowingTaskGroup { [ids] group in
            for id in ids {
                group.addTask {
                    for step in 1...3 {
                        try await lab.place([(id, Double(step), Double(id)), (ids[0], 0, Double(id))])
                    }
                }
            }
            try await group.waitForAll()
        }
        try await lab.catchUp()

        for id in ids.dropFirst() { #expect(try lab.shown().nodes[id]?["x"] == 3) }
        #expect(try await lab.stored() == lab.shown())
    }

    private func trail(_ lab: Lab) async throws -> [(action: String, before: String?, after: String?)] {
        try await lab.store.read { tx in
            try tx.rows("SELECT action, before_json, after_json FROM audit_log WHERE entity = 'map' ORDER BY id").map {
                (try $0.text(0), try $0.optional(1), try $0.optional(2))
            }
        }
    }

    @Test("the audit trail has one row for what is saved at once, and none for what stays", arguments: Engine.available)
    func audit(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        let (a, b) = (try await lab.hardware("a"), try await lab.hardware("b"))
        try await lab.place([(a, 1, 1)])
        try await lab.place([(a, 1, 1)])
        try await lab.place([(a, -2.5, 1), (b, 3, 4), (999, 0, 0)])
        try await Maps(store: lab.store).forgetPlaces(on: 1, by: .system)

        let rows = try await trail(lab)

        #expect(rows.map(\.action) == ["placed", "placed", "places_forgotten"])
        #expect(
            rows.map(\.before) == [
                "{\"places\":[[\(a)]]}", "{\"places\":[[\(a),1,1,1],[\(b)]]}",
                "{\"nodes\":2,\"places\":[[\(a),-2.5,1,1],[\(b),3,4,1]]}",
            ])
        #expect(
            rows.map(\.after) == [
                "{\"nodes\":1,\"places\":[[\(a),1,1,1]]}",
                "{\"nodes\":2,\"places\":[[\(a),-2.5,1,1],[\(b),3,4,1]]}", nil,
            ])
    }

    @Test("a full batch is one row, and forgetting more makes several", arguments: Engine.available)
    func large(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        let first = try await lab.hardware("n")
        let ids = (0...Int64(PlacesDraft.most)).map { first + $0 }
        try await lab.store.write { tx in
            let columns: SQL = "kind, name, name_key, source, sources, custom, created_at, updated_at"
            for id in ids.dropFirst() {
                try tx.run(
                    "INSERT INTO objects (id, \(columns)) SELECT \(id), \(columns) FROM objects WHERE id = \(first)")
            }
        }
        try await lab.place(ids.dropLast().map { ($0, Double($0) + 0.1, -12_345.6) })
        try await lab.place([(ids[ids.count - 1], 0, 0)])
        try await Maps(store: lab.store).forgetPlaces(on: 1, by: .system)

        let rows = try await trail(lab)

        #expect(rows.map(\.action) == ["placed", "placed", "places_forgotten", "places_forgotten"])
        #expect((rows[0].after?.utf8.count ?? 0) < 40 * PlacesDraft.most)
        #expect(rows[3].before == "{\"nodes\":1,\"places\":[[\(ids[ids.count - 1]),0,0,1]]}")
    }
}
