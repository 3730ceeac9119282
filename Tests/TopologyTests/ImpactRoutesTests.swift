import JSONKit
import Kernel
import Persistence
import TestSupport
import Testing

@testable import Inventory
@testable import Topology

@Suite("GET /topology/impact and /topology/single-points")
struct ImpactRoutesTests {
    private struct Home {
        let lab: Lab
        let routes: RouteHarness
        let (switchID, host, guest, web): (Int64, Int64, Int64, Int64)
        let cable: Int64
    }

    private func home(_ engine: Engine) async throws -> Home {
        let lab = try await Lab(engine)
        let router = try await lab.make(.hardware, ["name": "router", "role": "router"])
        let middle = try await lab.make(.hardware, ["name": "switch", "role": "switch"])
        let host = try await lab.make(.hardware, ["name": "host", "role": "hypervisor"])
        let port = try await lab.make(.interface, ["name": "eth0", "holder_id": .integer(host)])
        let guest = try await lab.make(.computeUnit, ["name": "guest", "type": "vm", "hardware_id": .integer(host)])
        let web = try await lab.make(.service, ["name": "web", "runs_on_id": .integer(guest)])
        try await lab.make(.connection, ["from_id": .integer(router), "to_id": .integer(middle)])
        let cable = try await lab.make(.connection, ["from_id": .integer(middle), "to_id": .integer(port)])
        try await lab.picture.load()
        let routes = try RouteHarness { ImpactRoutes(store: lab.store, picture: lab.picture).register(in: &$0) }
        return Home(lab: lab, routes: routes, switchID: middle, host: host, guest: guest, web: web, cable: cable)
    }

    @Test("what stops comes with the steps that prove it", arguments: Engine.available)
    func proof(on engine: Engine) async throws {
        let home = try await home(engine)
        let (host, guest, web) = (home.host, home.guest, home.web)

        let answer = try await home.routes.get("topology/impact?failed=connection:\(home.cable)", as: .viewer)
        let body = try #require(try answer.json().objectValue)

        #expect(answer.status == 200)
        #expect(body["counts"] == ["down": 3, "degraded": 0])
        #expect(body["down"] == .array([host, guest, web].map { .integer($0) }))
        #expect(body["is_complete"] == true)
        let last = try #require(body["affected"]?.arrayValue?.last?.objectValue)
        #expect(last["name"] == "web" && last["state"] == "down" && last["cut_off"] == true)
        let steps = (last["path"]?.arrayValue ?? []).compactMap(\.objectValue)
        #expect(steps.map { $0["reason"] } == ["link", "host", "host"])
        #expect(
            steps.map { $0["edge"]?.stringValue } == ["connection:\(home.cable)", "hosts:\(guest)", "runs:\(web)"])
        #expect(steps.first?["from_name"] == "switch" && steps.first?["to"] == .integer(host))
        let other = try await home.routes.get("topology/impact?failed=\(home.cable)").json().objectValue
        #expect(other?["down"] == body["down"])
    }

    @Test("with a rack or a location everything in it fails", arguments: Engine.available)
    func places(on engine: Engine) async throws {
        let home = try await home(engine)
        let lab = home.lab
        let house = try await lab.make(.location, ["name": "house"])
        let cellar = try await lab.make(.location, ["name": "cellar", "parent_id": .integer(house)])
        let rack = try await lab.make(
            .rack, ["name": "rack 1", "height_units": 12, "location_id": .integer(cellar)])
        try await lab.change(.hardware, home.host, ["rack_id": .integer(rack), "rack_unit": 1])
        try await lab.change(.hardware, home.switchID, ["location_id": .integer(house)])
        let shed = try await lab.make(.location, ["name": "shed"])
        try await lab.catchUp()
        func ask(_ failed: String) async throws -> JSONObject? {
            try await home.routes.get("topology/impact?failed=\(failed)", as: .viewer).json().objectValue
        }

        let (byRack, byHouse, byNumber) = (
            try await ask("rack:\(rack)"), try await ask("location:\(house)"), try await ask("\(cellar)")
        )
        let byShed = try await ask("location:\(shed)")

        let guests: JSONValue = .array([.integer(home.guest), .integer(home.web)])
        #expect(byRack?["down"] == guests && byNumber?["down"] == guests)
        #expect(
            byRack?["parts"]
                == [
                    [
                        "failed": .string("rack:\(rack)"), "kind": "rack", "name": "rack 1",
                        "nodes": [.integer(home.host)], "edges": [],
                    ]
                ])
        #expect(byHouse?["down"] == guests)
        #expect(
            byHouse?["parts"]?.arrayValue?.first?.objectValue?["nodes"]
                == .array([.integer(home.switchID), .integer(home.host)]))
        #expect(byShed?["counts"] == ["down": 0, "degraded": 0])
        #expect(try await home.routes.get("topology/impact?failed=rack:\(cellar)").status == 422)
    }

    @Test("with an interface its cables fail, and the networks that only it is in", arguments: Engine.available)
    func interfaces(on engine: Engine) async throws {
        let home = try await home(engine)
        let lab = home.lab
        let (lan, lab2) = (try await lab.make(.network, ["name": "lan"]), try await lab.make(.network, ["name": "lab"]))
        let port = try await lab.make(
            .interface, ["name": "eth1", "holder_id": .integer(home.host), "network_id": .integer(lan)])
        let other = try await lab.make(
            .interface, ["name": "eth2", "holder_id": .integer(home.host), "network_id": .integer(lab2)])
        let address = try await lab.make(
            .address, ["address": "192.0.2.7", "interface_id": .integer(port), "network_id": .integer(lab2)])
        try await lab.change(.connection, home.cable, ["to_id": .integer(port)])
        try await lab.catchUp()
        func edges(_ id: Int64) async throws -> JSONValue? {
            let body = try await home.routes.get("topology/impact?failed=interface:\(id)").json().objectValue
            return body?["parts"]?.arrayValue?.first?.objectValue?["edges"]
        }

        let body = try await home.routes.get("topology/impact?failed=\(port)").json().objectValue

        #expect(body?["down"] == .array([home.host, home.guest, home.web].map { .integer($0) }))
        #expect(body?["parts"]?.arrayValue?.first?.objectValue?["name"] == "host eth1")
        #expect(
            try await edges(port) == [.string("in_network:\(home.host)-\(lan)"), .string("connection:\(home.cable)")])
        #expect(try await edges(other) == [])
        try await lab.change(.address, address, ["network_id": .integer(lan)])
        try await lab.catchUp()
        #expect(try await edges(other) == [.string("in_network:\(home.host)-\(lab2)")])
    }

    @Test("the next question knows what was changed since", arguments: Engine.available)
    func changes(on engine: Engine) async throws {
        let home = try await home(engine)
        let asked = "topology/impact?failed=\(home.host)&object=\(home.guest)"
        let before = try await home.routes.get(asked).json().objectValue
        let other = try await home.lab.hardware("other")
        let cluster = try await home.lab.make(.cluster, ["name": "pve"])
        for member in [home.host, other] {
            try await home.lab.make(.clusterMember, ["cluster_id": .integer(cluster), "member_id": .integer(member)])
        }
        try await home.lab.change(.computeUnit, home.guest, ["moves_between_hosts": true])
        try await home.lab.catchUp()
        let after = try await home.routes.get(asked).json().objectValue
        let stored = try await home.lab.store.read { try GraphLoader.load(in: $0).graph }

        #expect(before?["affected"]?.arrayValue?.first?.objectValue?["state"] == "down")
        #expect(after?["affected"]?.arrayValue?.first?.objectValue?["state"] == "degraded")
        #expect(after?["affected"]?.arrayValue?.count == 1)
        #expect(stored.objects == home.lab.picture.moment?.graph.objects)
    }

    @Test("the worst single points come first; a cable is named where it carries more than one device")
    func singlePoints() async throws {
        let home = try await home(.sqlite)

        let body = try await home.routes.get("topology/single-points?limit=3", as: .viewer).json().objectValue
        let points = (body?["points"]?.arrayValue ?? []).compactMap(\.objectValue)

        #expect(body?["count"] == 5)
        #expect(points.map { $0["name"] } == ["router", "router – switch", "switch"])
        #expect(points.map { $0["down"] } == [4, 4, 3])
        #expect(points.first?["examples"] == ["switch", "host", "guest", "web"])
    }

    @Test("points of some kinds keep their order, and the number of each kind is told whatever is asked for")
    func pointsByKind() async throws {
        let home = try await home(.sqlite)
        func ask(_ kind: String) async throws -> JSONObject? {
            try await home.routes.get("topology/single-points?kind=\(kind)").json().objectValue
        }
        let cables = try await ask("connection")
        let machines = try await ask("compute_unit,hardware")
        let none = try await ask("cluster")

        let names = { (body: JSONObject?) in
            body?["points"]?.arrayValue?.compactMap { $0.objectValue?["name"]?.stringValue }
        }
        #expect(names(cables) == ["router – switch"])
        #expect(names(machines) == ["router", "switch", "host", "guest"])
        #expect(none?["count"] == 0 && names(none) == [])
        #expect(none?["kinds"] == ["compute_unit": 1, "connection": 1, "hardware": 3])
        #expect(none?["kinds"] == machines?["kinds"])
    }

    @Test("rows are bounded, ids are not")
    func bounded() async throws {
        let home = try await home(.sqlite)

        let body = try await home.routes.get("topology/impact?failed=\(home.switchID)&limit=1").json().objectValue

        #expect(body?["affected"]?.arrayValue?.count == 1)
        #expect(body?["down"]?.arrayValue?.count == 3)
        #expect(body?["is_complete"] == false)
    }

    @Test(
        "what cannot be told is refused by field",
        arguments: [
            ("impact", "failed"), ("impact?failed=999999", "failed"), ("impact?failed=hosts:x", "failed"),
            ("impact?failed=1&limit=9999", "limit"), ("impact?failed=1&object=x", "object"),
            ("impact?failed=1&colour=red", "colour"), ("single-points?limit=0", "limit"), ("single-points?x=1", "x"),
            ("single-points?kind=spaceship", "kind"), ("single-points?kind=interface", "kind"),
            ("impact?failed=" + (1...101).map(String.init).joined(separator: ","), "failed"),
        ])
    func refused(_ query: String, _ field: String) async throws {
        let home = try await home(.sqlite)

        let answer = try await home.routes.get("topology/\(query)")

        #expect(answer.status == 422)
        #expect(try answer.json().objectValue?["fields"]?.objectValue?[field] != nil)
    }
}
