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
        let routes = try RouteHarness { ImpactRoutes(picture: lab.picture).register(in: &$0) }
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
