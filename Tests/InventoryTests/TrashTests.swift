import HTTPKit
import HTTPTypes
import JSONKit
import Kernel
import Logging
import Persistence
import TestSupport
import Testing

@testable import Inventory

@Suite("deleting")
struct TrashTests {
    @Test("consequences say what goes, what is unlinked and what stands in the way", arguments: Engine.available)
    func consequences(on engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let host = try await lab.make("hardware", #"{"name": "host"}"#)
            _ = try await lab.make("interfaces", #"{"name": "eth0", "holder_id": \#(host)}"#)
            _ = try await lab.make("compute-units", #"{"name": "vm", "type": "vm", "hardware_id": \#(host)}"#)
            let vlan = try await lab.make("vlans", #"{"name": "v", "number": 7}"#)
            _ = try await lab.make("networks", #"{"name": "lan", "vlan_id": \#(vlan)}"#)

            let ofHost = try await lab.ask(.get, "hardware/\(host)/consequences")
            let ofVLAN = try await lab.ask(.get, "vlans/\(vlan)/consequences")

            #expect(ofHost["deletes"]?.arrayValue?.compactMap { $0["name"]?.stringValue } == ["eth0"])
            #expect(ofHost["clears"]?.arrayValue?.compactMap { $0["name"]?.stringValue } == ["vm"])
            #expect(ofVLAN["blocks"]?.arrayValue?.compactMap { $0["name"]?.stringValue } == ["lan"])
            _ = try await lab.ask(.delete, "vlans/\(vlan)", expect: .conflict)
            _ = try await lab.ask(.delete, "vlans/\(vlan)?cascade=true", expect: .conflict)
            _ = try await lab.ask(.delete, "hardware/\(host)", expect: .conflict)
        }
    }

    @Test("restoring brings back everything that went along, and its references", arguments: Engine.available)
    func restore(on engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let host = try await lab.make("hardware", #"{"name": "host", "tags": ["core"]}"#)
            let port = try await lab.make("interfaces", #"{"name": "eth0", "holder_id": \#(host)}"#)
            let guest = try await lab.make("compute-units", #"{"name": "vm", "type": "vm", "hardware_id": \#(host)}"#)

            _ = try await lab.ask(.delete, "hardware/\(host)?cascade=true", expect: .noContent)
            let meanwhile = try await lab.ask(.get, "compute-units/\(guest)")
            let trash = try await lab.ask(.get, "trash?count=true")
            _ = try await lab.ask(.post, "trash/\(host)/restore")

            #expect(meanwhile["hardware_id"] == .null)
            #expect(trash["total"] == 2)
            #expect(try await lab.ask(.get, "interfaces/\(port)")["holder_name"] == "host")
            #expect(try await lab.ask(.get, "compute-units/\(guest)")["hardware_id"]?.integerValue == host)
            #expect(try await lab.ask(.get, "hardware/\(host)")["tags"] == ["core"])
            #expect(try await lab.names("hardware?q=host") == ["host"])
        }
    }

    @Test("what joins two deleted things comes back with the second of them", arguments: Engine.available)
    func joined(on engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let first = try await lab.make("hardware", #"{"name": "first"}"#)
            let second = try await lab.make("hardware", #"{"name": "second"}"#)
            let port = try await lab.make("interfaces", #"{"name": "eth0", "holder_id": \#(first)}"#)
            let cable = try await lab.make("connections", #"{"from_id": \#(port), "to_id": \#(second)}"#)
            _ = try await lab.ask(.delete, "hardware/\(first)?cascade=true", expect: .noContent)
            _ = try await lab.ask(.delete, "hardware/\(second)", expect: .noContent)

            _ = try await lab.ask(.post, "trash/\(first)/restore")
            let between = try await lab.ask(.get, "trash?count=true")
            _ = try await lab.ask(.get, "interfaces/\(port)")
            _ = try await lab.ask(.post, "trash/\(second)/restore")
            let back = try await lab.ask(.get, "connections/\(cable)")

            let waiting = between["items"]?.arrayValue?.first { $0["id"]?.integerValue == cable }
            #expect(between["total"] == 2)
            #expect(waiting?["deleted_with"]?["id"]?.integerValue == second)
            #expect(back["from_id"]?.integerValue == port)
            #expect(try await lab.ask(.get, "trash?count=true")["total"] == 0)
        }
    }

    @Test("taking back the deletion of many brings all of them back", arguments: Engine.available)
    func manyTogether(on engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            var ids: [Int64] = []
            for number in 1...4 { ids.append(try await lab.make("hardware", #"{"name": "h\#(number)"}"#)) }
            for (from, to) in [(0, 1), (1, 2), (2, 3), (3, 0), (0, 2)] {
                _ = try await lab.make("connections", #"{"from_id": \#(ids[from]), "to_id": \#(ids[to])}"#)
            }
            let many = ids.map(String.init).joined(separator: ",")

            _ = try await lab.ask(.post, "hardware/bulk", #"{"ids": [\#(many)], "delete": true, "cascade": true}"#)
            let undone = try await lab.ask(.post, "hardware/bulk", #"{"ids": [\#(many)], "restore": true}"#)

            #expect(undone["items"]?.arrayValue?.allSatisfy { $0["ok"] == true } == true)
            #expect(try await lab.names("connections").count == 5)
            #expect(try await lab.ask(.get, "trash?count=true")["total"] == 0)
        }
    }

    @Test("what lies in the trash is in no list, no search and no filter", arguments: Engine.available)
    func hidden(on engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let host = try await lab.make("hardware", #"{"name": "host"}"#)
            _ = try await lab.ask(.delete, "hardware/\(host)", expect: .noContent)

            #expect(try await lab.names("hardware").isEmpty)
            #expect(try await lab.names("hardware?q=host").isEmpty)
            #expect(try await lab.names("hardware?trash=true") == ["host"])
            _ = try await lab.ask(.patch, "hardware/\(host)", #"{"vendor": "x"}"#, expect: .notFound)
            _ = try await lab.ask(
                .post, "interfaces", #"{"name": "e", "holder_id": \#(host)}"#, expect: .unprocessableContent)
        }
    }

    @Test("a name taken in the meantime keeps an object in the trash", arguments: Engine.available)
    func nameTaken(on engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let old = try await lab.make("networks", #"{"name": "lan"}"#)
            _ = try await lab.ask(.delete, "networks/\(old)", expect: .noContent)
            _ = try await lab.make("networks", #"{"name": "lan"}"#)

            _ = try await lab.ask(.post, "trash/\(old)/restore", expect: .conflict)

            #expect(try await lab.ask(.get, "trash?count=true")["total"] == 1)
        }
    }

    @Test("a part cannot come back without what it belongs to", arguments: Engine.available)
    func partAlone(on engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let host = try await lab.make("hardware", #"{"name": "host"}"#)
            let port = try await lab.make("interfaces", #"{"name": "eth0", "holder_id": \#(host)}"#)
            _ = try await lab.ask(.delete, "hardware/\(host)?cascade=true", expect: .noContent)

            let refused = try await lab.ask(.post, "trash/\(port)/restore", expect: .conflict)

            #expect(refused["holders"]?.arrayValue?.first?["name"] == "host")
        }
    }

    @Test("purging leaves no row behind and unlinks what stays", arguments: Engine.available)
    func purge(on engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let host = try await lab.make("hardware", #"{"name": "host", "tags": ["x"]}"#)
            _ = try await lab.make("interfaces", #"{"name": "eth0", "holder_id": \#(host)}"#)
            let guest = try await lab.make("compute-units", #"{"name": "vm", "type": "vm", "hardware_id": \#(host)}"#)
            _ = try await lab.ask(.delete, "hardware/\(host)", expect: .conflict)
            _ = try await lab.ask(.delete, "trash/\(host)", expect: .notFound)
            _ = try await lab.ask(.delete, "hardware/\(host)?cascade=true", expect: .noContent)

            _ = try await lab.ask(.delete, "trash/\(host)", expect: .noContent)

            let after = try await lab.ask(.get, "compute-units/\(guest)")
            #expect(after["hardware_id"] == .null)
            #expect(after["revision"] == 2)
            let left = try await lab.store.read { tx in
                try tx.one("SELECT COUNT(*) AS n FROM objects WHERE kind IN ('hardware', 'interface')").get(
                    "n", as: Int.self)
            }
            #expect(left == 0)
            #expect(try await lab.ask(.get, "trash?count=true")["total"] == 0)
        }
    }

    @Test("after thirty days the trash is emptied, not before", arguments: Engine.available)
    func keeper(on engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let host = try await lab.make("hardware", #"{"name": "host"}"#)
            _ = try await lab.ask(.delete, "hardware/\(host)", expect: .noContent)
            let keeper = TrashKeeper(store: lab.store, clock: lab.clock, logger: Logger(label: "test"))

            lab.clock.advance(by: .seconds(29 * 86_400))
            let early = try await keeper.sweep()
            lab.clock.advance(by: .seconds(2 * 86_400))
            let due = try await keeper.sweep()

            #expect([early, due] == [0, 1])
            _ = try await lab.ask(.get, "hardware/\(host)", expect: .notFound)
        }
    }
}
