import HTTPKit
import JSONKit
import Kernel
import Logging
import NIOCore
import Persistence
import TestSupport
import Testing

@testable import Inventory
@testable import Topology

@Suite("GET /topology")
struct TopologyRoutesTests {
    private func routes(_ lab: Lab) throws -> RouteHarness {
        try RouteHarness {
            TopologyRoutes(
                picture: lab.picture, history: HistoryRoutes(store: lab.store, picture: lab.picture),
                matches: QueryMatches(store: lab.store)
            ).register(in: &$0)
        }
    }

    @Test("until the graph is read it says when to come back", arguments: Engine.available)
    func notLoaded(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        let routes = try routes(lab)

        for path in ["topology", "topology?kind=hardware"] {
            let answer = try await routes.get(path)
            #expect(answer.status == 503)
            #expect(answer.header("retry-after") == "1")
        }
    }

    @Test("it is nodes, edges, the map and the event it is from", arguments: Engine.available)
    func document(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        let id = try await lab.hardware("a")
        try await lab.picture.load()

        let answer = try await routes(lab).get("topology", as: .viewer)

        let expected: JSONValue = [
            "event_id": 1, "map": 1,
            "nodes": [["id": .integer(id), "kind": "hardware", "name": "a", "status": "unknown"]], "edges": [],
        ]
        #expect(answer.status == 200)
        #expect(try answer.json() == expected)
        #expect(answer.header("content-type") == "application/json; charset=utf-8")
        #expect(answer.header("vary") == "Accept-Encoding")
        #expect(answer.header("cache-control") == "private, no-cache")
    }

    @Test("an unchanged map is 304, a changed one is new", arguments: Engine.available)
    func notModified(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        try await lab.picture.load()
        let routes = try routes(lab)
        let first = try await routes.get("topology")
        let tag = try #require(first.header("etag"))

        let same = try await routes.get("topology", headers: ["if-none-match": tag])
        #expect(same.status == 304)
        #expect(same.header("etag") == tag)
        #expect(same.body.readableBytes == 0)

        // Another representation is another tag.
        let zipped = try await routes.get("topology", headers: ["if-none-match": tag, "accept-encoding": "gzip"])
        #expect(zipped.status == 200)

        _ = try await lab.hardware("a")
        try await lab.catchUp()
        let changed = try await routes.get("topology", headers: ["if-none-match": tag])
        #expect(changed.status == 200)
        #expect(changed.header("etag") != tag)
    }

    @Test("the same lab has the same tag after a restart", arguments: Engine.available)
    func stableTag(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        _ = try await lab.hardware("a")
        try await lab.picture.load()
        let again = TopologyPicture(store: lab.store)
        try await again.load()

        let before = try await routes(lab).get("topology", headers: ["accept-encoding": "gzip"])
        let after = try await RouteHarness {
            TopologyRoutes(
                picture: again, history: HistoryRoutes(store: lab.store, picture: again),
                matches: QueryMatches(store: lab.store)
            ).register(in: &$0)
        }
        .get("topology", headers: ["accept-encoding": "gzip"])

        #expect(before.header("etag") == after.header("etag"))
    }

    @Test("compressed, it is the same document", arguments: Engine.available)
    func compressed(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        for n in 0..<40 { _ = try await lab.hardware("machine \(n)") }
        try await lab.picture.load()
        let routes = try routes(lab)

        let plain = try await routes.get("topology")
        let zipped = try await routes.get("topology", headers: ["accept-encoding": "br, gzip"])

        #expect(zipped.header("content-encoding") == "gzip")
        #expect(plain.header("content-encoding") == nil)
        #expect(try unzipped(zipped.body) == Array(plain.body.readableBytesView))
    }

    @Test("it is made once for all who ask at once, and not again", arguments: Engine.available)
    func madeOnce(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        _ = try await lab.hardware("a")
        try await lab.picture.load()
        let documents = TopologyDocuments(picture: lab.picture)

        try await withThrowingTaskGroup { group in
            for _ in 0..<20 { group.addTask { _ = try await documents.document(of: nil, plain: false) } }
            try await group.waitForAll()
        }

        #expect(await documents.madeCount == 1)
        // An event that changes nothing on the map leaves it as it is.
        try await lab.make(.rack, ["name": "rack"])
        try await lab.catchUp()
        _ = try await documents.document(of: nil, plain: false)
        #expect(await documents.madeCount == 1)
    }

    @Test("filters leave the nodes that match and the edges between them", arguments: Engine.available)
    func filters(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        let home = try await lab.make(.environment, ["name": "home"])
        let host = try await lab.make(
            .hardware,
            [
                "name": "Alpha", "status": "up", "ip_address": "10.0.0.7", "role": "server", "tags": ["rack 1"],
                "environment_id": .integer(home),
            ])
        try await lab.make(.computeUnit, ["name": "beta", "type": "vm", "hardware_id": .integer(host)])
        try await lab.make(.service, ["name": "gamma", "runs_on_id": .integer(host), "status": "down"])
        try await lab.picture.load()
        let routes = try routes(lab)
        let cases: [(String, [String], Int)] = [
            ("kind=hardware,compute_unit", ["Alpha", "beta"], 1),
            ("kind=hardware&kind=service", ["Alpha", "gamma"], 1),
            ("status=up,down", ["Alpha", "gamma"], 1), ("status=unknown", ["beta"], 0), ("tag=rack%201", ["Alpha"], 0),
            ("environment=home", ["Alpha"], 0), ("q=ALPHA%20server", ["Alpha"], 0), ("q=10.0.0.7", ["Alpha"], 0),
            ("q=nothing", [], 0), ("kind=", ["Alpha", "beta", "gamma"], 2), ("map=1", ["Alpha", "beta", "gamma"], 2),
        ]

        for (query, names, edges) in cases {
            let answer = try await routes.get("topology?\(query)")
            let page = try Page(Array(answer.body.readableBytesView), map: 1)
            #expect(page.names == names, "\(query)")
            #expect(page.edges.count == edges, "\(query)")
            let tag = try #require(answer.header("etag"))
            #expect(try await routes.get("topology?\(query)", headers: ["if-none-match": tag]).status == 304)
        }
    }

    @Test("what it cannot mean is refused", arguments: Engine.available)
    func refusals(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        try await lab.picture.load()
        let routes = try routes(lab)

        #expect(try await routes.get("topology", as: .nobody).status == 401)
        for (query, status) in [
            ("map=99", 404), ("map=99&kind=hardware", 404), ("map=x", 422), ("map=-1", 422), ("kind=rack", 422),
            ("colour=red", 422), ("q=" + String(repeating: "a", count: 501), 422),
        ] {
            #expect(try await routes.get("topology?\(query)").status == status, "\(query)")
        }
    }
}
