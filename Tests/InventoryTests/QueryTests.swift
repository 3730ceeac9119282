import HTTPTypes
import HummingbirdTesting
import JSONKit
import TestSupport
import Testing

@testable import Inventory

@Suite("what the query language finds")
struct QueryTests {
    private static func fill(_ lab: Lab) async throws {
        let site = try await lab.make("locations", #"{"name": "Köln", "type": "site"}"#)
        let rack = try await lab.make("racks", #"{"name": "rack 2", "height_units": 42}"#)
        let old = try await lab.make("racks", #"{"name": "rack 20", "height_units": 42}"#)
        let vlan = try await lab.make("vlans", #"{"name": "office", "number": 20}"#)
        let lan = try await lab.make(
            "networks", #"{"name": "lan", "cidr": "10.0.0.0/24", "vlan_id": \#(vlan), "type": "lan"}"#)
        _ = try await lab.make("networks", #"{"name": "wide", "cidr": "10.0.0.0/8"}"#)
        let core = try await lab.make(
            "hardware",
            #"{"name": "core", "role": "switch", "vendor": "MikroTik", "rack_id": \#(rack), "tags": ["prod"], "memory_mb": 64, "mac": "00:1b:21:aa:bb:01", "status": "up", "location_id": \#(site)}"#
        )
        _ = try await lab.make(
            "hardware",
            #"{"name": "edge", "role": "switch", "vendor": "HPE", "rack_id": \#(old), "tags": ["retired"], "memory_mb": 128, "ip_address": "10.0.0.9", "is_full_depth": true}"#
        )
        _ = try await lab.make(
            "hardware",
            #"{"name": "nas", "role": "nas", "vendor": "Synology", "memory_mb": 8192, "ip_address": "192.168.1.5", "warranty_until": "2026-11-24", "custom": {"Shelf": "upper"}, "notes": "core of it"}"#
        )
        _ = try await lab.make("hardware", #"{"name": "Zürich 100%", "status": "down"}"#)
        _ = try await lab.make("network-memberships", #"{"member_id": \#(core), "network_id": \#(lan)}"#)
        _ = try await lab.make("addresses", #"{"address": "10.9.9.9", "holder_id": \#(core)}"#)
        _ = try await lab.make("compute-units", #"{"name": "core vm", "type": "vm"}"#)
    }

    private static let lists: [(String, [String])] = [
        ("role:switch", ["core", "edge"]), ("role:Switch vlan:20 -tag:retired", ["core"]),
        ("-role:switch", ["nas", "Zürich 100%"]),
        ("role:switch vlan:20 -tag:retired rack:\"rack 2\"", ["core"]), ("rack:=\"rack 2\"", ["core"]),
        ("rack:rack", ["core", "edge"]), ("-rack:*", ["nas", "Zürich 100%"]), ("rack:*", ["core", "edge"]),
        ("vlan:20", ["core", "edge"]), ("vlan:10..30", ["core", "edge"]), ("vlan:>20", []),
        ("vlan:office", ["core", "edge"]),
        ("network:lan", ["core", "edge"]), ("network:=wide", ["core", "edge"]), ("-network:*", ["nas", "Zürich 100%"]),
        ("vendor:tik", ["core"]), ("vendor:=hpe", ["edge"]), ("vendor:=hp", []), ("vendor:M*", ["core"]),
        ("vendor:*y", ["nas"]),
        ("-vendor:hpe", ["core", "nas", "Zürich 100%"]), ("vendor:hpe,syn", ["edge", "nas"]),
        ("-vendor:*", ["Zürich 100%"]),
        ("memory_mb:64", ["core"]), ("memory_mb:>64", ["edge", "nas"]), ("memory_mb:<=128", ["core", "edge"]),
        ("memory_mb:100..9000", ["edge", "nas"]), ("memory_mb:..64", ["core"]),
        ("-memory_mb:>64", ["core", "Zürich 100%"]),
        ("status:up,down", ["core", "Zürich 100%"]), ("status:unknown", ["edge", "nas"]),
        ("status:*", ["core", "edge", "nas", "Zürich 100%"]),
        ("tag:PROD", ["core"]), ("tag:pr*", ["core"]), ("-tag:*", ["nas", "Zürich 100%"]), ("tag:*", ["core", "edge"]),
        ("ip:10.0.0.0/8", ["core", "edge"]), ("ip:10.0.0.9", ["edge"]), ("ip:192.", ["nas"]),
        ("ip_address:10.0.0.1..10.0.0.20", ["edge"]),
        ("ip:10.9.9.9", ["core"]), ("mac:00:1b:21", ["core"]), ("mac:001b.21aa.bb01", ["core"]), ("mac:ff", []),
        ("is_full_depth:yes", ["edge"]), ("warranty_until:2026", ["nas"]), ("warranty_until:2026-11-24", ["nas"]),
        ("warranty_until:<2026-11-24", []), ("warranty_until:2026-01..2026-11", ["nas"]),
        ("warranty_until:>2026-10", ["nas"]),
        ("custom.Shelf:upp", ["nas"]), ("custom.Shelf:*", ["nas"]),
        ("-custom.Shelf:*", ["core", "edge", "Zürich 100%"]),
        ("name:zürich", ["Zürich 100%"]), ("name:ZÜRICH", ["Zürich 100%"]), ("name:=\"zurich 100%\"", ["Zürich 100%"]),
        ("name:100%", ["Zürich 100%"]), ("name:%", ["Zürich 100%"]), ("name:_", []), ("location:köln", ["core"]),
        ("core", ["core", "nas"]), ("core OR edge", ["core", "edge", "nas"]), ("core -nas", ["core"]),
        ("\"core of\"", ["nas"]), ("\"core o\"", []), ("\"core o", ["nas"]),
        ("(role:nas OR role:switch) -vendor:hpe", ["core", "nas"]),
        ("updated:7d", ["core", "edge", "nas", "Zürich 100%"]), ("updated:>7d", []), ("created:1990", []),
        ("created:>=2020", ["core", "edge", "nas", "Zürich 100%"]),
        ("kind:hardware nas", ["nas"]), ("kind:service", []), ("source:person role:nas", ["nas"]),
        ("id:>0 role:nas", ["nas"]),
        ("-(role:switch OR role:nas)", ["Zürich 100%"]), ("NOT role:switch AND NOT role:nas", ["Zürich 100%"]),
        ("*", []), ("10.0.0.009", []),
    ]

    @Test("in a list", arguments: Engine.available)
    func inLists(engine: Engine) async throws {
        try await Lab.open(on: engine) { (lab: Lab) async throws in
            try await Self.fill(lab)

            for (query, names) in Self.lists {
                let found = try await lab.names("hardware?sort=name&q=\(Lab.encoded(query))")
                #expect(Set(found) == Set(names) && found.count == names.count, "\(query): \(found)")
            }
            #expect(try await lab.names("networks?q=vlan:20") == ["lan"])
            #expect(try await lab.names("networks?q=cidr:10.0.0.0/16") == ["lan"])
            #expect(try await lab.names("networks?q=cidr:10.0.0.7") == ["lan", "wide"])
            #expect(try await lab.names("networks?q=cidr:%3D10.0.0.0/8") == ["wide"])
        }
    }

    @Test("over all kinds, best first", arguments: Engine.available)
    func inSearch(engine: Engine) async throws {
        try await Lab.open(on: engine) { (lab: Lab) async throws in
            try await Self.fill(lab)

            #expect(try await lab.found("role:switch") == ["core", "edge"])
            #expect(try await lab.found("core -notes:of") == ["core", "core vm", "core in lan"])
            #expect(try await lab.found("core kind:hardware") == ["core", "nas"])
            #expect(try await lab.found("type:vm") == ["core vm"])
            #expect(try await lab.found("type:vm OR role:nas") == ["core vm", "nas"])
            #expect(try await lab.found("kind:rack,network") == ["lan", "rack 2", "rack 20", "wide"])
            #expect(try await lab.found("vlan:20 -role:switch") == ["lan"])
            #expect(try await lab.found("\"rack 2\"") == ["rack 2"])
            #expect(try await lab.found("fd00:0:0::25 role:nas") == [])
        }
    }

    @Test(
        "what cannot be understood is refused with place and cure", arguments: Engine.available,
        [
            ("hardware?q=rol:switch", "At character 1: Hardware have no field “rol”. Did you mean “role”?"),
            ("hardware?q=nas%20role:swich", "At character 10: There is no “swich” here. Did you mean “switch”?"),
            ("hardware?q=memory_mb:lots", "At character 11: “lots” is not a whole number."),
            ("hardware?q=ip:nowhere", "At character 4: “nowhere” is not an address."),
            ("hardware?q=ip:10.0.0.300", "At character 4: “10.0.0.300” is not an address."),
            ("hardware?q=ip:10.0.0.9..10.0.0.5", "At character 4: This range ends before it begins."),
            ("hardware?q=memory_mb:20..10", "At character 11: This range ends before it begins."),
            ("hardware?q=warranty_until:2026-06..2026-01", "At character 16: This range ends before it begins."),
            ("hardware?q=updated:2026-06..2026-05", "At character 9: This range ends before it begins."),
            ("hardware?q=vendor:%3Edell", "At character 9: Texts are not compared"),
            ("hardware?q=warranty_until:2026-13", "At character 16: “2026-13” is not a day."),
            ("hardware?q=is_full_depth:maybe", "At character 15: Use yes or no."),
            (
                "hardware?q=nas%20memory_mb%3E=64",
                "At character 5: To compare a field write a colon: memory_mb:>=64. To find this text put it in quotes."
            ),
            ("hardware?q=(nas", "At character 1: This bracket is not closed."),
            ("search?q=rol:switch", "At character 1: There is no field “rol”."),
            ("search?q=medium:fiber", "At character 8: There is no “fiber” here."),
            ("search?q=kind:planet", "At character 6: There is no kind “planet”."),
            ("search?q=height_units:x&kind=rack", "At character 14: “x” is not a whole number."),
        ])
    func refusals(engine: Engine, _ refusal: (String, String)) async throws {
        try await Lab.open(on: engine) { (lab: Lab) async throws in
            let answer = try await lab.ask(.get, refusal.0, expect: .unprocessableContent)

            #expect(answer["fields"]?["q"]?.stringValue?.hasPrefix(refusal.1) == true, "\(answer.text)")
        }
    }

    @Test(
        "the order of relevance: the name, its beginning, in it, beside it; page by page", arguments: Engine.available)
    func relevance(engine: Engine) async throws {
        try await Lab.open(on: engine) { (lab: Lab) async throws in
            for name in ["big node", "node10", "node", "other", "node2"] {
                _ = try await lab.make("hardware", #"{"name": "\#(name)", "notes": "a node"}"#)
            }
            var names: [String] = []
            var cursor = ""
            repeat {
                let page = try await lab.ask(.get, "hardware?q=node&sort=relevance&limit=2\(cursor)")
                names += page["items"]?.arrayValue?.compactMap { $0["name"]?.stringValue } ?? []
                cursor = page["next"]?.stringValue.map { "&cursor=\($0)" } ?? ""
            } while !cursor.isEmpty

            #expect(names == ["node", "node2", "node10", "big node", "other"])
        }
    }
}
