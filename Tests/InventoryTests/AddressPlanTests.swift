import HTTPTypes
import HummingbirdTesting
import JSONKit
import NetAddress
import Persistence
import TestSupport
import Testing

@testable import Inventory

@Suite("Address plan")
struct AddressPlanTests {
    @Test("the next address is one nobody has, reserves or hands out", arguments: Engine.available)
    func next(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let lan = try await lab.make("networks", #"{"name": "lan", "cidr": "10.0.0.0/28", "gateway": "10.0.0.1"}"#)
            _ = try await lab.make("hardware", #"{"name": "a", "ip_address": "10.0.0.2", "management_ip": "10.0.0.3"}"#)
            _ = try await lab.make("compute-units", #"{"name": "b", "type": "vm", "ip_address": "10.0.0.4"}"#)
            _ = try await lab.make("services", #"{"name": "c", "ip_address": "10.0.0.6"}"#)
            _ = try await lab.make("external-nodes", #"{"name": "d", "ip_address": "10.0.0.7"}"#)
            _ = try await lab.make("addresses", #"{"address": "10.0.0.8", "assignment": "reserved"}"#)
            _ = try await lab.make("ip-ranges", #"{"name": "pool", "first": "10.0.0.9", "last": "10.0.0.11"}"#)
            _ = try await lab.make(
                "ip-ranges", #"{"name": "fixed", "first": "10.0.0.12", "last": "10.0.0.12", "purpose": "static"}"#)
            let gone = try await lab.make("hardware", #"{"name": "gone", "ip_address": "10.0.0.14"}"#)

            #expect(try await lab.nextFree(lan, 5) == ["10.0.0.5", "10.0.0.12", "10.0.0.13"])
            #expect(try await lab.nextFree(lan, 1) == ["10.0.0.5"])

            _ = try await lab.ask(.delete, "hardware/\(gone)", expect: .noContent)
            #expect(try await lab.nextFree(lan, 5) == ["10.0.0.5", "10.0.0.12", "10.0.0.13", "10.0.0.14"])
            let use = try await lab.ask(.get, "networks/\(lan)/utilisation")
            #expect(
                use == ["size": 14, "used": 6, "reserved": 1, "dhcp": 3, "free": 4, "percent": .number(42.9)])
        }
    }

    @Test(
        "small networks and IPv6 give up what their kind gives up", arguments: Engine.available,
        [
            ("10.0.0.0/31", ["10.0.0.0", "10.0.0.1"], "2"), ("10.0.0.4/32", ["10.0.0.4"], "1"),
            ("10.0.0.0/30", ["10.0.0.1", "10.0.0.2"], "2"), ("fd00::/127", ["fd00::", "fd00::1"], "2"),
            ("fd00::/64", ["fd00::1", "fd00::2", "fd00::3"], "18446744073709551615"),
            ("0.0.0.0/0", ["0.0.0.1", "0.0.0.2", "0.0.0.3"], "4294967294"),
        ])
    func sizes(engine: Engine, row: (cidr: String, next: [String], size: String)) async throws {
        try await Lab.open(on: engine) { lab in
            let id = try await lab.make("networks", #"{"name": "n", "cidr": "\#(row.cidr)"}"#)

            #expect(try await lab.nextFree(id, 3) == row.next)
            let size = try await lab.ask(.get, "networks/\(id)/utilisation")["size"]
            #expect(size?.stringValue ?? size?.text == row.size)
        }
    }

    @Test("many taken addresses in a row are read in parts", arguments: Engine.available)
    func manyTaken(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let lan = try await lab.make("networks", #"{"name": "lan", "cidr": "10.0.0.0/16"}"#)
            let rows = (1...25).map { "10.0.0.\($0)" }
            let answer = try await lab.importCSV("addresses", "address\n" + rows.joined(separator: "\n"))
            #expect(answer["created"] == 25)

            for batch in [1, 2, 7, 25, 26] {
                let free = try await lab.store.read { tx in
                    let network = try #require(try PlannedNetwork(lan, in: tx))
                    return try FreeAddresses.next(2, in: network, batch: batch, in: tx).map(\.description)
                }
                #expect(free == ["10.0.0.26", "10.0.0.27"])
            }
            #expect(try await lab.ask(.get, "networks/\(lan)/utilisation")["reserved"] == 25)
        }
    }

    @Test("a network leaves narrower ones their addresses, and its twin its own", arguments: Engine.available)
    func nested(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let wide = try await lab.make("networks", #"{"name": "wide", "cidr": "10.0.0.0/16"}"#)
            _ = try await lab.make("networks", #"{"name": "narrow", "cidr": "10.0.0.0/24"}"#)
            let one = try await lab.make("networks", #"{"name": "one", "cidr": "172.17.0.0/16"}"#)
            let twin = try await lab.make("networks", #"{"name": "twin", "cidr": "172.17.0.0/16"}"#)
            _ = try await lab.make("addresses", #"{"address": "172.17.0.1", "network_id": \#(one)}"#)

            #expect(try await lab.nextFree(wide, 1) == ["10.0.1.0"])
            #expect(try await lab.nextFree(one, 1) == ["172.17.0.2"])
            #expect(try await lab.nextFree(twin, 1) == ["172.17.0.1"])
        }
    }

    @Test("ranges that overlap count once", arguments: Engine.available)
    func overlaps(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let lan = try await lab.make("networks", #"{"name": "lan", "cidr": "10.0.0.0/24"}"#)
            _ = try await lab.make("ip-ranges", #"{"name": "a", "first": "10.0.0.10", "last": "10.0.0.20"}"#)
            _ = try await lab.make("ip-ranges", #"{"name": "b", "first": "10.0.0.15", "last": "10.0.0.30"}"#)
            _ = try await lab.make(
                "ip-ranges?allow_conflicts=true",
                #"{"name": "c", "first": "10.0.0.30", "last": "10.0.0.31", "purpose": "reserved"}"#)
            _ = try await lab.make("hardware", #"{"name": "h", "ip_address": "10.0.0.12"}"#)

            let use = try await lab.ask(.get, "networks/\(lan)/utilisation")

            #expect(use == ["size": 254, "used": 1, "reserved": 2, "dhcp": 19, "free": 232, "percent": .number(0.4)])
        }
    }

    @Test("an address is handed out or set aside, not both", arguments: Engine.available)
    func rangesOfTwoPurposes(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            _ = try await lab.make("networks", #"{"name": "lan", "cidr": "10.0.0.0/24"}"#)
            let pool = try await lab.make("ip-ranges", #"{"name": "pool", "first": "10.0.0.10", "last": "10.0.0.20"}"#)
            let aside = #"{"name": "aside", "first": "10.0.0.20", "last": "10.0.0.22", "purpose": "reserved"}"#
            let refused = try await lab.ask(.post, "ip-ranges", aside, expect: .conflict)

            #expect(refused["fields"]?["first"] == "pool has some of these addresses.")
            #expect(refused["holders"]?.arrayValue?.first?["id"] == .integer(pool))
            // What already is may be documented.
            _ = try await lab.make("ip-ranges?allow_conflicts=true", aside)
            _ = try await lab.make("ip-ranges", #"{"name": "more", "first": "10.0.0.9", "last": "10.0.0.11"}"#)
        }
    }

    @Test("a prefix is not narrowed under what stands in it", arguments: Engine.available)
    func narrowed(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let lan = try await lab.make("networks", #"{"name": "lan", "cidr": "10.0.0.0/24"}"#)
            let pool = try await lab.make("ip-ranges", #"{"name": "pool", "first": "10.0.0.10", "last": "10.0.0.20"}"#)
            let one = try await lab.make("addresses", #"{"address": "10.0.0.200"}"#)
            func narrow(_ prefix: String, expect status: HTTPResponse.Status) async throws -> JSONValue {
                let now = try #require(try await lab.ask(.get, "networks/\(lan)")["revision"]?.integerValue)
                return try await lab.ask(
                    .patch, "networks/\(lan)", #"{"cidr": "\#(prefix)"}"#, headers: [.ifMatch: "\"\(now)\""],
                    expect: status)
            }

            let refused = try await narrow("10.0.0.0/25", expect: .unprocessableContent)
            #expect(refused["fields"]?["cidr"] == "10.0.0.200 lies outside of it. Move it first.")
            _ = try await lab.ask(.delete, "addresses/\(one)", expect: .noContent)
            _ = try await narrow("10.0.0.0/25", expect: .ok)
            _ = try await narrow("10.0.0.0/28", expect: .unprocessableContent)
            _ = try await lab.ask(.delete, "ip-ranges/\(pool)", expect: .noContent)
            _ = try await narrow("10.0.0.0/28", expect: .ok)
        }
    }

    @Test("what is wide enough to hold IPv4 by its keys does not hold it", arguments: Engine.available)
    func families(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let all = try await lab.make("networks", #"{"name": "all", "cidr": "::/0"}"#)
            let lan = try await lab.make("networks", #"{"name": "lan", "cidr": "10.0.0.0/24"}"#)
            _ = try await lab.make("ip-ranges", #"{"name": "wide", "first": "::", "last": "ffff::"}"#)
            _ = try await lab.make("hardware", #"{"name": "h", "ip_address": "10.0.0.2"}"#)
            let lone = try await lab.make("addresses", #"{"address": "192.0.2.1"}"#)
            let mixed = try await lab.send(
                .post, "ip-ranges", #"{"name": "m", "first": "10.0.0.1", "last": "2001:db8::1", "purpose": "dhcp"}"#)

            #expect(try await lab.ask(.get, "addresses/\(lone)")["network_id"] == .null)
            #expect(try await lab.ask(.get, "networks/\(lan)/utilisation")["dhcp"] == 0)
            #expect(try await lab.ask(.get, "networks/\(all)/utilisation")["used"] == 0)
            #expect(try await lab.nextFree(lan, 1) == ["10.0.0.1"])
            #expect(mixed.text.contains("Both ends are IPv4 or both are IPv6."))
        }
    }

    @Test("a network without a prefix has no addresses, and none is not found", arguments: Engine.available)
    func absent(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let bare = try await lab.make("networks", #"{"name": "bare"}"#)

            #expect(try await lab.nextFree(bare, 3) == [])
            #expect(try await lab.ask(.get, "networks/\(bare)/utilisation")["size"] == 0)
            #expect(try await lab.send(.get, "networks/999/next-address").status == .notFound)
            #expect(try await lab.send(.get, "networks/\(bare)/next-address?count=101").status == .unprocessableContent)
        }
    }
}

extension Lab {
    fileprivate func nextFree(_ network: Int64, _ count: Int) async throws -> [String] {
        try await ask(.get, "networks/\(network)/next-address?count=\(count)")["items"]?.arrayValue?
            .compactMap(\.stringValue) ?? []
    }
}
