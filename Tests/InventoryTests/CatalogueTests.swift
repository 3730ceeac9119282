import Foundation
import HTTPTypes
import JSONKit
import Kernel
import Logging
import TestSupport
import Testing

@testable import Inventory

@Suite("Device catalogue")
struct CatalogueTests {
    /// The folder that is installed.
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "share/circuit-breaker/catalogue").path()

    private static let catalogue = Catalogue(folder: folder, logger: Logger(label: "test"))

    @Test(
        "what is typed finds the model",
        arguments: [
            ("USW-Pro-24-PoE", "ubiquiti-unifi-switch-24-pro-poe-gen2"),
            ("uswpro24poe", "ubiquiti-unifi-switch-24-pro-poe-gen2"),
            ("r730", "dell-poweredge-r730"), ("dell r730xd", "dell-poweredge-r730xd"),
            ("DS920+", "synology-ds920-plus"),
            ("poweredge r7", "dell-poweredge-r710"), ("hex s", "mikrotik-hex-s"), ("rb760", "mikrotik-hex-s"),
            ("raspberry 5", "raspberry-pi-raspberry-pi-5"), ("CRS326-24G", "mikrotik-crs326-24g-2s-plus-rm"),
            ("catalist 9300-24T", "cisco-catalyst-9300-24t"), ("ubiqiti udm pro", "ubiquiti-unifi-dream-machine-pro"),
            ("SYS-5019S", "supermicro-superserver-5019s-m"),
        ])
    func finds(_ row: (typed: String, first: String)) {
        #expect(Self.catalogue.find(row.typed, limit: 5).first?.id == row.first)
    }

    @Test("nothing typed and nothing alike find nothing")
    func findsNothing() {
        for text in ["", " ", "-+", "zzzzqqqq"] {
            #expect(Self.catalogue.find(text, limit: 5).isEmpty, "\(text)")
        }
        #expect(Self.catalogue.find("r", limit: 5).count == 5)
    }

    @Test("one letter wrong is near, two are not, short words are exact")
    func typos() {
        #expect(Typo.isNear("catalist", "catalyst"))
        #expect(Typo.isNear("ubiqiti", "ubiquiti"))
        #expect(Typo.isNear("synoolgy", "synology"))
        #expect(!Typo.isNear("hxe", "hex"))
        #expect(!Typo.isNear("dell", "dual"))
        #expect(!Typo.isNear("9300", "9200"))
        #expect(Typo.distance([], Array("ab".utf8), most: 2) == 2)
        #expect(Typo.distance(Array("kitten".utf8), Array("sitting".utf8), most: 3) == 3)
        #expect(Typo.distance(Array("kitten".utf8), Array("sitting".utf8), most: 1) == 2)
    }

    @Test("every model makes a valid draft and every port a name of its own")
    func drafts() async throws {
        let models = Self.catalogue.all
        #expect(models.count > 500)
        let roles = Kind.hardware.field("role")?.type
        for model in models {
            guard case .choice(let known)? = roles else { Issue.record("role is a choice"); return }
            #expect(known.contains(model.role), "\(model.id)")
            let names = model.interfaces(of: 1).compactMap { $0["name"]?.stringValue }
            #expect(Set(names).count == names.count, "\(model.id)")
            #expect(names.count == (model.ports ?? []).reduce(0) { $0 + $1.count }, "\(model.id)")
        }
    }

    @Test("the routes find, read and refuse", arguments: Engine.available)
    func routes(engine: Engine) async throws {
        try await Lab.open(on: engine, as: .viewer, catalogue: Self.folder) { lab in
            let found = try await lab.ask(.get, "catalogue?q=udm%20pro&limit=2")["items"]?.arrayValue
            #expect(found?.first?["part_number"] == "UDM-Pro")
            #expect(found?.count == 2)
            let one = try await lab.ask(.get, "catalogue/ubiquiti-unifi-dream-machine-pro")
            #expect(one["units"] == 1)
            #expect(one["depth"] == "half")
            #expect(one["source"]?["path"] == "device-types/Ubiquiti/UDM-Pro.yaml")
            #expect(one["weight_kg"] == .null)
            _ = try await lab.ask(.get, "catalogue/nothing", expect: .notFound)
            let long = String(repeating: "a", count: 101)
            _ = try await lab.ask(.get, "catalogue?q=\(long)", expect: .unprocessableContent)
            let body = #"{"name": "gw"}"#
            _ = try await lab.ask(.post, "catalogue/mikrotik-hex-s/hardware", body, expect: .forbidden)
        }
    }

    @Test("hardware of a model comes with its ports, all or nothing", arguments: Engine.available)
    func creates(engine: Engine) async throws {
        try await Lab.open(on: engine, catalogue: Self.folder) { lab in
            let path = "catalogue/ubiquiti-unifi-switch-24-pro-poe-gen2/hardware"
            let made = try await lab.ask(.post, path, #"{"name": "core", "power_max_watts": null}"#, expect: .created)
            #expect(made["vendor"] == "Ubiquiti")
            #expect(made["model"] == "UniFi Switch 24 Pro PoE Gen2")
            #expect(made["role"] == "switch")
            #expect(made["height_units"] == 1)
            #expect(made["is_full_depth"] == false)
            #expect(made["port_count"] == 26)
            // The person emptied it.
            #expect(made["power_max_watts"] == .null)
            let interfaces = try await lab.ask(.get, "interfaces?sort=position&limit=50")["items"]?.arrayValue ?? []
            #expect(interfaces.count == 26)
            #expect(interfaces.first?["name"] == "Port 1")
            #expect(interfaces.last?["name"] == "SFP+ 2")
            #expect(interfaces.last?["type"] == "sfp_plus")
            #expect(interfaces.last?["speed_mbps"] == 10_000)

            let bare = try await lab.ask(.post, path + "?ports=false", #"{"name": "spare"}"#, expect: .created)
            #expect(bare["power_max_watts"] == 450)
            _ = try await lab.ask(.post, path, #"{"name": "", "rack_unit": "x"}"#, expect: .unprocessableContent)
            #expect(try await lab.names("hardware") == ["core", "spare"])
            let all = try await lab.ask(.get, "interfaces?limit=200")["items"]?.arrayValue
            #expect(all?.count == 26)
        }
    }

    @Test("without a folder, or with a damaged file, the rest works", arguments: Engine.available)
    func damaged(engine: Engine) async throws {
        let place = try TemporaryFolder()
        try "{".write(toFile: "\(place.path)/broken.json", atomically: true, encoding: .utf8)
        let good = #"""
            {"vendor": "Acme", "models": [{"id": "acme-one", "model": "One", "role": "server",
             "source": {"repository": "a/b", "commit": "00000000", "path": "one"}}]}
            """#
        try good.write(toFile: "\(place.path)/acme.json", atomically: true, encoding: .utf8)
        try await Lab.open(on: engine, catalogue: place.path) { lab in
            let found = try await lab.ask(.get, "catalogue?q=one")["items"]?.arrayValue
            #expect(found?.compactMap { $0["id"]?.stringValue } == ["acme-one"])
        }
        try await Lab.open(on: engine) { lab in
            let found = try await lab.ask(.get, "catalogue?q=one")["items"]
            #expect(found == [])
        }
    }
}
