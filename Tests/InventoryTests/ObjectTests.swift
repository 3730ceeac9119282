import HTTPKit
import HTTPTypes
import HummingbirdTesting
import JSONKit
import Kernel
import Persistence
import TestSupport
import Testing

@testable import Inventory

@Suite("objects")
struct ObjectTests {
    @Test("what was written is what is read, on the answer to the write as well", arguments: Engine.available)
    func roundTrip(on engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let rack = try await lab.make("racks", #"{"name": "left"}"#)

            let made = try await lab.ask(
                .post, "hardware",
                """
                {"name": " nas ", "role": "nas", "memory_mb": 32768, "weight_kg": 11.5, "is_full_depth": true,
                 "ip_address": "10.0.0.5", "mac": "AA-BB-CC-00-11-22", "rack_id": \(rack), "rack_unit": 3,
                 "tags": ["core", "Core", "blue"], "custom": {"door": "B"}, "notes": "# Hi\\nthere"}
                """, expect: .created)
            let read = try await lab.ask(.get, "hardware/\(made["id"]?.integerValue ?? 0)")

            #expect(made == read)
            #expect(read["name"] == "nas")
            #expect(read["memory_mb"] == 32768)
            #expect(read["weight_kg"] == .number(11.5))
            #expect(read["is_full_depth"] == true)
            #expect(read["mac"] == "aa:bb:cc:00:11:22")
            #expect(read["rack_name"] == "left")
            #expect(read["tags"] == ["blue", "core"])
            #expect(read["custom"] == ["door": "B"])
            #expect(read["status"] == "unknown")
            #expect(read["source"] == "person")
            #expect(read["revision"] == 1)
        }
    }

    @Test("an object of every kind can be made, read, listed, changed and deleted", arguments: Engine.available)
    func everyKind(on engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let samples = try await Samples(lab)
            for kind in Kind.all {
                let id = try await lab.make(kind.path, try #require(samples.drafts[kind.name]))
                let changed = try await lab.ask(.patch, "\(kind.path)/\(id)", #"{"notes": "looked at"}"#)
                let listed = try await lab.ask(.get, "\(kind.path)?count=true&sort=-id&limit=1")

                #expect(changed["notes"] == "looked at")
                #expect(listed["items"]?.arrayValue?.first?["id"]?.integerValue == id)
                _ = try await lab.ask(.get, "\(kind.path)/\(id)/relations")
                _ = try await lab.ask(.delete, "\(kind.path)/\(id)", expect: .noContent)
            }
        }
    }

    @Test("null clears a field, one left out stays", arguments: Engine.available)
    func patchKeepsAndClears(on engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let id = try await lab.make("hardware", #"{"name": "a", "vendor": "Dell", "model": "R1"}"#)

            let patched = try await lab.ask(.patch, "hardware/\(id)", #"{"vendor": null}"#)

            #expect(patched["vendor"] == .null)
            #expect(patched["model"] == "R1")
            #expect(patched["revision"] == 2)
        }
    }

    @Test("a change that changes nothing costs no revision and no event", arguments: Engine.available)
    func noChange(on engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let id = try await lab.make("hardware", #"{"name": "a", "vendor": "Dell", "tags": ["x"]}"#)
            let before = try await lab.subjects().count

            let patched = try await lab.ask(.patch, "hardware/\(id)", #"{"vendor": "Dell ", "tags": ["X"]}"#)

            #expect(patched["revision"] == 1)
            #expect(try await lab.subjects().count == before)
        }
    }

    @Test("a stale revision is refused, the current one is taken", arguments: Engine.available)
    func stale(on engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let id = try await lab.make("services", #"{"name": "web"}"#)
            _ = try await lab.ask(.patch, "services/\(id)", #"{"version": "1"}"#, headers: [.ifMatch: "\"1\""])

            let refused = try await lab.ask(
                .patch, "services/\(id)", #"{"version": "2"}"#, headers: [.ifMatch: "\"1\""],
                expect: .preconditionFailed)
            let read = try await lab.send(.get, "services/\(id)")

            #expect(refused["code"] == "stale")
            #expect(read.headers[.eTag] == "\"2\"")
            #expect(try read.json()["version"] == "1")
        }
    }

    @Test("every wrong field is named at once", arguments: Engine.available)
    func allProblems(on engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let refused = try await lab.ask(
                .post, "hardware",
                """
                {"name": "", "role": "toaster", "memory_mb": -1, "ip_address": "10.0.0.300", "mac": "zz", "rack_id": 99,
                 "warranty_until": "2026-02-30", "is_full_depth": "maybe", "colour": "red", "cpu_cores": 1.5}
                """, expect: .unprocessableContent)

            #expect(
                Set(refused["fields"]?.objectValue?.names ?? []) == [
                    "name", "role", "memory_mb", "ip_address", "mac", "rack_id", "warranty_until", "is_full_depth",
                    "colour", "cpu_cores",
                ])
            #expect(refused["fields"]?["cpu_cores"] == "Use a whole number, not a fraction.")
            #expect(try await lab.names("hardware").isEmpty)
        }
    }

    @Test("a reference must point to a living object of a kind that fits", arguments: Engine.available)
    func references(on engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let network = try await lab.make("networks", #"{"name": "lan"}"#)

            let refused = try await lab.ask(
                .post, "compute-units", #"{"name": "vm", "type": "vm", "hardware_id": \#(network)}"#,
                expect: .unprocessableContent)

            #expect(refused["fields"]?["hardware_id"]?.stringValue?.contains("does not fit") == true)
        }
    }

    @Test("a reference can be given by name", arguments: Engine.available)
    func referenceByName(on engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let hardware = try await lab.make("hardware", #"{"name": "Host 1"}"#)

            let made = try await lab.ask(
                .post, "compute-units", #"{"name": "vm", "type": "vm", "hardware_name": "host 1"}"#, expect: .created)

            #expect(made["hardware_id"]?.integerValue == hardware)
        }
    }

    @Test("nothing can be inside itself", arguments: Engine.available)
    func loops(on engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let house = try await lab.make("locations", #"{"name": "house"}"#)
            let room = try await lab.make("locations", #"{"name": "room", "parent_id": \#(house)}"#)

            _ = try await lab.ask(
                .patch, "locations/\(house)", #"{"parent_id": \#(room)}"#, expect: .unprocessableContent)
        }
    }

    @Test("a unique name is taken once, whatever its case", arguments: Engine.available)
    func uniqueNames(on engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let first = try await lab.make("networks", #"{"name": "Büro"}"#)

            let refused = try await lab.ask(.post, "networks", #"{"name": "büro"}"#, expect: .conflict)

            #expect(refused["holders"]?.arrayValue?.first?["id"]?.integerValue == first)
        }
    }

    @Test("two devices cannot stand in the same rack unit", arguments: Engine.available)
    func rackPlaces(on engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let rack = try await lab.make("racks", #"{"name": "r", "height_units": 10}"#)
            let place = #""rack_id": \#(rack), "rack_unit": 4, "height_units": 2"#
            _ = try await lab.make("hardware", #"{"name": "a", \#(place)}"#)

            _ = try await lab.ask(.post, "hardware", #"{"name": "b", \#(place)}"#, expect: .conflict)
            _ = try await lab.ask(
                .post, "hardware", #"{"name": "c", "rack_id": \#(rack), "rack_unit": 10, "height_units": 2}"#,
                expect: .unprocessableContent)
            _ = try await lab.make("hardware", #"{"name": "d", "rack_id": \#(rack), "rack_unit": 6}"#)
        }
    }

    @Test("objects without a name are called after their ends and follow them", arguments: Engine.available)
    func titles(on engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let first = try await lab.make("hardware", #"{"name": "gw"}"#)
            let second = try await lab.make("hardware", #"{"name": "sw"}"#)
            let link = try await lab.make("connections", #"{"from_id": \#(first), "to_id": \#(second)}"#)

            _ = try await lab.ask(.patch, "hardware/\(first)", #"{"name": "router"}"#)

            #expect(try await lab.ask(.get, "connections/\(link)")["name"] == "router ↔ sw")
        }
    }

    @Test("every write leaves an event and an audit row with what changed", arguments: Engine.available)
    func trail(on engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let id = try await lab.make("hardware", #"{"name": "a", "vendor": "Dell"}"#)
            _ = try await lab.ask(.patch, "hardware/\(id)", #"{"vendor": "HPE"}"#)
            _ = try await lab.ask(.delete, "hardware/\(id)", expect: .noContent)

            let subjects = try await lab.subjects()
            let audit = try await lab.store.read { tx in
                try tx.rows("SELECT action, before_json, after_json FROM audit_log ORDER BY id").map {
                    [try $0.get("action"), try $0.optional("before_json"), try $0.optional("after_json")] as [String?]
                }
            }

            #expect(
                subjects == [
                    "inventory.hardware.created", "inventory.hardware.changed", "inventory.hardware.deleted",
                ])
            #expect(audit[1] == ["changed", #"{"vendor":"Dell"}"#, #"{"vendor":"HPE"}"#])
        }
    }

    @Test("a machine fills in and corrects itself, and leaves alone what a person wrote", arguments: Engine.available)
    func machines(on engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let id = try await lab.make("hardware", #"{"name": "nas", "vendor": "Synology"}"#)
            let change: @Sendable (JSONObject, Origin) async throws -> Void = { patch, origin in
                try await lab.store.write { tx in
                    _ = try ObjectWriter.update(.hardware, id: id, patch, origin: origin, by: .system, in: tx)
                }
            }

            try await change(JSONObject([("vendor", "QNAP"), ("model", "X1"), ("status", "up")]), Origin("scan"))
            try await change(JSONObject([("model", "X2")]), Origin("scan"))
            let scanned = try await lab.ask(.get, "hardware/\(id)")
            _ = try await lab.ask(.patch, "hardware/\(id)", #"{"model": "X3"}"#)
            try await change(JSONObject([("model", "X4")]), Origin("scan"))
            try await change(JSONObject([("vendor", "QNAP")]), Origin("scan", isChosen: true))
            let chosen = try await lab.ask(.get, "hardware/\(id)")

            #expect(scanned["vendor"] == "Synology")
            #expect(scanned["model"] == "X2")
            #expect(scanned["sources"] == ["model": "scan", "status": "scan"])
            #expect(chosen["model"] == "X3")
            #expect(chosen["vendor"] == "QNAP")
            #expect(chosen["sources"] == ["status": "scan", "vendor": "scan"])
        }
    }

    @Test("custom fields with a definition are checked", arguments: Engine.available)
    func customFields(on engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            _ = try await lab.make(
                "custom-fields",
                #"{"name": "Colour", "type": "choice", "choices": "red, blue", "for_kind": "hardware"}"#)

            _ = try await lab.ask(
                .post, "hardware", #"{"name": "a", "custom": {"colour": "green"}}"#, expect: .unprocessableContent)
            let made = try await lab.ask(
                .post, "hardware", #"{"name": "a", "custom": {"colour": "red", "free": 7}}"#, expect: .created)
            _ = try await lab.make("services", #"{"name": "s", "custom": {"colour": "green"}}"#)

            #expect(made["custom"] == ["colour": "red", "free": 7])
            #expect(try await lab.names("hardware?custom.free=7") == ["a"])
        }
    }

    @Test("many at once: each object answers for itself", arguments: Engine.available)
    func bulk(on engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let one = try await lab.make("networks", #"{"name": "a"}"#)
            let two = try await lab.make("networks", #"{"name": "b"}"#)

            let answer = try await lab.ask(
                .post, "networks/bulk", #"{"ids": [\#(one), 999, \#(two)], "patch": {"name": "c"}}"#)
            let items = try #require(answer["items"]?.arrayValue)

            #expect(items.map { $0["ok"] } == [true, false, false])
            #expect(items.map { $0["code"]?.stringValue } == [nil, "not_found", "conflict"])
            #expect(try await lab.names("networks") == ["b", "c"])
        }
    }

    @Test(
        "many at once: a revision that is no longer the newest holds up that object only", arguments: Engine.available)
    func bulkRevisions(on engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let one = try await lab.make("networks", #"{"name": "a"}"#)
            let two = try await lab.make("networks", #"{"name": "b"}"#)
            _ = try await lab.ask(.patch, "networks/\(two)", #"{"domain": "lan"}"#)

            let answer = try await lab.ask(
                .post, "networks/bulk",
                #"{"ids": [\#(one), \#(two)], "revisions": [1, 1], "patch": {"owner": "ada"}}"#)
            let items = try #require(answer["items"]?.arrayValue)

            #expect(items.map { $0["ok"] } == [true, false])
            #expect(items.map { $0["revision"]?.integerValue } == [2, nil])
            #expect(items[1]["code"] == "stale")
            _ = try await lab.ask(
                .post, "networks/bulk", #"{"ids": [\#(one), \#(two)], "revisions": [1], "patch": {"owner": "x"}}"#,
                expect: .unprocessableContent)
        }
    }
}

/// A draft for each kind, with what it refers to.
struct Samples {
    let drafts: [String: String]

    init(_ lab: Lab) async throws {
        let hardware = try await lab.make("hardware", #"{"name": "host"}"#)
        let other = try await lab.make("hardware", #"{"name": "other host"}"#)
        let network = try await lab.make("networks", #"{"name": "net", "cidr": "192.168.7.0/24"}"#)
        let second = try await lab.make("networks", #"{"name": "second net"}"#)
        let cluster = try await lab.make("clusters", #"{"name": "cluster"}"#)
        let note = try await lab.make("notes", #"{"name": "note"}"#)
        var drafts: [String: String] = [:]
        for kind in Kind.all { drafts[kind.name] = #"{"name": "sample"}"# }
        drafts["compute_unit"] = #"{"name": "vm", "type": "vm", "hardware_id": \#(hardware)}"#
        drafts["interface"] = #"{"name": "eth0", "holder_id": \#(hardware)}"#
        drafts["address"] = #"{"address": "192.168.7.9", "holder_id": \#(hardware)}"#
        drafts["ip_range"] = #"{"name": "pool", "first": "192.168.7.100", "last": "192.168.7.200"}"#
        drafts["vlan"] = #"{"name": "v", "number": 20}"#
        drafts["connection"] = #"{"from_id": \#(hardware), "to_id": \#(other)}"#
        drafts["dependency"] = #"{"from_id": \#(hardware), "to_id": \#(other)}"#
        drafts["network_membership"] = #"{"member_id": \#(hardware), "network_id": \#(network)}"#
        drafts["network_peer"] = #"{"network_a_id": \#(second), "network_b_id": \#(network)}"#
        drafts["cluster_member"] = #"{"cluster_id": \#(cluster), "member_id": \#(hardware)}"#
        drafts["note_link"] = #"{"note_id": \#(note), "object_id": \#(hardware)}"#
        self.drafts = drafts
    }
}
