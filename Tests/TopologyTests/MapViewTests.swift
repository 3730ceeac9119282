import Foundation
import GraphLayout
import JSONKit
import Kernel
import Persistence
import TestSupport
import Testing

@testable import Inventory
@testable import Topology

@Suite("Views of a map")
struct MapViewTests {
    private struct Bench {
        let lab: Lab
        let routes: RouteHarness

        init(_ engine: Engine) async throws {
            let lab = try await Lab(engine)
            let (maps, matches, desk) = (Maps(store: lab.store), QueryMatches(store: lab.store), LayoutDesk())
            self.lab = lab
            routes = try RouteHarness {
                LayoutRoutes(picture: lab.picture, maps: maps, matches: matches, desk: desk).register(in: &$0)
                ExportRoutes(
                    desk: ExportDesk(picture: lab.picture, maps: maps, layouts: desk, matches: matches)
                ).register(in: &$0)
                AnnotationRoutes(annotations: Annotations(store: lab.store), picture: lab.picture).register(in: &$0)
            }
            let sw = try await lab.make(.hardware, ["name": "sw", "role": "switch"])
            let host = try await lab.hardware("host")
            let port = try await lab.make(.interface, ["name": "eth0", "holder_id": .integer(host)])
            let net = try await lab.make(
                .network, ["name": "lan", "cidr": "10.0.0.0/24", "gateway_hardware_id": .integer(sw)])
            let guest = try await lab.make(
                .computeUnit, ["name": "guest", "type": "vm", "hardware_id": .integer(host)])
            let web = try await lab.make(.service, ["name": "web", "runs_on_id": .integer(guest)])
            let dns = try await lab.make(.service, ["name": "dns", "runs_on_id": .integer(guest)])
            try await lab.make(.dependency, ["from_id": .integer(web), "to_id": .integer(dns), "purpose": "names"])
            try await lab.make(.networkMembership, ["member_id": .integer(host), "network_id": .integer(net)])
            try await lab.make(
                .connection,
                [
                    "from_id": .integer(sw), "from_port": "12", "to_id": .integer(port), "medium": "ethernet",
                    "speed_mbps": 1_000, "cable_label": "blue",
                ])
            try await lab.place([(sw, 900, 900), (host, 950, 900)])
            try await lab.picture.load()
        }

        func export(_ query: String) async throws -> JSONObject {
            let answer = try await routes.get("topology/export?format=json&\(query)")
            #expect(answer.status == 200, "\(query)")
            return try answer.json().objectValue ?? JSONObject()
        }
    }

    private func names(_ scene: JSONObject) -> [String] {
        (scene["nodes"]?.arrayValue ?? []).compactMap { $0.objectValue?["name"]?.stringValue }.sorted()
    }

    private func types(_ scene: JSONObject) -> [String] {
        Set((scene["edges"]?.arrayValue ?? []).compactMap { $0.objectValue?["type"]?.stringValue }).sorted()
    }

    @Test("a file has what the view shows, where the page has it", arguments: Engine.available)
    func files(on engine: Engine) async throws {
        let bench = try await Bench(engine)
        let cases: [(String, [String], [String])] = [
            ("physical", ["host", "sw"], ["connection"]),
            ("logical", ["host", "lan", "sw"], ["gateway", "in_network"]),
            ("workloads", ["dns", "guest", "host", "web"], ["hosts", "runs"]),
            ("dependencies", ["dns", "web"], ["depends"]),
        ]

        for (view, nodes, edges) in cases {
            let scene = try await bench.export("view=\(view)")
            let places = try await bench.routes.get("topology/layout?pins=free&view=\(view)").json().objectValue
            #expect(names(scene) == nodes, "\(view)")
            #expect(types(scene) == edges, "\(view)")
            #expect(scene["view"] == .string(view))
            #expect(places?["layout"]?.stringValue == MapView(rawValue: view)?.layout?.rawValue)
            for place in places?["places"]?.arrayValue ?? [] {
                let node = scene["nodes"]?.arrayValue?.first {
                    $0.objectValue?["id"] == place.objectValue?["id"]
                }?.objectValue
                let (x, y) = (node?["x"]?.numberValue ?? -1e9, node?["y"]?.numberValue ?? -1e9)
                #expect(abs(x - (place.objectValue?["x"]?.numberValue ?? 0)) < 0.06, "\(view)")
                #expect(abs(y - (place.objectValue?["y"]?.numberValue ?? 0)) < 0.06, "\(view)")
            }
        }
        #expect(try await bench.export("view=all")["nodes"] == bench.export("map=1")["nodes"])
        #expect(names(try await bench.export("view=workloads&q=kind:service")) == ["dns", "web"])
        #expect(try await bench.routes.get("topology/export?format=svg&view=sideways").fields == ["view"])
        let file = try await bench.routes.get("topology/export?format=svg&view=physical")
        #expect(file.header("content-disposition")?.contains("physical.svg\"") == true)
    }

    @Test("places that are saved nowhere can be told, and nothing is saved")
    func seen() async throws {
        let bench = try await Bench(.sqlite)
        let sw = try #require(bench.lab.picture.moment?.graph.objects.first { $0.value.face?.name == "sw" }?.key)
        let body = #"{"positions": [{"id": \#(sw), "x": -7.5, "y": 12}, {"id": 9999, "x": 1, "y": 1}]}"#
        let path = "topology/export?format=json&view=physical"

        let scene = try await bench.routes.post(path, body, as: .viewer).json().objectValue ?? JSONObject()
        let found = scene["nodes"]?.arrayValue?.first { $0.objectValue?["id"]?.integerValue == sw }?.objectValue
        #expect(found?["x"]?.numberValue == -7.5 && found?["y"]?.numberValue == 12)
        #expect(names(scene) == ["host", "sw"])
        #expect(
            try await bench.routes.post(path, #"{"positions": [{"id": 1, "x": 1e9, "y": 0}]}"#).fields == ["positions"])
        #expect(try await bench.routes.post(path, body, as: .nobody).status == 401)
        #expect(names(try await bench.export("map=1")).count == 6)
        let saved = try await bench.lab.stored()
        #expect(saved.nodes[sw]?["x"]?.numberValue == 900)
    }

    @Test("cables say where they are plugged in, in their view only and to nobody from whom anything is hidden")
    func ports() async throws {
        let bench = try await Bench(.sqlite)

        for format in ["svg", "drawio", "mermaid", "dot", "graphml", "json"] {
            let text = try await bench.routes.get("topology/export?format=\(format)&view=physical").text
            #expect(text.contains("12 ⇄ eth0"), "\(format)")
        }
        #expect(try await !bench.routes.get("topology/export?format=svg").text.contains("⇄"))
        #expect(
            try await !bench.routes.get("topology/export?format=svg&view=physical&hide=names").text.contains("eth0"))
    }

    @Test("labels stand on the whole map; boundaries follow their nodes into a view")
    func drawings() async throws {
        let bench = try await Bench(.sqlite)
        let guest = try await bench.export("view=workloads&q=kind:compute_unit")["nodes"]?.arrayValue?.first
        let id = try #require(guest?.objectValue?["id"]?.integerValue)
        for body in [
            #"{"kind": "label", "text": "Cellar", "x": 5, "y": 5}"#,
            #"{"kind": "boundary", "text": "Guests", "members": [\#(id)]}"#,
        ] {
            #expect(try await bench.routes.post("maps/1/annotations", body).status == 201)
        }

        let whole = try await bench.routes.get("topology/export?format=svg").text
        let view = try await bench.routes.get("topology/export?format=svg&view=workloads").text
        let other = try await bench.routes.get("topology/export?format=svg&view=physical").text
        #expect(whole.contains("Cellar") && whole.contains("Guests"))
        #expect(!view.contains("Cellar") && view.contains("Guests"))
        #expect(!other.contains("Cellar") && !other.contains("Guests"))
    }

    @Test("the page and the daemon have the same rules")
    func rules() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(
            contentsOf: root.appending(path: "share/circuit-breaker/web/features/map/view.model.js"), encoding: .utf8)
        let found = page.matches(of: /(\w+): \{ types: \[([^\]]*)\], kinds: \[([^\]]*)\] \}/)
        func words(_ text: Substring) -> Set<String> {
            Set(text.matches(of: /"(\w+)"/).map { String($0.1) })
        }
        #expect(found.count == MapView.allCases.count - 1)
        for rule in found {
            let view = try #require(MapView(rawValue: String(rule.1)))
            #expect(Set((view.edges ?? []).map(\.rawValue)) == words(rule.2), "\(rule.1)")
            #expect(Set(view.kinds.map(\.rawValue)) == words(rule.3), "\(rule.1)")
        }
    }
}
