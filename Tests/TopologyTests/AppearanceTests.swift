import HTTPKit
import JSONKit
import Kernel
import Persistence
import TestSupport
import Testing

@testable import HTTPKit
@testable import Inventory
@testable import Topology

@Suite("Alias, colour and icon on one map")
struct AppearanceTests {
    private func routes(_ lab: Lab) throws -> RouteHarness {
        let maps = Maps(store: lab.store)
        return try RouteHarness {
            MapRoutes(maps: maps).register(in: &$0)
            AppearanceRoutes(appearances: Appearances(store: lab.store)).register(in: &$0)
            let matches = QueryMatches(store: lab.store)
            ExportRoutes(
                desk: ExportDesk(picture: lab.picture, maps: maps, layouts: LayoutDesk(), matches: matches)
            ).register(in: &$0)
            IconRoutes(store: lab.store).register(in: &$0)
        }
    }

    /// A PNG of 16 × 16 pixels, as far as its head and chunks go.
    private static let png: [UInt8] = {
        func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
            let sum = PNGFile.check(Array(type.utf8) + data)
            return [0, 0, 0, UInt8(data.count)] + Array(type.utf8) + data
                + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: sum >> $0) }
        }
        let head: [UInt8] = [0, 0, 0, 16, 0, 0, 0, 16, 8, 2, 0, 0, 0]
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", head) + chunk("IDAT", [0])
            + chunk("IEND", [])
    }()

    /// An icon that somebody brought.
    private func icon(_ lab: Lab) async throws -> Int64 {
        try await Icons(store: lab.store).add(Self.png, name: "Box", category: "Own", by: .system).id
    }

    private func items(_ answer: RouteHarness.Answer) throws -> [JSONObject] {
        (try answer.json().objectValue?["items"]?.arrayValue ?? []).compactMap(\.objectValue)
    }

    @Test("one map shows an object in its way, the others do not; what is not said stays", arguments: Engine.available)
    func life(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        let id = try await lab.hardware("real name")
        let tag = try await lab.make(.tag, ["name": "t"])
        let second = try await Maps(store: lab.store).create(MapDraft(name: "Second"), by: .system)
        try await lab.picture.load()
        let routes = try routes(lab)

        let first = try await routes.patch(
            "maps/1/appearances",
            #"{"items": [{"id": \#(id), "alias": "  The \n door ", "colour": "teal"}, {"id": \#(tag), "alias": "x"}]}"#,
            as: .editor)
        let next = try await routes.patch(
            "maps/1/appearances", #"{"items": [{"id": \#(id), "icon": "router", "revision": 1}]}"#, as: .editor)
        let deltas = try await lab.catchUp()

        let whole: JSONValue = ["alias": "The door", "colour": "teal", "icon": "router", "revision": 2]
        #expect(first.status == 200)
        #expect(try items(first).map { $0["id"]?.integerValue } == [id])
        #expect(try items(next).first?["revision"] == 2)
        #expect(deltas.count == 2)
        #expect(deltas.last?["appearances"]?.arrayValue?.first?.objectValue?["map"] == 1)
        #expect(try lab.shown().nodes[id]?["appearance"] == whole)
        #expect(try lab.shown().nodes[id]?["name"] == "real name")
        #expect(try lab.shown(on: second.id).nodes[id]?["appearance"] == nil)
        #expect(try await lab.stored() == lab.shown())

        _ = try await routes.patch(
            "maps/1/appearances", #"{"items": [{"id": \#(id), "alias": null, "colour": null, "icon": null}]}"#)
        try await lab.catchUp()
        // Nothing is left of it but its count, so that no revision means two things.
        #expect(try lab.shown().nodes[id]?["appearance"] == (["revision": 3] as JSONValue))
        #expect(try await lab.stored() == lab.shown())
    }

    @Test("what cannot be is refused by its field, and nothing of it stays", arguments: Engine.available)
    func refusals(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        let id = try await lab.hardware("a")
        let routes = try routes(lab)
        let long = String(repeating: "x", count: 121)
        let marks = "a" + String(repeating: "\u{0301}", count: 300)
        let rows: [(String, String)] = [
            (#""alias": "a\u0000b""#, "alias"), (#""alias": "a\u001bb""#, "alias"), (#""alias": "\#(long)""#, "alias"),
            (#""alias": "\#(marks)""#, "alias"), (#""alias": "exe\u202egpj""#, "alias"),
            (#""colour": "red""#, "colour"), (##""colour": "#ff0000""##, "colour"), (#""icon": "no such""#, "icon"),
            (#""icon": "upload-99""#, "icon"), (#""icon": "upload-1/../x""#, "icon"),
            (#""icon": "upload-+1""#, "icon"),
        ]
        for (member, field) in rows {
            let answer = try await routes.patch("maps/1/appearances", #"{"items": [{"id": \#(id), \#(member)}]}"#)
            #expect(answer.status == 422 && answer.fields == [field], "\(member) \(answer.status) \(answer.fields)")
        }
        for (body, status) in [
            (#"{"items": []}"#, 422), (#"{"items": [{"id": 999, "alias": "x"}]}"#, 422), (#"{}"#, 422),
            (#"{"items": [{"id": \#(id), "name": "x"}]}"#, 422),
        ] { #expect(try await routes.patch("maps/1/appearances", body).status == status, "\(body)") }
        let many = (0...500).map { #"{"id": \#($0 + 1)}"# }.joined(separator: ",")
        #expect(try await routes.patch("maps/1/appearances", #"{"items": [\#(many)]}"#).fields == ["items"])
        let fine = #"{"items": [{"id": \#(id), "alias": "x"}]}"#
        #expect(try await routes.patch("maps/9/appearances", fine).status == 404)
        #expect(try await routes.patch("maps/1/appearances", fine, as: .viewer).status == 403)
        #expect(try await routes.patch("maps/1/appearances", fine, as: .nobody).status == 401)

        let kept = try await lab.store.read { try $0.one("SELECT COUNT(*) FROM map_appearances").integer(0) }
        #expect(kept == 0)
    }

    @Test(
        "several at once are changed all or not at all, and a later word waits for who saw it",
        arguments: Engine.available)
    func several(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        let (a, b) = (try await lab.hardware("a"), try await lab.hardware("b"))
        try await lab.picture.load()
        let routes = try routes(lab)
        _ = try await routes.patch("maps/1/appearances", #"{"items": [{"id": \#(b), "alias": "B", "revision": 0}]}"#)

        let late = try await routes.patch(
            "maps/1/appearances",
            #"{"items": [{"id": \#(a), "colour": "pink", "revision": 0}, {"id": \#(b), "colour": "pink", "revision": 0}]}"#
        )
        try await lab.catchUp()
        #expect(late.status == 412)
        #expect(try lab.shown().nodes[a]?["appearance"] == nil)

        _ = try await routes.patch(
            "maps/1/appearances",
            #"{"items": [{"id": \#(a), "colour": "pink", "revision": 0}, {"id": \#(b), "colour": "pink", "revision": 1}]}"#
        )
        let before = try await lab.events(after: 0).count
        // What says nothing new is no event.
        _ = try await routes.patch("maps/1/appearances", #"{"items": [{"id": \#(a), "colour": "pink"}]}"#)
        let deltas = try await lab.catchUp()
        #expect(deltas.count == 1)
        #expect(deltas.first?["appearances"]?.arrayValue?.count == 2)
        #expect(try await lab.events(after: 0).count == before)
        let last = try await lab.store.read { tx in
            try tx.one(
                "SELECT action, entity, entity_name, before_json, after_json FROM audit_log ORDER BY id DESC LIMIT 1")
        }
        #expect(try (0..<3).map { try last.text($0) } == ["appearance_changed", "map", "Main"])
        #expect(try last.text(3).contains(#""name":"b","alias":"B","revision":1"#))
        #expect(try last.text(4).contains(#""name":"b","alias":"B","colour":"pink","revision":2"#))
    }

    @Test("the trash keeps it; what is purged, and a map that is deleted, take it along", arguments: Engine.available)
    func trash(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        let (a, b) = (try await lab.hardware("a"), try await lab.hardware("b"))
        let maps = Maps(store: lab.store)
        let second = try await maps.create(MapDraft(name: "Second"), by: .system)
        try await lab.picture.load()
        var page = try lab.shown()
        for map in [1, second.id] { try await lab.dress([a, b], alias: .set("alias"), on: map) }

        try await lab.trash(.hardware, a)
        try await lab.restore(a)
        for delta in try await lab.catchUp() { page.apply(delta) }
        #expect(page.nodes[a]?["appearance"]?.objectValue?["alias"] == "alias")
        #expect(try page == lab.shown())

        try await lab.trash(.hardware, a)
        try await lab.purge(a)
        try await maps.delete(second.id, expected: nil, by: .system)
        for delta in try await lab.catchUp() { page.apply(delta) }
        let left = try await lab.store.read { tx in
            try tx.rows("SELECT map_id, object_id FROM map_appearances").map { [try $0.integer(0), try $0.integer(1)] }
        }
        #expect(left == [[1, b]])
        #expect(try await lab.stored() == lab.shown())
        #expect(try page == lab.shown())
    }

    @Test("an icon that a map shows is worn", arguments: Engine.available)
    func worn(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        let (id, upload) = (try await lab.hardware("a"), try await icon(lab))
        try await lab.dress([id], icon: .set("upload-\(upload)"))
        let icons = Icons(store: lab.store)

        #expect(try await icons.all().map(\.used) == [1])
        await #expect(throws: AppError.self) { try await icons.remove(upload, by: .system) }
        try await lab.dress([id], icon: .set(nil))
        try await icons.remove(upload, by: .system)
        #expect(try await icons.all().isEmpty)
    }

    @Test("the past is shown in today's look, also out of a state that was kept", arguments: Engine.available)
    func past(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        let id = try await lab.hardware("then")
        lab.clock.advance(by: .seconds(60))
        let then = RFC3339.text(try await lab.store.read { $0.now }.milliseconds)
        lab.clock.advance(by: .seconds(60))
        try await lab.change(.hardware, id, ["name": "now"])
        try await lab.picture.load()
        let history = HistoryRoutes(store: lab.store, picture: lab.picture)

        for alias in ["first", "second"] {
            try await lab.dress([id], alias: .set(alias))
            try await lab.catchUp()
            let page = try Page(try await history.document(at: then, on: nil, nil), map: 1)
            #expect(page.nodes[id]?["name"] == "then")
            #expect(page.nodes[id]?["appearance"]?.objectValue?["alias"]?.stringValue == alias)
        }
    }

    @Test("a filter finds the alias and the name", arguments: Engine.available)
    func filter(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        let id = try await lab.hardware("srv-0815")
        _ = try await lab.hardware("other")
        try await lab.dress([id], alias: .set("Kitchen server"))
        try await lab.picture.load()

        for word in ["0815", "kitchen", "kitchen 0815"] {
            let filter = try await TopologyFilter([(name: "q", value: word)], by: QueryMatches(store: lab.store))
            #expect(try lab.shown(filter: filter).nodes.keys.sorted() == [id], "\(word)")
        }
    }

    @Test("files look like the map, and tell both names where a program reads them", arguments: Engine.available)
    func exports(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        let (a, b) = (try await lab.hardware("real-a"), try await lab.hardware("real-b"))
        let upload = try await icon(lab)
        try await lab.change(.hardware, b, ["icon": .string("upload-\(upload)")])
        let hostile = #"</text><script>alert("1")</script> & \N"#
        try await lab.dress([a], alias: .set(hostile), colour: .set("orange"), icon: .set("globe"))
        try await lab.picture.load()
        let routes = try routes(lab)
        func file(_ format: String, _ more: String = "") async throws -> String {
            try await routes.get("topology/export?format=\(format)\(more)", as: .viewer).text
        }

        let json = try JSONParser.parse(try await file("json")).objectValue?["nodes"]?.arrayValue ?? []
        let first = try #require(json.first { $0.objectValue?["id"] == .integer(a) }?.objectValue)
        #expect(first["name"] == "real-a" && first["colour"] == "orange" && first["icon"] == "globe")
        #expect(first["alias"]?.stringValue == hostile)
        let orange = ExportLook.of(.light).hue(Annotation.Colour.orange)
        for format in ["svg", "drawio", "dot", "mermaid"] {
            let text = try await file(format)
            #expect(text.contains(orange), "\(format)")
            // Graphviz reads the words between its quotes as they are.
            #expect(format == "dot" || !text.contains("<script"), "\(format)")
            #expect(text.contains("alert"), "\(format)")
        }
        let dot = try await file("dot")
        #expect(dot.contains(#"alert(\"1\")</script> &amp; \\N"#) && dot.contains(#"tooltip="real-a""#))
        let svg = try await file("svg")
        #expect(svg.contains("icon-globe") && svg.contains("(real-a)"))
        #expect(svg.contains("href=\"data:image/png;base64,iVBOR") && svg.contains("#picture-\(upload)"))
        let graphML = try await file("graphml")
        #expect(graphML.contains("<data key=\"node_alias\">&lt;/text&gt;") && graphML.contains(">real-a<"))
        for hidden in ["names", "addresses"] {
            for format in ExportFormat.allCases where format != .pdf {
                let text = try await file(format.rawValue, "&hide=\(hidden)")
                #expect(!text.contains("base64"), "\(format) \(hidden)")
                #expect(hidden == "addresses" || !text.contains("alert"), "\(format) \(hidden)")
            }
        }
    }

    @Test("an alias that may hold an address is hidden with the addresses", arguments: Engine.available)
    func addresses(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        let (a, b) = (try await lab.hardware("plain"), try await lab.hardware("10.0.0.2"))
        try await lab.dress([a], alias: .set("10.77.0.1"))
        try await lab.dress([b], alias: .set("Kitchen"))
        try await lab.picture.load()

        let text = try await routes(lab).get("topology/export?format=json&hide=addresses").text
        #expect(!text.contains("10.77") && !text.contains("10.0.0.2"))
        #expect(text.contains("plain") && text.contains("Kitchen"))
    }
}
