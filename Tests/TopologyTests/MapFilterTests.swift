import HTTPKit
import JSONKit
import Kernel
import NIOCore
import Persistence
import TestSupport
import Testing

@testable import Inventory
@testable import Topology

@Suite("The map's filter speaks the query language")
struct MapFilterTests {
    private struct Bench {
        let lab: Lab
        let routes: RouteHarness

        init(_ engine: Engine) async throws {
            let lab = try await Lab(engine)
            let matches = QueryMatches(store: lab.store)
            self.lab = lab
            routes = try RouteHarness {
                TopologyRoutes(
                    picture: lab.picture, history: HistoryRoutes(store: lab.store, picture: lab.picture),
                    matches: matches
                ).register(in: &$0)
                LayoutRoutes(picture: lab.picture, maps: Maps(store: lab.store), matches: matches).register(in: &$0)
            }
            let host = try await lab.make(
                .hardware,
                [
                    "name": "Alpha", "status": "up", "ip_address": "10.0.0.7", "role": "server", "vendor": "Dell",
                    "tags": ["rack 1"], "memory_mb": 65_536,
                ])
            try await lab.make(.hardware, ["name": "core-sw", "role": "switch", "tags": ["rack 1", "old"]])
            try await lab.make(.computeUnit, ["name": "beta", "type": "vm", "hardware_id": .integer(host)])
            try await lab.make(.service, ["name": "gamma", "runs_on_id": .integer(host), "status": "down"])
            let vlan = try await lab.make(.vlan, ["name": "cameras", "number": 20])
            let net = try await lab.make(
                .network, ["name": "lan", "cidr": "10.0.0.0/24", "vlan_id": .integer(vlan)])
            try await lab.make(.networkMembership, ["member_id": .integer(host), "network_id": .integer(net)])
            try await lab.picture.load()
        }

        func names(_ query: String) async throws -> [String] {
            let answer = try await routes.get("topology?q=\(Self.escaped(query))")
            #expect(answer.status == 200, "\(query)")
            return try Page(Array(answer.body.readableBytesView), map: 1).names
        }

        static func escaped(_ text: String) -> String {
            text.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }

        func ids(_ path: String) async throws -> [Int64] {
            try await routes.get(path).json().objectValue?["ids"]?.arrayValue?.compactMap(\.integerValue) ?? []
        }
    }

    @Test(
        "fields, words, phrases, exclusion, OR and comparison find what they find in lists", arguments: Engine.available
    )
    func language(on engine: Engine) async throws {
        let bench = try await Bench(engine)
        let cases: [(String, [String])] = [
            ("role:switch", ["core-sw"]), ("vlan:20", ["Alpha", "lan"]), ("tag:\"rack 1\" -tag:old", ["Alpha"]),
            ("\"rack 1\"", ["Alpha", "core-sw"]), ("role:switch OR kind:service", ["core-sw", "gamma"]),
            ("memory_mb:>=65536", ["Alpha"]), ("ip:10.0.0.0/24", ["Alpha"]), ("status:down", ["gamma"]),
            ("-kind:hardware -kind:network", ["beta", "gamma"]), ("alp", ["Alpha"]), ("vendor:dell", ["Alpha"]),
            ("updated:7d kind:hardware", ["Alpha", "core-sw"]), ("...", []),
            (" ", ["Alpha", "beta", "core-sw", "gamma", "lan"]),
        ]

        for (query, names) in cases { #expect(try await bench.names(query) == names, "\(query)") }
        // With a facet both have to fit.
        let both = try await bench.routes.get("topology?status=up&q=tag:%22rack%201%22")
        #expect(try Page(Array(both.body.readableBytesView), map: 1).names == ["Alpha"])
    }

    @Test("what cannot be understood is refused with its place and a cure", arguments: Engine.available)
    func refusals(on engine: Engine) async throws {
        let bench = try await Bench(engine)
        for (query, place, cure) in [
            ("rol:switch", 1, "role"), ("alpha (beta", 7, "“)”"), ("status:sideways", 8, "Use one of"),
            ("kind:hardware memory_mb:lots", 25, "whole number"),
        ] {
            for path in ["topology", "topology/matches", "topology/layout"] {
                let answer = try await bench.routes.get("\(path)?q=\(Bench.escaped(query))")
                let sentence = try answer.json().objectValue?["fields"]?.objectValue?["q"]?.stringValue
                #expect(answer.status == 422, "\(path) \(query)")
                #expect(sentence?.hasPrefix("At character \(place): ") == true, "\(sentence ?? "no sentence")")
                #expect(sentence?.contains(cure) == true, "\(sentence ?? "no sentence")")
            }
        }
    }

    @Test(
        "what is found is what is documented now, also where the picture does not follow it",
        arguments: Engine.available)
    func now(on engine: Engine) async throws {
        let bench = try await Bench(engine)
        let alpha = try #require(try await bench.ids("topology/matches?q=alpha").first)
        #expect(try await bench.ids("topology/matches?q=vendor:dell") == [alpha])

        try await bench.lab.change(.hardware, alpha, ["vendor": "HPE"])

        #expect(try await bench.ids("topology/matches?q=vendor:dell") == [])
        #expect(try await bench.ids("topology/matches?q=vendor:hpe") == [alpha])
        #expect(try await bench.ids("topology/matches").count == 5)
    }

    @Test("of the past, what lies in the trash is found too", arguments: Engine.available)
    func past(on engine: Engine) async throws {
        let bench = try await Bench(engine)
        let alpha = try #require(try await bench.ids("topology/matches?q=alpha").first)
        let before = RFC3339.text(bench.lab.clock.now.milliseconds)
        bench.lab.clock.advance(by: .seconds(60))
        try await bench.lab.trash(.hardware, alpha)
        try await bench.lab.catchUp()

        #expect(try await bench.ids("topology/matches?q=vendor:dell") == [])
        #expect(try await bench.ids("topology/matches?q=vendor:dell&gone=true") == [alpha])
        let then = try await bench.routes.get("topology?at=\(before)&q=vendor:dell")
        #expect(try Page(Array(then.body.readableBytesView), map: 1).names == ["Alpha"])
    }
}
