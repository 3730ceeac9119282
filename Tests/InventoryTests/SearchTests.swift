import HTTPTypes
import HummingbirdTesting
import JSONKit
import TestSupport
import Testing

@testable import Inventory

@Suite("Search")
struct SearchTests {
    @Test("names that begin with what was typed come first, counted as people count", arguments: Engine.available)
    func names(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            for name in ["node10", "node2", "big node", "other", "Nöde"] {
                _ = try await lab.make("hardware", #"{"name": "\#(name)", "notes": "a node of the lab"}"#)
            }
            _ = try await lab.make("services", #"{"name": "node"}"#)

            #expect(try await lab.found("node") == ["Nöde", "node", "node2", "node10", "big node", "other"])
            #expect(try await lab.found("NODE1") == ["node10"])
            #expect(try await lab.found("node", "&limit=2") == ["Nöde", "node"])
            #expect(try await lab.found("node", "&kind=service") == ["node"])
            #expect(try await lab.found("node big") == ["big node"])
            #expect(try await lab.found("nothing") == [])
        }
    }

    @Test(
        "addresses, ports, serial numbers, tags, custom values and notes are found when typed in part",
        arguments: Engine.available)
    func everything(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            _ = try await lab.make(
                "hardware",
                """
                {"name": "nas", "ip_address": "10.0.25.7", "mac": "00:1b:21:aa:bb:cc", "serial_number": "XK-4711-B",
                 "tags": ["Blue Lab"], "custom": {"shelf": "upper"}, "notes": "Bought in Zürich.", "role": "nas"}
                """)
            _ = try await lab.make("networks", #"{"name": "lan", "cidr": "192.168.4.0/22"}"#)
            _ = try await lab.make("services", #"{"name": "web", "ports": "8443/tcp", "url": "https://wiki.lan/"}"#)
            _ = try await lab.make("hardware", #"{"name": "six", "ip_address": "fd00::25"}"#)

            for text in [
                "10.0.2", "10.0.25.7", "00:1b:21", "001b.21aa.bbcc", "xk-47", "4711", "upper", "zurich", "ZÜRI",
                "10.0.2 nas zür",
            ] {
                #expect(try await lab.found(text) == ["nas"], "\(text)")
            }
            #expect(try await lab.found("blue") == ["Blue Lab", "nas"])
            #expect(try await lab.found("192.168.4.0/2") == ["lan"])
            #expect(try await lab.found("8443") == ["web"])
            #expect(try await lab.found("wiki.l") == ["web"])
            #expect(try await lab.found("fd00:0:0::25") == ["six"])
            #expect(try await lab.found("10.0.5") == [])
        }
    }

    @Test("what is in the trash is not found, and comes back with it", arguments: Engine.available)
    func trash(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let nas = try await lab.make("hardware", #"{"name": "nas", "notes": "precious"}"#)
            _ = try await lab.ask(.delete, "hardware/\(nas)", expect: .noContent)
            #expect(try await lab.found("nas") == [])
            #expect(try await lab.found("precious") == [])

            _ = try await lab.ask(.post, "trash/\(nas)/restore")

            #expect(try await lab.found("precious") == ["nas"])
        }
    }

    @Test("Chinese and Japanese are found inside of what has no spaces", arguments: Engine.available)
    func unspaced(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            _ = try await lab.make("hardware", #"{"name": "東京サーバー室", "notes": "本番用のルーター。old rack"}"#)
            _ = try await lab.make("hardware", #"{"name": "サーバー", "notes": "备用交换机"}"#)
            _ = try await lab.make("hardware", #"{"name": "rack", "notes": "nothing of it"}"#)

            #expect(try await lab.found("サーバー") == ["サーバー", "東京サーバー室"])
            #expect(try await lab.found("室") == ["東京サーバー室"])
            #expect(try await lab.found("ｻｰﾊﾞｰ室") == ["東京サーバー室"])
            #expect(try await lab.found("ルーター rack") == ["東京サーバー室"])
            #expect(try await lab.found("交换") == ["サーバー"])
            #expect(try await lab.found("大阪") == [])
            for query in ["ルーター", "\"サーバー室\"", "京 -交换机", "name:サーバー室", "ルーター old"] {
                let found = try await lab.names("hardware?q=\(Lab.encoded(query))&sort=relevance")
                #expect(found == ["東京サーバー室"], "\(query)")
            }
        }
    }

    @Test("cables come behind the things they are named after", arguments: Engine.available)
    func relations(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let one = try await lab.make("hardware", #"{"name": "sw-1"}"#)
            let other = try await lab.make("hardware", #"{"name": "sw-2"}"#)
            _ = try await lab.make("connections", #"{"from_id": \#(one), "to_id": \#(other)}"#)
            _ = try await lab.make("hardware", #"{"name": "old sw-1"}"#)

            #expect(try await lab.found("sw") == ["sw-1", "sw-2", "old sw-1", "sw-1 ↔ sw-2"])
            #expect(try await lab.found("sw-1") == ["sw-1", "old sw-1", "sw-1 ↔ sw-2"])
            #expect(try await lab.found("sw", "&kind=connection") == ["sw-1 ↔ sw-2"])
        }
    }

    @Test("a phrase lies in the name or beside it, not across", arguments: Engine.available)
    func phrases(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            _ = try await lab.make("hardware", #"{"name": "alpha", "notes": "beta gamma"}"#)

            #expect(try await lab.found("alpha-beta") == [])
            #expect(try await lab.found("beta-gam") == ["alpha"])
            #expect(try await lab.found("alpha beta") == ["alpha"])
        }
    }

    @Test("a hit says what it is", arguments: Engine.available)
    func hit(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let id = try await lab.make(
                "hardware", #"{"name": "nas", "role": "access_point", "vendor": "HPE", "status": "up", "icon": "nas"}"#)

            let hits = try await lab.ask(.get, "search?q=nas")["items"]

            #expect(
                hits == [
                    [
                        "kind": "hardware", "id": .integer(id), "name": "nas", "status": "up", "icon": "nas",
                        "snippet": "access point · HPE",
                    ]
                ])
        }
    }

    @Test("odd texts find nothing or are refused, and small operators are words", arguments: Engine.available)
    func odd(engine: Engine) async throws {
        try await Lab.open(on: engine) { (lab: Lab) async throws in
            _ = try await lab.make("hardware", #"{"name": "or near", "notes": "NOT this"}"#)

            for text in ["", "%20", "%22%22%22", "*", "%27%22%3B--", "%F0%9F%92%A9", "%E2%80%AE"] {
                #expect(try await lab.ask(.get, "search?q=\(text)")["items"] == [], "\(text)")
            }
            #expect(try await lab.ask(.get, "search")["items"] == [])
            #expect(try await lab.found("or NEAR(") == ["or near"])
            #expect(try await lab.found("not th") == ["or near"])
            for query in [
                "q=%00", "q=a&limit=0", "q=a&limit=201", "q=a&kind=planet", "q=" + String(repeating: "a", count: 501),
                "q=(", "q=OR", "q=" + String(repeating: "a%20", count: 33),
            ] {
                #expect(try await lab.send(.get, "search?\(query)").status == .unprocessableContent, "\(query)")
            }
            #expect(try await lab.send(.get, "search?q=" + String(repeating: "a%20", count: 32)).status == .ok)
        }
    }

    @Test("nobody searches without the right to look", arguments: Engine.available)
    func permissions(engine: Engine) async throws {
        try await Lab.open(on: engine, as: nil) { (lab: Lab) async throws in
            #expect(try await lab.send(.get, "search?q=a").status == .unauthorized)
        }
    }
}

extension Lab {
    static func encoded(_ text: String) -> String {
        let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-".utf8)
        return text.utf8.map { byte in
            allowed.contains(byte)
                ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }

    func found(_ text: String, _ query: String = "") async throws -> [String] {
        try await names("search?q=\(Self.encoded(text))\(query)")
    }
}
