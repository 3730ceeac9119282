import GraphLayout
import HTTPKit
import JSONKit
import Kernel
import Persistence
import TestSupport
import Testing

@testable import Inventory
@testable import Topology

@Suite("Boundaries and labels")
struct AnnotationTests {
    private struct Bench {
        let lab: Lab
        let routes: RouteHarness
        let picture: TopologyPicture
    }

    private func bench(_ engine: Engine) async throws -> Bench {
        let lab = try await Lab(engine)
        let picture = TopologyPicture(store: lab.store)
        let routes = try RouteHarness {
            AnnotationRoutes(annotations: Annotations(store: lab.store), picture: picture).register(in: &$0)
        }
        return Bench(lab: lab, routes: routes, picture: picture)
    }

    @Test("a boundary goes around nodes, is changed by its revision, and is told", arguments: Engine.available)
    func boundary(on engine: Engine) async throws {
        let bench = try await bench(engine)
        let one = try await bench.lab.make(.hardware, ["name": "one"])
        let two = try await bench.lab.make(.hardware, ["name": "two"])
        let tag = try await bench.lab.make(.tag, ["name": "t"])

        let made = try await bench.routes.post(
            "maps/1/annotations",
            #"{"kind": "boundary", "text": " Rack  A ", "colour": "teal", "members": [\#(two), \#(one), \#(tag), 999]}"#,
            as: .editor)
        let id = try #require(try made.json().objectValue?["id"]?.integerValue)

        #expect(made.status == 201)
        #expect(try made.json().objectValue?["text"] == "Rack A")
        #expect(try made.json().objectValue?["members"] == .array([.integer(one), .integer(two)]))
        #expect(try made.json().objectValue?["grouping"] == .null)
        let path = "maps/1/annotations/\(id)"
        let changed = try await bench.routes.patch(path, #"{"members": [\#(one)]}"#, as: .editor, revision: 1)
        #expect(try changed.json().objectValue?["revision"] == 2)
        #expect(try changed.json().objectValue?["text"] == "Rack A")
        #expect(try await bench.routes.patch(path, #"{"text": "x"}"#, revision: 1).status == 412)
        #expect(
            try await bench.routes.get("maps/1/annotations", as: .viewer).json().objectValue?["items"]?.arrayValue?
                .count == 1)
        #expect(try await bench.routes.delete(path, as: .viewer).status == 403)
        #expect(try await bench.routes.delete(path, as: .editor).status == 204)
        #expect(try await bench.routes.delete(path).status == 404)
    }

    @Test("what cannot be drawn is refused by its field", arguments: Engine.available)
    func refusals(on engine: Engine) async throws {
        let bench = try await bench(engine)
        let cases: [(String, [String])] = [
            (#"{"kind": "cloud", "text": "x"}"#, ["kind"]),
            (#"{"kind": "label"}"#, ["text"]),
            (#"{"kind": "label", "text": "a\u0000b"}"#, ["text"]),
            (#"{"kind": "label", "text": "\u200b"}"#, ["text"]),
            (#"{"kind": "label", "text": "\u202etxt"}"#, ["text"]),
            (#"{"kind": "label", "text": "a\#(String(repeating: "\u{301}", count: 500))"}"#, ["text"]),
            (#"{"kind": "label", "text": "x", "x": 1e9}"#, ["x"]),
            (#"{"kind": "label", "text": "x", "colour": "red"}"#, ["colour"]),
            (#"{"kind": "label", "text": "x", "members": [1]}"#, ["members"]),
            (#"{"kind": "label", "text": "x", "grouping": "cluster"}"#, ["grouping"]),
            (#"{"kind": "boundary", "text": "x"}"#, ["members"]),
            (#"{"kind": "boundary", "text": "x", "members": [12345]}"#, ["members"]),
            (#"{"kind": "boundary", "grouping": "colour"}"#, ["grouping"]),
        ]
        for (body, fields) in cases {
            let answer = try await bench.routes.post("maps/1/annotations", body)
            #expect(answer.status == 422 && answer.fields == fields, "\(body) \(answer.status) \(answer.fields)")
        }
        #expect(try await bench.routes.post("maps/9/annotations", #"{"kind": "label", "text": "x"}"#).status == 404)
        let groups = #"{"kind": "boundary", "grouping": "cluster"}"#
        #expect(try await bench.routes.post("maps/1/annotations", groups).status == 201)
        #expect(try await bench.routes.post("maps/1/annotations", groups).status == 409)
        #expect(try await bench.routes.post("maps/1/annotations", groups, as: .viewer).status == 403)
    }

    @Test("a boundary keeps something to go around, and outlives it by name", arguments: Engine.available)
    func emptied(on engine: Engine) async throws {
        let bench = try await bench(engine)
        let one = try await bench.lab.make(.hardware, ["name": "one"])
        let made = try await bench.routes.post(
            "maps/1/annotations", #"{"kind": "boundary", "text": "A", "members": [\#(one)]}"#)
        let id = try #require(try made.json().objectValue?["id"]?.integerValue)
        let path = "maps/1/annotations/\(id)"

        #expect(try await bench.routes.patch(path, #"{"members": [98765]}"#).fields == ["members"])
        #expect(try await bench.routes.patch(path, #"{"members": []}"#).fields == ["members"])
        let kept = try await bench.routes.get("maps/1/annotations").json().objectValue?["items"]?.arrayValue
        #expect(kept?.first?.objectValue?["members"] == .array([.integer(one)]))
        try await bench.lab.store.write { tx in
            try tx.run("DELETE FROM map_annotation_members WHERE annotation_id = \(id)")
        }
        #expect(try await bench.routes.patch(path, #"{"text": "B", "colour": "pink"}"#).status == 200)
    }

    @Test("groups follow the inventory: clusters, places through racks, networks", arguments: Engine.available)
    func groups(on engine: Engine) async throws {
        let bench = try await bench(engine)
        let lab = bench.lab
        let attic = try await lab.make(.location, ["name": "Attic"])
        let rack = try await lab.make(.rack, ["name": "R1", "location_id": .integer(attic)])
        let host = try await lab.make(.hardware, ["name": "host", "rack_id": .integer(rack)])
        let other = try await lab.make(.hardware, ["name": "other"])
        let guest = try await lab.make(.computeUnit, ["name": "vm", "type": "vm", "hardware_id": .integer(host)])
        let service = try await lab.make(.service, ["name": "dns", "runs_on_id": .integer(guest)])
        let cluster = try await lab.make(.cluster, ["name": "pve"])
        for member in [host, other] {
            _ = try await lab.make(.clusterMember, ["cluster_id": .integer(cluster), "member_id": .integer(member)])
        }
        try await bench.picture.load()

        func groups(_ by: String) async throws -> [JSONValue] {
            try await bench.routes.get("topology/groups?by=\(by)").json().objectValue?["items"]?.arrayValue ?? []
        }
        let places = try await groups("location")
        #expect(places.count == 1)
        #expect(places.first?.objectValue?["name"] == "Attic")
        #expect(places.first?.objectValue?["members"] == .array([host, guest, service].sorted().map { .integer($0) }))
        let clusters = try await groups("cluster")
        #expect(
            clusters.first?.objectValue?["members"] == .array([host, other, cluster].sorted().map { .integer($0) }))
        #expect(try await groups("network").isEmpty)
        // A band holds what runs on its members as well.
        let lanes = try await groups("lane")
        #expect(lanes.map { $0.objectValue?["name"] } == ["pve"])
        #expect(
            lanes.first?.objectValue?["members"]
                == .array([host, other, guest, service, cluster].sorted().map { .integer($0) }))
        #expect(try await bench.routes.get("topology/groups?by=mood").status == 422)
    }

    @Test("a hull goes around every disc, and files carry it with escaped words")
    func files() throws {
        let points: [(x: Double, y: Double)] = [(0, 0), (100, 0), (50, 80)]
        let corners = BoundaryHull.around(points)
        #expect(corners.map(\.x).min() == -46 && corners.map(\.x).max() == 146)
        for (a, b) in zip(corners, corners.dropFirst() + corners.prefix(1)) {
            for point in points {
                #expect((b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x) >= 0)
            }
        }

        var scene = ExportScene(title: "Lab", date: "now", nodes: [], links: [])
        let hostile = #"</text><script>alert(1)</script>"#
        let boundary = ExportScene.Boundary(
            title: hostile, colour: .teal, corners: corners.map { .init(x: $0.x, y: $0.y) })
        scene.boundaries = [boundary]
        scene.labels = [.init(text: hostile, colour: .orange, x: 400, y: 10)]
        let look = ExportLook.of(.light)
        let svg = SVGWriter(scene: scene, look: look).text
        let drawio = DrawioWriter(scene: scene, look: look).text

        for text in [svg, drawio] {
            #expect(!text.contains("<script"))
            #expect(text.contains("&lt;/text&gt;&lt;script&gt;"))
        }
        #expect(svg.contains("<polygon points="))
        let json = try #require(try JSONParser.parse(scene.json).objectValue)
        #expect(json["boundaries"]?.arrayValue?.first?.objectValue?["title"]?.stringValue == hostile)
        #expect(json["labels"]?.arrayValue?.first?.objectValue?["x"]?.numberValue == 400)
        #expect(drawio.contains("polyCoords=[["))
        #expect(!PDFWriter(scene: scene, look: look).bytes.isEmpty)
        #expect(scene.box.right > 400 && scene.box.left < -46)
    }

    @Test("the title of a boundary keeps off the names of nodes in a file")
    func titles() {
        func node(_ id: Int64, _ y: Double) -> ExportScene.Node {
            .init(id: id, kind: .hardware, name: "core-switch", status: "up", tags: [], icon: "hardware", x: 0, y: y)
        }
        let corners = BoundaryHull.around([(0, 100)]).map { ExportScene.Boundary.Corner(x: $0.x, y: $0.y) }
        let boundary = ExportScene.Boundary(title: "Rack", colour: .teal, corners: corners)
        var scene = ExportScene(title: "Lab", date: "now", nodes: [node(1, 100)], links: [])
        #expect(scene.titlePlace(of: boundary) == (0, 48))
        scene.nodes.append(node(2, 10))
        #expect(scene.titlePlace(of: boundary) == (0, 162))
        scene.nodes.append(node(3, 170))
        // Nowhere is free: it stands where it always does.
        #expect(scene.titlePlace(of: boundary) == (0, 48))
    }

    @Test("a file of a layout by group has its bands, which say nothing of their own")
    func bands() throws {
        let places: [Int64: LayoutPoint] = [
            1: .zero, 2: LayoutPoint(x: 100, y: 0), 3: LayoutPoint(x: 900, y: 0), 4: LayoutPoint(x: 20, y: 300),
            5: LayoutPoint(x: 60, y: 340),
        ]
        let lanes = [
            NodeGroup(id: 1, name: "servers", members: [1, 2]), NodeGroup(id: 3, name: "alone", members: [3, 9]),
            NodeGroup(id: 4, name: "things", members: [4, 5]),
        ]
        for (areAligned, widths) in [(true, [192.0, 192]), (false, [192, 132])] {
            var scene = ExportScene(title: "Lab", date: "", nodes: [], links: [])
            scene.band(lanes, at: places, areAligned: areAligned)

            #expect(scene.boundaries.map(\.title) == ["", ""])
            let across = scene.boundaries.map { $0.corners.map(\.x) }
            #expect(across.map { ($0.max() ?? 0) - ($0.min() ?? 0) } == widths)
            #expect(scene.boundaries.first?.corners.map(\.y).max() == 66, "the names below are within")
        }
        #expect(LayoutKind.allCases.filter(\.isByGroup) == [.lanes, .clusters])
    }

    @Test("what people wrote does not get into a redacted file")
    func redaction() {
        let label = Annotation(
            id: 1, map: 1, kind: .label, text: "10.0.0.1 is secret", colour: .blue, grouping: nil, x: 0, y: 0,
            revision: 1, members: [])
        let boundary = Annotation(
            id: 2, map: 1, kind: .boundary, text: "vault", colour: .blue, grouping: nil, x: 0, y: 0, revision: 1,
            members: [7])
        for hidden in ["names", "addresses"] {
            var scene = ExportScene(title: "Map", date: "", nodes: [], links: [])
            scene.annotate(
                [label, boundary], groups: [:], at: [7: .init(x: 0, y: 0)], redaction: Redaction(hidden) ?? .init())
            #expect(scene.labels.isEmpty)
            #expect(scene.boundaries.map(\.title) == [""])
        }
    }
}
