import NetAddress
import Testing

@testable import Probes

@Suite("rtnetlink")
struct NetlinkTests {
    private func read() throws -> MachineReport {
        var report = MachineReport(readAt: FixedClock().now)
        let tree = try MachineTree()
        NetworkReader(files: tree.files, netlink: try RecordedNetlink()).read(into: &report)
        return report
    }

    @Test("kinds come from the driver, whatever the interface is called")
    func kinds() throws {
        let interfaces = try read().interfaces.items
        let kinds = Dictionary(uniqueKeysWithValues: interfaces.map { ($0.name, $0.kind) })

        #expect(kinds["eth9"] == .bridge)
        #expect(kinds["br-lan"] == .veth)
        #expect(kinds["wg0"] == .tun)
        #expect(kinds["vx0"] == .tunnel)
        #expect(kinds["mac0"] == .macvlan)
        #expect(kinds["lo"] == .loopback)
    }

    @Test("a port of a bridge knows its bridge, and a cable into another namespace is told apart")
    func relations() throws {
        let interfaces = try read().interfaces.items
        let cable = try #require(interfaces.first { $0.name == "br-lan" })
        let pair = try #require(interfaces.first { $0.name == "veth1" })
        let macvlan = try #require(interfaces.first { $0.name == "mac0" })

        #expect(cable.master == "eth9" && cable.hasForeignPeer && cable.parent == nil)
        #expect(!pair.hasForeignPeer && pair.parent == "veth2")
        #expect(macvlan.parent == "veth1")
    }

    @Test("addresses carry scope, prefix and whether they were leased")
    func addresses() throws {
        let bridge = try #require(try read().interfaces.items.first { $0.name == "eth9" })
        let tunnel = try #require(try read().interfaces.items.first { $0.name == "wg0" })
        let texts = bridge.addresses.map { "\($0.address)/\($0.prefix) \($0.scope) \($0.isDynamic)" }

        #expect(
            texts
                == ["10.0.20.5/24 global false", "10.0.20.6/24 global true", "fd00:20::5/64 global false"].sorted {
                    // IPv4 lies below fd00::/8 on the common number line.
                    $0.hasPrefix("10") && !$1.hasPrefix("10") || $0 < $1 && $0.hasPrefix("10") == $1.hasPrefix("10")
                })
        #expect(bridge.mac?.description == "02:11:22:33:44:55")
        #expect(tunnel.addresses.map(\.address.description) == ["192.168.7.1"])
    }

    @Test("only ordinary routes of the main table count, one for each next hop")
    func routes() throws {
        let routes = try read().routes.items
        let defaults = routes.filter(\.isDefault).map {
            "\($0.destination) \($0.gateway?.description ?? "-") \($0.origin)"
        }

        #expect(Set(defaults) == ["0.0.0.0/0 10.0.20.1 dhcp", "::/0 fe80::1 ra"])
        #expect(routes.filter { $0.destination.description == "10.99.0.0/16" }.count == 2)
        #expect(routes.first { $0.destination.description == "10.98.0.0/16" }?.gateway?.description == "fe80::2")
        #expect(!routes.contains { ["10.97.0.0/16", "10.96.0.0/16"].contains($0.destination.description) })
        #expect(routes.allSatisfy { $0.interface != nil })
    }

    @Test("neighbours that never answered are none")
    func neighbours() throws {
        let neighbours = try read().neighbours.items

        #expect(neighbours.map(\.address.description) == ["10.0.20.1", "10.0.20.77", "fe80::1"].sorted())
        #expect(neighbours.first { $0.address.description == "fe80::1" }?.isRouter == true)
        #expect(neighbours.first { $0.address.description == "10.0.20.77" }?.mac.isLocallyAdministered == true)
    }

    @Test("a table that cannot be read leaves its reason and the others whole")
    func refusal() throws {
        var source = try RecordedNetlink()
        source.tables[.neighbours] = nil
        var report = MachineReport(readAt: FixedClock().now)

        NetworkReader(files: try MachineTree().files, netlink: source).read(into: &report)

        #expect(report.neighbours.value == nil && report.neighbours.reason != nil)
        #expect(report.routes.items.count > 3)
    }

    @Test("altered and cut bytes never crash the parser and give no impossible value", arguments: NetlinkTable.allCases)
    func fuzz(table: NetlinkTable) throws {
        let original = try RecordedNetlink.bytes(table)
        var random = SystemRandomNumberGenerator()
        let names = [2: "eth9", 4: "br-lan"]
        for _ in 0..<4000 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                // Small values hit lengths and types, which is where a parser breaks.
                bytes[place] =
                    Bool.random(using: &random)
                    ? UInt8.random(in: 0...8, using: &random) : .random(in: 0...255, using: &random)
            }
            if Bool.random(using: &random) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
            let addresses = RouteTables.addresses([bytes])
            #expect(addresses.values.joined().allSatisfy { $0.prefix <= $0.address.family.width })
            _ = LinkTable.interfaces([bytes], addresses: addresses) { _ in .init() }
            _ = RouteTables.routes([bytes], names: names)
            #expect(RouteTables.neighbours([bytes], names: names).allSatisfy { $0.address.isUnicast })
            var filter = ChangeFilter()
            _ = filter.change(in: bytes)
        }
    }

    @Test("lengths of zero and beyond the end stop the parser")
    func impossibleLengths() {
        let header: [UInt8] = UInt32(0).nativeBytes + [UInt8](repeating: 0, count: 12)
        let long: [UInt8] = UInt32.max.nativeBytes + [UInt8](repeating: 0, count: 40)

        #expect(NetlinkMessage.split(header).isEmpty)
        #expect(NetlinkMessage.split(long).isEmpty)
        #expect(NetlinkAttributes([0, 0, 1, 0, 9, 9, 9, 9]).bytes(1) == nil)
        #expect(NetlinkAttributes([255, 255, 1, 0, 9, 9]).bytes(1) == nil)
    }
}
