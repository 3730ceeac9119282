import JSONKit
import Kernel
import NIOCore
import Persistence
import TestSupport
import Testing

@testable import Inventory
@testable import Topology

@Suite("The past of the map")
struct HistoryRoutesTests {
    private struct Home {
        let lab: Lab
        let history: HistoryRoutes
        let routes: RouteHarness

        func at(_ moment: Instant) -> String { RFC3339.text(moment.milliseconds) }
    }

    private func home(_ engine: Engine) async throws -> Home {
        let lab = try await Lab(engine)
        try await lab.picture.load()
        let history = HistoryRoutes(store: lab.store, picture: lab.picture)
        let routes = try RouteHarness {
            TopologyRoutes(picture: lab.picture, history: history, matches: QueryMatches(store: lab.store)).register(
                in: &$0)
            history.register(in: &$0)
        }
        return Home(lab: lab, history: history, routes: routes)
    }

    /// Does it one minute later, and answers with when that was.
    private func later(_ home: Home, _ body: () async throws -> Void) async throws -> Instant {
        home.lab.clock.advance(by: .seconds(60))
        try await body()
        return home.lab.clock.now
    }

    private func names(_ answer: RouteHarness.Answer) throws -> [String] {
        (try answer.json().objectValue?["nodes"]?.arrayValue ?? []).compactMap { $0.objectValue?["name"]?.stringValue }
    }

    @Test("a moment is drawn as it was, where things stood then", arguments: Engine.available)
    func document(on engine: Engine) async throws {
        let home = try await home(engine)
        let lab = home.lab
        var (nas, web): (Int64, Int64) = (0, 0)
        let first = try await later(home) { nas = try await lab.hardware("nas") }
        try await lab.place([(nas, 7, 8)])
        let second = try await later(home) {
            web = try await lab.make(.service, ["name": "web", "runs_on_id": .integer(nas)])
            try await lab.change(.hardware, nas, ["name": "store"])
        }
        let third = try await later(home) {
            try await lab.trash(.service, web)
            try await lab.purge(web)
        }
        lab.clock.advance(by: .seconds(60))
        try await lab.place([(nas, 70, 80)])
        try await lab.catchUp()

        let before = try await home.routes.get("topology?at=2020-01-01", as: .viewer)
        let one = try await home.routes.get("topology?at=\(home.at(first))", as: .viewer)
        let two = try await home.routes.get("topology?at=\(home.at(second))&kind=hardware", as: .viewer)
        let whole = try await home.routes.get("topology?at=\(home.at(second))", as: .viewer)
        let three = try await home.routes.get("topology?at=\(home.at(third))", as: .viewer)

        #expect(try names(before) == [])
        #expect(try names(one) == ["nas"])
        #expect(try names(two) == ["store"])
        #expect(try names(whole) == ["store", "web"])
        #expect(try names(three) == ["store"])
        let page = try Page(Array(whole.body.readableBytesView), map: 1)
        #expect(page.edgeTexts == ["runs \(nas)→\(web)"])
        #expect(page.nodes[nas]?["x"]?.numberValue == 7)
        let past = try #require(try whole.json().objectValue?["past"]?.objectValue)
        #expect(past["at"] == .string(home.at(second)))
        #expect(past["is_cut"] == false && past["lost"] == 0 && past["since"] == .string(home.at(first)))
        let tag = try #require(whole.header("ETag"))
        let again = try await home.routes.get(
            "topology?at=\(home.at(second))", as: .viewer, headers: ["If-None-Match": tag])
        #expect(again.status == 304)
        // What is still to come is now.
        let future = try await home.routes.get("topology?at=2099-01-01", as: .viewer)
        #expect(try names(future) == ["store"])
        #expect(try future.json().objectValue?["past"]?.objectValue?["at"] == .string(home.at(lab.clock.now)))
    }

    @Test("what was moved is told, by moment, by difference, and after a purge", arguments: Engine.available)
    func moves(on engine: Engine) async throws {
        let home = try await home(engine)
        let lab = home.lab
        let (nas, web) = (try await lab.hardware("nas"), try await lab.hardware("web"))
        let other = try await Maps(store: lab.store).create(MapDraft(name: "Other"), by: .system).id
        try await lab.catchUp()
        let first = try await later(home) { try await lab.place([(nas, 1, 2), (web, 3, 4)]) }
        let second = try await later(home) { try await lab.place([(nas, 10, 2)]) }
        _ = try await later(home) { try await lab.place([(web, 5, 5)], on: other) }
        let gone = try await later(home) {
            try await lab.trash(.hardware, web)
            try await lab.purge(web)
        }

        func place(_ id: Int64, at moment: Instant, on map: Int64 = 1) async throws -> [JSONValue?] {
            let answer = try await home.routes.get("topology?map=\(map)&at=\(home.at(moment))", as: .viewer)
            let page = try Page(Array(answer.body.readableBytesView), map: map)
            return ["x", "y", "pinned"].map { page.nodes[id]?[$0] }
        }
        #expect(try await place(nas, at: first) == [1, 2, true])
        #expect(try await place(web, at: first) == [3, 4, true])
        #expect(try await place(nas, at: second) == [10, 2, true])
        #expect(try await place(web, at: second, on: other) == [nil, nil, nil])
        let moments = try await home.routes.get("topology/moments?map=1", as: .viewer).json().objectValue
        let shown = (moments?["items"]?.arrayValue ?? []).compactMap(\.objectValue)
        #expect(shown.prefix(3).map { $0["at"] } == [gone, second, first].map { .string(home.at($0)) })
        let example = try #require(shown[2]["examples"]?.arrayValue?.first?.objectValue)
        #expect(example["change"] == "placed" && example["name"] == "Main" && example["nodes"] == 2)
        let unasked = try await home.routes.get("topology/moments", as: .viewer).json().objectValue
        #expect(unasked?["items"] == moments?["items"])
        let all = try await Moments(store: lab.store).list(Moments.Query()).moments
        #expect(all.count == shown.count + 1)

        let answer = try await home.routes.get("topology/changes?from=\(home.at(first))&map=1", as: .viewer)
        let objects = (try answer.json().objectValue?["objects"]?.arrayValue ?? []).compactMap(\.objectValue)
        #expect(objects.map { $0["change"] } == ["removed", "moved"])
        let field = try #require(objects[1]["fields"]?.arrayValue?.first?.objectValue)
        #expect(field["field"] == "place" && field["is_place"] == true)
        #expect(
            field["before"] == (["x": 1, "y": 2] as JSONValue) && field["after"] == (["x": 10, "y": 2] as JSONValue))
        #expect(try await home.routes.get("topology/changes?from=\(home.at(first))&map=99").status == 404)
    }

    @Test("a first place that goes along with what somebody moved is no move", arguments: Engine.available)
    func firstPlaces(on engine: Engine) async throws {
        let home = try await home(engine)
        let lab = home.lab
        let (nas, web) = (try await lab.hardware("nas"), try await lab.hardware("web"))
        let before = try await later(home) { _ = try await lab.hardware("last") }
        _ = try await later(home) {
            let draft = PlacesDraft(
                positions: [.init(id: nas, x: 1, y: 2)], others: [.init(id: web, x: 3, y: 4)])
            try await Maps(store: lab.store).place(draft, on: 1, by: .system)
        }

        let answer = try await home.routes.get("topology/changes?from=\(home.at(before))&map=1", as: .viewer)
        let objects = (try answer.json().objectValue?["objects"]?.arrayValue ?? []).compactMap(\.objectValue)
        let moments = try await home.routes.get("topology/moments?map=1", as: .viewer).json().objectValue
        let example = moments?["items"]?.arrayValue?.first?.objectValue?["examples"]?.arrayValue?.first?.objectValue

        #expect(objects.map { $0["id"] } == [.integer(nas)])
        #expect(example?["nodes"] == 1)
    }

    @Test("a trail of an older version leaves nodes at the oldest place that is known", arguments: Engine.available)
    func older(on engine: Engine) async throws {
        let home = try await home(engine)
        let lab = home.lab
        let nas = try await lab.hardware("nas")
        let first = try await later(home) { try await lab.place([(nas, 1, 2)]) }
        let second = try await later(home) { try await lab.place([(nas, 10, 20)]) }
        lab.clock.advance(by: .seconds(60))
        try await lab.place([(nas, 30, 40)])
        try await lab.store.write { tx in
            for moment in [first, second] {
                try tx.run(
                    """
                    UPDATE audit_log SET before_json = NULL, after_json = '{"nodes":1}'
                    WHERE id = (SELECT min(id) FROM audit_log WHERE at = \(moment) AND action = 'placed')
                    """)
            }
        }
        for moment in [first, second] {
            let answer = try await home.routes.get("topology?at=\(home.at(moment))", as: .viewer)
            let page = try Page(Array(answer.body.readableBytesView), map: 1)
            #expect(page.nodes[nas]?["x"] == 10)
        }
    }

    @Test("behind a cut by retention it says from when on it is whole", arguments: Engine.available)
    func cut(on engine: Engine) async throws {
        let home = try await home(engine)
        let lab = home.lab
        let first = try await later(home) { _ = try await lab.hardware("one") }
        let second = try await later(home) { _ = try await lab.hardware("two") }
        // A state that is kept from before the cut must not be told after it.
        _ = try await home.routes.get("topology?at=\(home.at(first))")
        try await lab.store.write { tx in
            let row = try tx.one("SELECT min(id), min(hash) FROM audit_log WHERE at = \(first)")
            try tx.run(
                """
                INSERT INTO audit_checkpoints (last_id, hash, removed, at, public_key, signature)
                VALUES (\(try row.integer(0)), \(try row.text(1)), 1, \(tx.now), '', '')
                """)
            try tx.run("DELETE FROM audit_log WHERE id <= \(try row.integer(0))")
        }

        let early = try await home.routes.get("topology?at=\(home.at(first))", as: .viewer)
        let whole = try await home.routes.get("topology?at=\(home.at(second))", as: .viewer)
        let moments = try await home.routes.get("topology/moments", as: .viewer)
        let changes = try await home.routes.get("topology/changes?from=\(home.at(first))", as: .viewer)

        #expect(early.status == 422 && early.fields == ["at"])
        #expect(early.text.contains(home.at(second)))
        #expect(try names(whole) == ["one", "two"])
        let list = try #require(try moments.json().objectValue)
        #expect(list["is_cut"] == true && list["since"] == .string(home.at(second)))
        #expect(list["items"]?.arrayValue?.count == 1)
        #expect(changes.status == 422)
    }

    @Test("moments are listed in both directions, and a large one is one", arguments: Engine.available)
    func moments(on engine: Engine) async throws {
        let home = try await home(engine)
        let lab = home.lab
        let first = try await later(home) { _ = try await lab.hardware("one") }
        let many = try await later(home) {
            try await lab.store.write { tx in
                for number in 0..<620 {
                    let name = JSONObject([("name", .string("guest \(number)"))])
                    try ObjectWriter.create(.hardware, name, by: .system, in: tx)
                }
            }
        }
        let last = try await later(home) { _ = try await lab.hardware("last") }

        let newest = try #require(try await home.routes.get("topology/moments", as: .viewer).json().objectValue)
        let items = (newest["items"]?.arrayValue ?? []).compactMap(\.objectValue)
        #expect(items.map { $0["at"] } == [last, many, first].map { .string(home.at($0)) })
        #expect(items.map { $0["count"] } == [1, 620, 1])
        #expect(items[0]["actor"] == nil)
        let next = try await home.routes.get(
            "topology/moments?order=oldest&limit=1&from=\(home.at(first))", as: .editor
        ).json().objectValue
        let following = try #require(next?["items"]?.arrayValue?.first?.objectValue)
        #expect(following["at"] == .string(home.at(many)) && following["actor"] == "system")
        #expect(next?["has_more"] == true)
        let upTo = try await home.routes.get("topology/moments?limit=1&to=\(home.at(many))").json().objectValue
        #expect(upTo?["items"]?.arrayValue?.first?.objectValue?["at"] == .string(home.at(many)))
    }

    @Test("a difference names fields, and says what moved", arguments: Engine.available)
    func changes(on engine: Engine) async throws {
        let home = try await home(engine)
        let lab = home.lab
        let (host, other) = (try await lab.hardware("host"), try await lab.hardware("other"))
        let (attic, cellar) = (
            try await lab.make(.rack, ["name": "attic", "height_units": 42]),
            try await lab.make(.rack, ["name": "cellar", "height_units": 42])
        )
        let guest = try await lab.make(.computeUnit, ["name": "guest", "type": "vm", "hardware_id": .integer(host)])
        try await lab.change(.hardware, host, ["rack_id": .integer(attic), "rack_unit": 1])
        let gone = try await lab.hardware("gone")
        let link = try await lab.make(.connection, ["from_id": .integer(host), "to_id": .integer(other)])
        let then = lab.clock.now
        let now = try await later(home) {
            try await lab.change(.computeUnit, guest, ["hardware_id": .integer(other), "notes": "moved by hand"])
            try await lab.change(.hardware, host, ["rack_id": .integer(cellar)])
            try await lab.change(.hardware, other, ["name": "spare"])
            try await lab.change(.hardware, other, ["name": "other", "role": "server"])
            try await lab.change(.connection, link, ["speed_mbps": 1_000])
            try await lab.trash(.hardware, gone)
            _ = try await lab.hardware("fresh")
        }

        let answer = try await home.routes.get(
            "topology/changes?from=\(home.at(then))&to=\(home.at(now))", as: .viewer)
        let body = try #require(try answer.json().objectValue)
        let objects = (body["objects"]?.arrayValue ?? []).compactMap(\.objectValue)
        let relations = (body["relations"]?.arrayValue ?? []).compactMap(\.objectValue)

        #expect(
            objects.map { "\($0["change"]?.stringValue ?? "") \($0["name"]?.stringValue ?? "")" } == [
                "removed gone", "added fresh", "moved guest", "moved host", "changed other",
            ])
        let moved = (objects[2]["fields"]?.arrayValue ?? []).compactMap(\.objectValue)
        #expect(moved.map { $0["field"] } == ["hardware_id", "notes"])
        #expect(moved[0]["before_name"] == "host" && moved[0]["after_name"] == "other")
        #expect(moved[0]["label"] == "Runs on" && moved[0]["is_place"] == true && moved[1]["is_place"] == false)
        let rack = objects[3]["fields"]?.arrayValue?.first?.objectValue
        #expect(rack?["before_name"] == "attic" && rack?["after_name"] == "cellar")
        // A name that was changed and changed back is no difference.
        #expect(objects[4]["fields"]?.arrayValue?.count == 1)
        #expect(
            relations.map { "\($0["change"]?.stringValue ?? "") \($0["id"]?.stringValue ?? "")" } == [
                "moved hosts:\(guest)", "changed connection:\(link)",
            ])
        #expect(relations.map { $0["is_implied"] } == [true, false])
        #expect(body["count"] == 6 && body["is_complete"] == true)
        let little = try await home.routes.get("topology/changes?from=\(home.at(then))&limit=0").json().objectValue
        #expect(little?["is_complete"] == false && little?["count"] == 6)
    }

    @Test("what changed since one last looked is counted from where one was", arguments: Engine.available)
    func looks(on engine: Engine) async throws {
        let home = try await home(engine)
        let lab = home.lab
        try await lab.store.write { tx in
            for id: Int64 in [2, 3] {
                try tx.run(
                    """
                    INSERT INTO users (id, email, email_key, display_name, role, password_hash, password_changed_at,
                        created_at, updated_at)
                    VALUES (\(id), \("p\(id)"), \("p\(id)"), 'P', 'viewer', '', 0, 0, 0)
                    """)
            }
        }
        func look(_ who: RouteHarness.Who = .viewer) async throws -> JSONObject {
            try #require(try await home.routes.get("maps/1/look", as: who).json().objectValue)
        }
        func see(_ body: String = "{}") async throws {
            let answer = try await home.routes.send("PUT", "maps/1/look", as: .viewer, body: body)
            #expect(answer.status == 200)
        }
        _ = try await later(home) { _ = try await lab.hardware("one") }
        #expect(try await look()["looked_at"] == .null)
        #expect(try await look()["count"] == 0)

        try await see()
        let seen = lab.clock.now
        #expect(try await look()["looked_at"] == .string(home.at(seen)))
        #expect(try await look()["from"] == .null)
        _ = try await later(home) { _ = try await lab.hardware("two") }
        let event = try await lab.events(after: 0).last?.id ?? 0
        _ = try await later(home) { _ = try await lab.hardware("three") }
        let news = try await look()
        #expect(news["count"] == 2 && news["from"] == .string(home.at(seen)) && news["is_whole"] == true)
        #expect(try await look(.editor)["looked_at"] == .null)

        // The page had drawn two when it was left, and three had not arrived.
        try await see("{\"event_id\":\(event)}")
        #expect(try await look()["count"] == 1)
        try await see("{\"event_id\":999999}")
        #expect(try await look()["count"] == 1)
        try await see()
        #expect(try await look()["count"] == 0)
        try await see("{\"event_id\":\(event)}")
        #expect(try await look()["count"] == 0)
        #expect(try await home.routes.get("maps/9/look", as: .viewer).status == 404)
    }

    @Test(
        "what cannot be told is refused by field", arguments: Engine.available,
        [
            ("topology?at=yesterday", "at"), ("topology?at=2026-01-01&colour=red", "colour"),
            ("topology/changes", "from"), ("topology/changes?from=x", "from"),
            ("topology/changes?from=2026-01-02&to=2026-01-01", "to"),
            ("topology/changes?from=2026-01-02&limit=-1", "limit"), ("topology/moments?limit=0", "limit"),
            ("topology/moments?order=up", "order"), ("topology/moments?map=x", "map"),
            ("topology/changes?from=2026-01-02&map=0", "map"), ("topology/moments?colour=red", "colour"),
        ])
    func refusals(on engine: Engine, _ asked: (query: String, field: String)) async throws {
        let home = try await home(engine)

        let answer = try await home.routes.get(asked.query, as: .viewer)

        #expect(answer.status == 422)
        #expect(answer.fields == [asked.field])
    }
}
