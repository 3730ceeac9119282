import GraphLayout
import JSONKit
import Kernel
import NIOCore
import TestSupport
import Testing

@testable import Inventory
@testable import Topology

@Suite("GET /topology/layout")
struct LayoutRoutesTests {
    private func routes(_ lab: Lab) throws -> RouteHarness {
        try RouteHarness {
            LayoutRoutes(picture: lab.picture, maps: Maps(store: lab.store), matches: QueryMatches(store: lab.store))
                .register(in: &$0)
        }
    }

    private func places(_ answer: RouteHarness.Answer) throws -> [Int64: LayoutPoint] {
        #expect(answer.status == 200)
        var places: [Int64: LayoutPoint] = [:]
        for item in try answer.json().objectValue?["places"]?.arrayValue ?? [] {
            let id = try #require(item.objectValue?["id"]?.integerValue)
            places[id] = LayoutPoint(
                x: try #require(item.objectValue?["x"]?.numberValue),
                y: try #require(item.objectValue?["y"]?.numberValue))
        }
        return places
    }

    @Test("places go compressed to who takes that")
    func compressed() async throws {
        let lab = try await Lab(.sqlite)
        for number in 1...60 { _ = try await lab.hardware("host \(number)") }
        try await lab.picture.load()
        let routes = try routes(lab)

        let plain = try await routes.get("topology/layout?pins=free")
        let gzip = try await routes.get("topology/layout?pins=free", headers: ["accept-encoding": "gzip"])
        #expect(plain.header("content-encoding") == nil)
        #expect(gzip.header("content-encoding") == "gzip")
        for answer in [plain, gzip] {
            #expect(answer.header("vary") == "Accept-Encoding")
            #expect(answer.header("cache-control") == "no-store")
        }
        #expect(try unzipped(gzip.body) == Array(plain.body.readableBytesView))
        #expect(gzip.body.readableBytes * 2 < plain.body.readableBytes)

        // What fits into one packet stays as it is.
        let few = try await routes.get("topology/layout?pins=free&ids=1,2", headers: ["accept-encoding": "gzip"])
        #expect(few.header("content-encoding") == nil)
    }

    @Test("every layout places every node that is shown, and the same each time", arguments: Engine.available)
    func all(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        let router = try await lab.make(.hardware, ["name": "router", "role": "router"])
        let host = try await lab.hardware("host")
        let network = try await lab.make(.network, ["name": "lan", "gateway_hardware_id": .integer(router)])
        let guest = try await lab.make(.computeUnit, ["name": "guest", "type": "vm", "hardware_id": .integer(host)])
        let gone = try await lab.hardware("gone")
        try await lab.trash(.hardware, gone)
        try await lab.picture.load()
        let routes = try routes(lab)

        for kind in LayoutKind.allCases {
            let first = try places(try await routes.get("topology/layout?layout=\(kind.rawValue)", as: .viewer))
            let second = try places(try await routes.get("topology/layout?layout=\(kind.rawValue)", as: .viewer))

            #expect(Set(first.keys) == [router, host, network, guest])
            #expect(Set(first.values.map { "\($0)" }).count == 4)
            #expect(first == second)
        }
        let layers = try places(try await routes.get("topology/layout?layout=hierarchical"))
        #expect(try #require(layers[router]).y < #require(layers[network]).y)
        #expect(try #require(layers[host]).y < #require(layers[guest]).y)
    }

    @Test("pinned nodes stay unless they are set free, and a filter leaves out the rest", arguments: Engine.available)
    func pins(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        let first = try await lab.hardware("a")
        let second = try await lab.network("b")
        try await lab.place([(first, 1234, -77)])
        try await lab.picture.load()
        let routes = try routes(lab)

        let kept = try places(try await routes.get("topology/layout"))
        let free = try places(try await routes.get("topology/layout?pins=free"))
        let part = try places(try await routes.get("topology/layout?kind=network"))

        #expect(kept[first] == LayoutPoint(x: 1234, y: -77))
        #expect(free[first] != LayoutPoint(x: 1234, y: -77))
        #expect(Array(part.keys) == [second])
    }

    @Test("every saved place stays where asked, and only the others are answered", arguments: Engine.available)
    func placed(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        let first = try await lab.hardware("a")
        let second = try await lab.hardware("b")
        try await lab.place([(first, 500, 500)])
        try await lab.picture.load()

        let found = try places(try await routes(lab).get("topology/layout?pins=placed", as: .viewer))

        #expect(Array(found.keys) == [second])
        let place = try #require(found[second])
        #expect(abs(place.x - 500) > 80 || abs(place.y - 500) > 60)
    }

    @Test("some nodes are laid out for themselves", arguments: Engine.available)
    func some(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        let ids = [try await lab.hardware("a"), try await lab.hardware("b"), try await lab.hardware("c")]
        try await lab.picture.load()

        let found = try places(
            try await routes(lab).get("topology/layout?layout=tree&ids=\(ids[0]),\(ids[2]),999999", as: .viewer))

        #expect(Set(found.keys) == [ids[0], ids[2]])
    }

    @Test("a map is laid out as was chosen for it", arguments: Engine.available)
    func chosen(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        let router = try await lab.make(.hardware, ["name": "router", "role": "router"])
        let host = try await lab.hardware("host")
        _ = try await lab.make(.computeUnit, ["name": "guest", "type": "vm", "hardware_id": .integer(host)])
        _ = try await lab.make(.network, ["name": "lan", "gateway_hardware_id": .integer(router)])
        try await lab.picture.load()
        let routes = try routes(lab)
        let maps = Maps(store: lab.store)
        let map = try #require(try await maps.list().first)

        let before = try await routes.get("topology/layout").json().objectValue?["layout"]?.stringValue
        _ = try await maps.update(
            map.id, MapPatch(name: .keep, isDefault: .keep, layout: .set("lanes")), expected: nil, by: .system)
        let after = try await routes.get("topology/layout")

        #expect(before == "force")
        #expect(try after.json().objectValue?["layout"]?.stringValue == "lanes")
        #expect(try places(after) == places(try await routes.get("topology/layout?layout=lanes")))
        await #expect(throws: AppError.self) {
            _ = try await maps.update(
                map.id, MapPatch(name: .keep, isDefault: .keep, layout: .set("spiral")), expected: nil, by: .system)
        }
    }

    @Test(
        "what cannot be laid out is refused by field",
        arguments: [
            ("layout=spiral", "layout"), ("seed=-1", "seed"), ("seed=9999999999", "seed"), ("pins=some", "pins"),
            ("ids=1,b", "ids"), ("ids=", "ids"),
            ("kind=cable", "kind"), ("colour=red", "colour"),
        ])
    func refused(_ query: String, _ field: String) async throws {
        let lab = try await Lab(.sqlite)
        try await lab.picture.load()

        let answer = try await routes(lab).get("topology/layout?\(query)")

        #expect(answer.status == 422)
        #expect(try answer.json().objectValue?["fields"]?.objectValue?[field] != nil)
        #expect(try await routes(lab).get("topology/layout?map=99").status == 404)
    }

    @Test("before the graph is read it says when to come back")
    func notLoaded() async throws {
        let answer = try await routes(try await Lab(.sqlite)).get("topology/layout")

        #expect(answer.status == 503)
        #expect(answer.header("retry-after") == "1")
    }

    @Test("a layout that is given up makes room for others")
    func cancelled() async throws {
        let desk = LayoutDesk()
        let nodes = [LayoutNode](repeating: LayoutNode(), count: 3_000)
        let graph = LayoutGraph(nodes: nodes, edges: (1..<3_000).map { .init($0 / 2, $0) })
        let task = Task { try await desk.places(of: graph, Layout(.force)) }
        task.cancel()

        await #expect(throws: CancellationError.self) { _ = try await task.value }
        #expect(try await desk.places(of: LayoutGraph(nodes: nodes, edges: []), Layout(.tree)).count == 3_000)
    }
}
