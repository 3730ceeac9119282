import HTTPTypes
import HummingbirdTesting
import JSONKit
import TestSupport
import Testing

@testable import Inventory

@Suite("Conflicts while typing")
struct ConflictTests {
    @Test("an address is told with who holds it and as what", arguments: Engine.available)
    func addresses(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let nas = try await lab.make("hardware", #"{"name": "nas", "ip_address": "10.0.0.5"}"#)
            _ = try await lab.make("hardware", #"{"name": "bmc", "management_ip": "10.0.0.6"}"#)
            _ = try await lab.make("addresses", #"{"address": "10.0.0.7", "holder_id": \#(nas)}"#)
            _ = try await lab.make("addresses", #"{"address": "10.0.0.8", "assignment": "virtual"}"#)

            let items = try await lab.ask(.get, "conflicts?ip=10.0.0.5")["items"]
            #expect(
                items == [["kind": "hardware", "id": .integer(nas), "name": "nas", "what": "IP address"]])
            #expect(try await lab.names("conflicts?ip=10.0.0.6") == ["bmc"])
            #expect(try await lab.names("conflicts?ip=10.0.0.7") == ["nas"])
            #expect(try await lab.names("conflicts?ip=10.0.0.8") == [])
            #expect(try await lab.names("conflicts?ip=10.0.0.9") == [])
            #expect(try await lab.names("conflicts?ip=10.0.0.5&exclude_id=\(nas)") == [])
            #expect(try await lab.names("conflicts?ip=10.0.0.7&exclude_id=\(nas)") == [])
        }
    }

    @Test("a virtual address has several holders, once each, and nobody else", arguments: Engine.available)
    func virtual(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let first = try await lab.make("hardware", #"{"name": "first", "role": "router"}"#)
            let second = try await lab.make("hardware", #"{"name": "second", "role": "router"}"#)
            func body(_ holder: Int64, _ assignment: String) -> String {
                #"{"address": "10.0.0.1", "holder_id": \#(holder), "assignment": "\#(assignment)"}"#
            }
            _ = try await lab.make("addresses", body(first, "virtual"))
            let other = try await lab.make("addresses", body(second, "virtual"))

            _ = try await lab.ask(.post, "addresses", body(second, "virtual"), expect: .conflict)
            _ = try await lab.ask(.post, "addresses", body(second, "static"), expect: .conflict)
            _ = try await lab.ask(.patch, "addresses/\(other)", #"{"assignment": "static"}"#, expect: .conflict)
            #expect(try await lab.ask(.get, "addresses?count=true")["total"] == 2)
        }
    }

    @Test("a service and a container may have the address of their host", arguments: Engine.available)
    func hosts(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let nas = try await lab.make("hardware", #"{"name": "nas", "ip_address": "10.0.0.5"}"#)
            let box = try await lab.make(
                "compute-units", #"{"name": "box", "type": "container", "hardware_id": \#(nas)}"#)
            let web = try await lab.make("services", #"{"name": "web", "runs_on_id": \#(nas)}"#)

            #expect(try await lab.names("conflicts?ip=10.0.0.5&holder_id=\(nas)") == [])
            #expect(try await lab.names("conflicts?ip=10.0.0.5&exclude_id=\(web)") == [])
            #expect(try await lab.names("conflicts?ip=10.0.0.5&exclude_id=\(box)") == [])
            #expect(try await lab.names("conflicts?ip=10.0.0.5&holder_id=\(box)") == [])
            #expect(try await lab.names("conflicts?ip=10.0.0.5&exclude_id=999999") == ["nas"])
        }
    }

    @Test("the same prefix twice holds the same address twice", arguments: Engine.available)
    func twins(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let one = try await lab.make("networks", #"{"name": "one", "cidr": "10.0.0.0/24"}"#)
            let other = try await lab.make("networks", #"{"name": "two", "cidr": "10.0.0.0/24"}"#)
            let nas = try await lab.make("hardware", #"{"name": "nas"}"#)
            _ = try await lab.make(
                "addresses", #"{"address": "10.0.0.5", "network_id": \#(one), "holder_id": \#(nas)}"#)

            #expect(try await lab.names("conflicts?ip=10.0.0.5&network_id=\(one)") == ["nas"])
            #expect(try await lab.names("conflicts?ip=10.0.0.5&network_id=\(other)") == [])
        }
    }

    @Test("ports are taken on one host, for one protocol, on one address", arguments: Engine.available)
    func ports(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let nas = try await lab.make("hardware", #"{"name": "nas"}"#)
            let other = try await lab.make("hardware", #"{"name": "other"}"#)
            let web = try await lab.make(
                "services", #"{"name": "web", "runs_on_id": \#(nas), "ports": "80, 443/tcp, 10.0.0.5:53/udp"}"#)

            let items = try await lab.ask(.get, "conflicts?ports=22,443/tcp,80-90/tcp,4&holder_id=\(nas)")["items"]
            #expect(items?.arrayValue?.compactMap { $0["what"]?.stringValue } == ["443/tcp", "80/tcp"])
            #expect(items?.arrayValue?.first?["id"] == .integer(web))
            #expect(try await lab.names("conflicts?port=80&holder_id=\(nas)") == ["web"])
            #expect(try await lab.names("conflicts?port=80&protocol=udp&holder_id=\(nas)") == [])
            #expect(try await lab.names("conflicts?ports=443&holder_id=\(nas)&exclude_id=\(web)") == [])
            #expect(try await lab.names("conflicts?ports=443&holder_id=\(other)") == [])
            #expect(try await lab.names("conflicts?ports=53/udp&address=10.0.0.6&holder_id=\(nas)") == [])
            #expect(try await lab.names("conflicts?ports=53/udp&address=10.0.0.5&holder_id=\(nas)") == ["web"])
        }
    }

    @Test("two cables in one port are told at both ways to name it, and saved", arguments: Engine.available)
    func plugs(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let panel = try await lab.make("hardware", #"{"name": "panel"}"#)
            let host = try await lab.make("hardware", #"{"name": "host"}"#)
            let port = try await lab.make("interfaces", #"{"name": "eth1", "holder_id": \#(panel)}"#)
            let cable = try await lab.make(
                "connections", #"{"from_id": \#(panel), "from_port": "Eth1", "to_id": \#(host), "to_port": "a"}"#)
            func told(_ query: String) async throws -> [String] { try await lab.names("conflicts?\(query)") }
            let name = "panel ↔ host"

            for query in ["plug_id=\(panel)&plug_port=eth1", "plug_id=\(port)", "plug_id=\(host)&plug_port=A"] {
                #expect(try await told(query) == [name], "\(query)")
                #expect(try await told("\(query)&medium=fibre") == [name])
                #expect(try await told("\(query)&medium=vpn") == [])
                #expect(try await told("\(query)&exclude_id=\(cable)") == [])
            }
            for query in ["plug_id=\(panel)&plug_port=eth2", "plug_id=\(panel)", "plug_id=\(host)&plug_port=eth1"] {
                #expect(try await told(query) == [], "\(query)")
            }
            let what = try await lab.ask(.get, "conflicts?plug_id=\(port)")["items"]?.arrayValue?.first
            #expect(what?["kind"] == "connection" && what?["what"] == "Eth1")

            // A breakout cable has several ends in one port: nothing is refused.
            let second = try await lab.make("connections", #"{"from_id": \#(host), "to_id": \#(port)}"#)
            #expect(try await lab.names("conflicts?plug_id=\(panel)&plug_port=eth1").count == 2)
            _ = try await lab.make("connections", #"{"from_id": \#(host), "to_id": \#(port), "medium": "wireguard"}"#)
            _ = try await lab.ask(.delete, "connections/\(second)", expect: .noContent)
            #expect(try await told("plug_id=\(port)") == [name])
        }
    }

    @Test("two ports of one device may be joined, a port and itself may not", arguments: Engine.available)
    func loops(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let panel = try await lab.make("hardware", #"{"name": "panel"}"#)
            let port = try await lab.make("interfaces", #"{"name": "1", "holder_id": \#(panel)}"#)
            func body(_ end: Int64, _ ports: String) -> String {
                #"{"from_id": \#(end), "to_id": \#(end)\#(ports)}"#
            }
            let loop = try await lab.make("connections", body(panel, #", "from_port": "3", "to_port": "4""#))
            #expect(try await lab.ask(.get, "connections/\(loop)")["name"] == "panel ↔ panel")
            for refused in [
                body(panel, ""), body(panel, #", "from_port": "3""#),
                body(panel, #", "from_port": "a", "to_port": "A ""#),
                body(port, #", "from_port": "3", "to_port": "4""#),
            ] {
                let answer = try await lab.ask(.post, "connections", refused, expect: .unprocessableContent)
                #expect(answer["fields"]?["to_id"] != nil, "\(refused)")
            }
            _ = try await lab.ask(.delete, "hardware/\(panel)?cascade=true", expect: .noContent)
            #expect(try await lab.ask(.get, "connections?count=true")["total"] == 0)
        }
    }

    @Test("what is half typed is passed over, what is wrong refused", arguments: Engine.available)
    func odd(engine: Engine) async throws {
        try await Lab.open(on: engine) { (lab: Lab) async throws in
            let nas = try await lab.make("hardware", #"{"name": "nas"}"#)
            #expect(try await lab.names("conflicts?ports=44x,/,-&holder_id=\(nas)") == [])
            #expect(try await lab.names("conflicts") == [])
            #expect(try await lab.names("conflicts?port=80") == [])
            for query in ["ip=10.0.0", "port=0&holder_id=1", "port=70000", "port=80&protocol=icmp", "holder_id=x"] {
                #expect(try await lab.send(.get, "conflicts?\(query)").status == .unprocessableContent, "\(query)")
            }
        }
    }
}
