import GraphLayout
import HTTPTypes
import JSONKit
import Kernel
import TestSupport
import Testing

@testable import Inventory
@testable import Topology

@Suite("Exports of a map")
struct ExportTests {
    private func routes(_ lab: Lab) throws -> RouteHarness {
        let maps = Maps(store: lab.store)
        return try RouteHarness {
            ExportRoutes(
                desk: ExportDesk(
                    picture: lab.picture, maps: maps, layouts: LayoutDesk(), matches: QueryMatches(store: lab.store))
            ).register(in: &$0)
        }
    }

    /// Two machines with a cable, a network that one is the gateway of, and one in the trash.
    private func lab(_ engine: Engine) async throws -> (lab: Lab, router: Int64, host: Int64) {
        let lab = try await Lab(engine)
        let router = try await lab.make(
            .hardware, ["name": "router", "role": "router", "ip_address": "10.0.0.1"])
        let host = try await lab.hardware("host")
        try await lab.make(.network, ["name": "lan", "cidr": "10.0.0.0/24", "gateway_hardware_id": .integer(router)])
        try await lab.make(
            .connection,
            ["from_id": .integer(router), "to_id": .integer(host), "medium": "fibre", "speed_mbps": 10_000])
        try await lab.trash(.hardware, try await lab.hardware("gone"))
        try await lab.place([(router, -120.25, 40), (host, 300, 40)])
        try await lab.picture.load()
        return (lab, router, host)
    }

    @Test("every format tells every node, link and saved place, and nothing of the trash", arguments: Engine.available)
    func formats(on engine: Engine) async throws {
        let (lab, router, host) = try await lab(engine)
        let routes = try routes(lab)
        for format in ExportFormat.allCases {
            let answer = try await routes.get("topology/export?format=\(format.rawValue)", as: .viewer)
            #expect(answer.status == 200)
            #expect(answer.headers[.contentType] == format.contentType)
            #expect(answer.headers[.xContentTypeOptions] == "nosniff")
            #expect(answer.headers[.contentDisposition]?.hasPrefix("attachment; filename=") == true)
            #expect(answer.headers[.contentDisposition]?.contains(".\(format.fileExtension)\"") == true)
            let text = answer.text
            if format == .pdf {
                #expect(text.hasPrefix("%PDF-1.7"))
                continue
            }
            for word in ["router", "host", "lan", "10.0.0.1"] { #expect(text.contains(word), "\(format) \(word)") }
            #expect(!text.contains("gone"))
        }
        let json = try await routes.get("topology/export?format=json").json().objectValue
        let nodes = json?["nodes"]?.arrayValue ?? []
        let first = nodes.first { $0.objectValue?["id"]?.integerValue == router }?.objectValue
        #expect(nodes.count == 3)
        #expect(first?["x"]?.numberValue == -120.25)
        let cable = json?["edges"]?.arrayValue?.first { $0.objectValue?["type"]?.stringValue == "connection" }
        #expect(cable?.objectValue?["from"]?.integerValue == router)
        #expect(cable?.objectValue?["to"]?.integerValue == host)
        #expect(cable?.objectValue?["speed_mbps"]?.integerValue == 10_000)

        let anew = try await routes.get("topology/export?format=json&layout=tree").json().objectValue
        let moved = anew?["nodes"]?.arrayValue?.first { $0.objectValue?["id"]?.integerValue == router }?.objectValue
        #expect(moved?["x"]?.numberValue != -120.25)
        let part = try await routes.get("topology/export?format=json&kind=network").json().objectValue
        #expect(part?["nodes"]?.arrayValue?.count == 1)
        #expect(part?["edges"]?.arrayValue?.isEmpty == true)
    }

    @Test("a cable between two ports of one device is a loop in every file", arguments: Engine.available)
    func loops(on engine: Engine) async throws {
        let (lab, router, _) = try await lab(engine)
        var ports: [Int64] = []
        for name in ["p1", "p2"] {
            ports.append(try await lab.make(.interface, ["name": .string(name), "holder_id": .integer(router)]))
        }
        try await lab.make(
            .connection, ["from_id": .integer(ports[0]), "to_id": .integer(ports[1]), "cable_label": "patch"])
        try await lab.make(
            .connection,
            ["from_id": .integer(router), "from_port": "a", "to_id": .integer(router), "to_port": "b"])
        try await lab.picture.load()
        let routes = try routes(lab)
        func file(_ format: String) async throws -> String {
            try await routes.get("topology/export?format=\(format)").text
        }

        let json = try await routes.get("topology/export?format=json").json().objectValue
        let own = json?["edges"]?.arrayValue?.filter {
            $0.objectValue?["from"]?.integerValue == router && $0.objectValue?["to"]?.integerValue == router
        }
        #expect(own?.count == 2)
        let svg = try await file("svg")
        #expect(svg.ranges(of: "a11 11 0 1 1 22 0").count == 2)
        #expect(svg.contains(">patch<"))
        let ends = "source=\"n\(router)\" target=\"n\(router)\""
        #expect(try await file("drawio").ranges(of: ends).count == 2)
        #expect(try await file("graphml").ranges(of: ends).count == 2)
        #expect(try await file("dot").ranges(of: "n\(router) -> n\(router)").count == 2)
        #expect(try await file("mermaid").ranges(of: "patch").count == 1)
        // Nobody hangs from himself: every layout stays as it was.
        for kind in LayoutKind.allCases {
            #expect(try await routes.get("topology/export?format=svg&layout=\(kind.rawValue)").status == 200)
        }
    }

    @Test("loops at one disc are told apart, and lie within the file")
    func severalLoops() {
        let node = ExportScene.Node(
            id: 1, kind: .hardware, name: "panel", status: "up", tags: [], icon: "hardware", x: 10, y: 20)
        let loops = (1...7).map { ExportLoop($0, at: node) }
        for (turn, one) in loops.enumerated() {
            for other in loops[..<turn] {
                #expect(abs(one.x - other.x) + abs(one.y - other.y) + abs(one.radius - other.radius) > 4)
            }
            // Names stand below.
            #expect(one.y + one.radius < node.y + 20)
        }
        let links = (1...7).map {
            ExportScene.Link(id: "connection:\($0)", from: 0, to: 0, type: .connection, bend: Double($0))
        }
        let scene = ExportScene(title: "Lab", date: "now", nodes: [node], links: links)
        for loop in loops {
            #expect(loop.x - loop.radius > scene.box.left && loop.x + loop.radius < scene.box.right)
            #expect(loop.y - loop.radius > scene.box.top)
        }
    }

    @Test(
        "what cannot be exported is refused by field",
        arguments: [
            ("", "format"), ("format=png", "format"), ("format=svg&theme=pink", "theme"),
            ("format=svg&hide=faces", "hide"),
            ("format=svg&layout=spiral", "layout"), ("format=svg&colour=red", "colour"),
        ])
    func refused(_ query: String, _ field: String) async throws {
        let lab = try await Lab(.sqlite)
        try await lab.picture.load()
        let answer = try await routes(lab).get("topology/export?\(query)")
        #expect(answer.status == 422)
        #expect(try answer.json().objectValue?["fields"]?.objectValue?[field] != nil)
    }

    @Test("what is hidden stands in no format, nor do ids of the inventory", arguments: Engine.available)
    func hidden(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        // Ids that are no numbers of a short list.
        for number in 0..<40 { try await lab.trash(.hardware, try await lab.hardware("gone \(number)")) }
        let first = try await lab.make(
            .hardware,
            ["name": "router.secret-lab.example", "role": "router", "ip_address": "10.77.0.1", "notes": "n0te"])
        let second = try await lab.make(.hardware, ["name": "rack aa:bb:cc:dd:ee:ff"])
        let third = try await lab.make(.hardware, ["name": "plain-name", "ip_address": "fd00:77::9"])
        try await lab.make(.network, ["name": "10-77-0-0", "cidr": "10.77.0.0/24"])
        for end in [second, third] {
            try await lab.make(
                .connection,
                ["from_id": .integer(first), "to_id": .integer(end), "medium": "fibre", "cable_label": "to 10.77.0.9"])
        }
        try await lab.picture.load()
        let routes = try routes(lab)
        let addresses = ["10.77", "10-77", "fd00", "aa:bb", "secret-lab", "n0te"]
        let ids = [first, second, third].flatMap { ["n\($0)\"", "n\($0) ", "\"id\":\($0),"] }
        for format in ExportFormat.allCases {
            let path = "topology/export?format=\(format.rawValue)&hide="
            let quiet = try await routes.get(path + "addresses", as: .viewer).text
            let silent = try await routes.get(path + "names,addresses", as: .viewer)
            for word in addresses + ids {
                #expect(!quiet.contains(word), "\(format) \(word)")
                #expect(!silent.text.contains(word), "\(format) \(word)")
            }
            #expect(!silent.text.contains("plain-name"))
            #expect(silent.headers[.contentDisposition]?.contains("Map.\(format.fileExtension)") == true)
            if format != .pdf { #expect(quiet.contains("plain-name") && silent.text.contains("Hardware 1")) }
            let named = try await routes.get(path + "names", as: .viewer).text
            #expect(!named.contains("plain-name") && !named.contains("secret-lab"))
        }
    }

    @Test(
        "a name that may hold an address is known, however it is written",
        arguments: [
            "10.0.0.5", "gw 10.0.0.5:8443", "ip-10-0-0-5", "192_168_1_1", "１０．０．０．１", "10․0․0․5", "nas。lan", "fe80::1",
            "aa:bb:cc:dd:ee:ff", "AA-BB-CC-DD-EE-FF", "aabbccddeeff", "nas.lan", "🏠.lan", "https://nas/", "user@host",
            #"\\nas\share"#, "host:8080", "10.\u{200B}66.\u{200B}0.\u{200B}15", "1\u{AD}0.0.0.1", "10,0,0,5",
            "ip 10 0 0 5",
            "aa bb cc dd ee ff", "fe80--1", "gw fd00-1a2b-3c4d-5e6f-1111-2222-3333-4444", "0x0a000005",
            "10%2E0%2e0%2E5", "fe80%3A%3A1",
        ])
    func addressesInNames(name: String) {
        #expect(ExportScene.Node.mayHoldAddress(name))
    }

    @Test(
        "other names are kept",
        arguments: ["nas", "Dr. No", "proxmox-1", "rack 2-3-4", "v 2026 1 2 3", "Wi-Fi: guests", "日本語", "a -- b"])
    func plainNames(name: String) {
        #expect(!ExportScene.Node.mayHoldAddress(name))
    }

    @Test("an empty map is a file too")
    func empty() async throws {
        let lab = try await Lab(.sqlite)
        try await lab.picture.load()
        for format in ExportFormat.allCases {
            #expect(try await routes(lab).get("topology/export?format=\(format.rawValue)").status == 200)
        }
    }

    @Test("words are one bounded line without control characters or marks of direction")
    func words() {
        #expect(ExportText.line("a\r\n\tb\u{0}\u{1B}[0m\u{202E}c\u{FFFF}  d ") == "a b[0mc d")
        #expect(ExportText.line(String(repeating: "x", count: 10_000)).unicodeScalars.count == 161)
        #expect(ExportText.line("ה🙂 Ω") == "ה🙂 Ω")
        #expect(ExportText.xml("<a b=\"'&]]>") == "&lt;a b=&quot;&#39;&amp;]]&gt;")
        #expect(
            [0.001, -0.5, 12.34567, 1e300, -.infinity].map(ExportText.number) == [
                "0", "-0.5", "12.35", "1000000000000", "0",
            ])
    }

    @Test("names end nothing they stand in")
    func escaping() {
        let name = "\"];\\N ]]> --> </text><script>x</script> `%%{init}` |end| (a) <</A"
        let scene = ExportScene(
            title: name, date: "",
            nodes: [
                .init(id: 1, kind: .hardware, name: name, address: name, status: name, icon: "hardware", x: 0, y: 0),
                .init(id: 2, kind: .storage, name: name, status: "up", icon: "storage", x: 9, y: 9),
            ], links: [.init(id: "connection:1", from: 0, to: 1, type: .connection, medium: name, label: name)])
        for format in ExportFormat.allCases {
            let text = String(decoding: format.write(scene, theme: .dark), as: UTF8.self)
            if format != .json, format != .dot { #expect(!text.contains("<script"), "\(format)") }
        }
        let dot = DOTWriter(scene: scene, look: .of(.light)).text
        #expect(dot.contains("\\\"];\\\\N ]]>"))
        let bare = dot.replacing("\\\\", with: "").replacing("\\\"", with: "").split(separator: "\n")
        #expect(bare.count == 8)
        #expect(bare.allSatisfy { line in line.count { $0 == "\"" } % 2 == 0 })
        let mermaid = MermaidWriter(scene: scene, look: .of(.light)).text
        #expect(mermaid.split(separator: "\n").count == 4)
        #expect(mermaid.filter { $0 == "\"" }.count == 6)
    }

    @Test("Graphviz leads lines around nodes only where that takes no minutes")
    func straightLines() {
        func dot(_ count: Int) -> String {
            let nodes = (1...count).map { number in
                ExportScene.Node(
                    id: Int64(number), kind: .hardware, name: "n", status: "up", icon: "hardware", x: Double(number),
                    y: 0)
            }
            return DOTWriter(
                scene: ExportScene(title: "", date: "", nodes: nodes, links: []), look: .of(.light)
            ).text
        }
        #expect(dot(300).contains("splines=true"))
        #expect(dot(301).contains("splines=line"))
    }

    @Test(
        "Mermaid reads no Markdown into a name",
        arguments: [
            ("1. rack", "1#46; rack"), ("- spare", "#45; spare"), ("__init__", "#95;#95;init#95;#95;"),
            ("www.lab", "www#46;lab"), ("10.0.0.5", "10.0.0.5"), ("pve-1", "pve-1"),
        ])
    func mermaidNames(name: String, written: String) {
        let node = ExportScene.Node(
            id: 1, kind: .hardware, name: name, status: "up", icon: "hardware", x: 0, y: 0)
        let scene = ExportScene(title: "", date: "", nodes: [node], links: [])
        #expect(MermaidWriter(scene: scene, look: .of(.light)).text.contains("n1[\"\(written)\"]"))
    }

    @Test("the cross-reference table of a PDF points at its objects, and foreign names go along as text")
    func pdf() throws {
        let scene = ExportScene(
            title: "T", date: "D",
            nodes: [.init(id: 1, kind: .service, name: "מחשב", status: "up", icon: "service", x: 0, y: 0)], links: [])
        let bytes = PDFWriter(scene: scene, look: .of(.light), shelf: FontShelf(places: [])).bytes
        let text = String(decoding: bytes, as: Unicode.ASCII.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let table = try #require(lines.firstIndex(of: "xref"))
        for number in 1...6 {
            let offset = try #require(Int(lines[table + 2 + number].prefix(10)))
            #expect(String(decoding: bytes[offset...].prefix(7), as: UTF8.self) == "\(number) 0 obj")
        }
        #expect(text.contains("/ActualText <feff05de05d705e905d1>"))
    }

    @Test("a name in the header is plain for all and whole for those who read it")
    func disposition() {
        #expect(
            ExportRoutes.disposition("Kell\"er;\r\n 地下", .mermaid)
                == "attachment; filename=\"Kell-er.mmd\"; filename*=UTF-8''Kell%22er%3B%0D%0A%20%E5%9C%B0%E4%B8%8B.mmd")
        #expect(ExportRoutes.disposition("地", .svg).hasPrefix("attachment; filename=\"map.svg\""))
    }
}
