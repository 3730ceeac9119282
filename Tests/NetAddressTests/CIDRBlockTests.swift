import Foundation
import NetAddress
import TestSupport
import Testing

@Suite("CIDRBlock")
struct CIDRBlockTests {
    @Test(
        "a text names a block, host bits or not",
        arguments: [
            ("10.0.20.0/24", "10.0.20.0/24"), ("10.0.20.7/24", "10.0.20.0/24"), ("0.0.0.0/0", "0.0.0.0/0"),
            ("255.255.255.255/32", "255.255.255.255/32"), ("FD00:20::5/64", "fd00:20::/64"), ("::1/128", "::1/128"),
            ("2001:db8::/0", "::/0"), ("::ffff:10.0.0.9/120", "10.0.0.0/24"),
        ])
    func parses(text: String, printed: String) throws {
        #expect(try CIDRBlock(parsing: text).description == printed)
    }

    @Test("a refusal says which part is wrong")
    func refusals() {
        #expect(throws: CIDRBlock.ParseError.missingPrefix) { try CIDRBlock(parsing: "10.0.0.0") }
        #expect(throws: CIDRBlock.ParseError.badPrefix("33")) { try CIDRBlock(parsing: "10.0.0.0/33") }
        #expect(throws: CIDRBlock.ParseError.badPrefix("129")) { try CIDRBlock(parsing: "::/129") }
        #expect(throws: CIDRBlock.ParseError.badPrefix("08")) { try CIDRBlock(parsing: "10.0.0.0/08") }
        #expect(throws: CIDRBlock.ParseError.badPrefix("+8")) { try CIDRBlock(parsing: "10.0.0.0/+8") }
        #expect(throws: CIDRBlock.ParseError.badPrefix("")) { try CIDRBlock(parsing: "10.0.0.0/") }
        #expect(throws: CIDRBlock.ParseError.badPrefix("24/1")) { try CIDRBlock(parsing: "10.0.0.0/24/1") }
        #expect(throws: CIDRBlock.ParseError.badAddress("10.0.0")) { try CIDRBlock(parsing: "10.0.0/8") }
        #expect(throws: CIDRBlock.ParseError.badPrefix("24")) { try CIDRBlock(parsing: "::ffff:10.0.0.9/24") }
    }

    @Test(
        "usable hosts follow the family and the prefix",
        arguments: [
            ("10.0.0.0/24", 254, "10.0.0.1", "10.0.0.254"), ("10.0.0.0/31", 2, "10.0.0.0", "10.0.0.1"),
            ("10.0.0.4/32", 1, "10.0.0.4", "10.0.0.4"), ("10.0.0.0/30", 2, "10.0.0.1", "10.0.0.2"),
            ("0.0.0.0/0", 4_294_967_294, "0.0.0.1", "255.255.255.254"),
            ("fd00::/64", Int.max, "fd00::1", "fd00::ffff:ffff:ffff:ffff"), ("fd00::/127", 2, "fd00::", "fd00::1"),
            ("fd00::/126", 3, "fd00::1", "fd00::3"),
            ("::/0", Int.max, "::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ])
    func usable(text: String, hosts: Int, first: String, last: String) throws {
        let block = try CIDRBlock(parsing: text)

        #expect(block.usableHosts == hosts)
        #expect(block.firstUsable.description == first)
        #expect(block.lastUsable.description == last)
    }

    @Test("the key bounds hold exactly the addresses the block contains")
    func keyBounds() throws {
        var random = SplitMix(seed: 3)
        for round in 0..<20_000 {
            let seed = random.address(round)
            let block = try #require(CIDRBlock(seed, prefix: Int.random(in: 0...seed.family.width, using: &random)))
            let flipped = UInt128(1) << UInt128(random.next() % UInt64(seed.family.width))
            let other = IPAddress(bits: seed.bits ^ flipped)
            let inside = block.lowerKey <= other.sortKey && other.sortKey <= block.upperKey
            #expect(block.contains(seed))
            if other.family == block.family { #expect(block.contains(other) == inside) }
            #expect(CIDRBlock(block.description) == block)
        }
    }

    @Test("overlap is symmetric and is containment one way or the other")
    func overlap() throws {
        var random = SplitMix(seed: 5)
        for _ in 0..<5_000 {
            let left = try #require(
                CIDRBlock(IPAddress(v4: UInt32(random.next() % 4096)), prefix: Int(20 + random.next() % 13)))
            let right = try #require(
                CIDRBlock(IPAddress(v4: UInt32(random.next() % 4096)), prefix: Int(20 + random.next() % 13)))
            let shared = left.base <= right.last && right.base <= left.last
            #expect(left.overlaps(right) == shared)
            #expect(right.overlaps(left) == shared)
        }
        #expect(try !CIDRBlock(parsing: "::/0").overlaps(CIDRBlock(parsing: "10.0.0.0/8")))
    }

    @Test("iteration is lazy and ends at the last address of the family")
    func iteration() throws {
        let huge = try CIDRBlock(parsing: "fd00::/8")
        let end = try CIDRBlock(parsing: "255.255.255.254/31")

        #expect(huge.addresses.prefix(2).map(\.description) == ["fd00::", "fd00::1"])
        #expect(end.addresses.map(\.description) == ["255.255.255.254", "255.255.255.255"])
        #expect(Array(try CIDRBlock(parsing: "10.0.0.0/29").usableAddresses).count == 6)
    }

    @Test("the next free address steps over taken addresses and avoided ranges")
    func nextFree() throws {
        let block = try CIDRBlock(parsing: "10.0.0.0/24")
        let pool = try IPAddressRange(parsing: "10.0.0.2-10.0.0.199")
        let inner = try IPAddressRange(parsing: "10.0.0.5-10.0.0.9")
        let taken = try Set(["10.0.0.1", "10.0.0.200", "10.0.0.202"].map { try IPAddress(parsing: $0) })

        let free = block.nextFree(count: 2, taken: taken, avoiding: [inner, pool])
        let tail = block.nextFree(count: 9, taken: [], from: try IPAddress(parsing: "10.0.0.253"))
        let none = block.nextFree(taken: [], avoiding: [try IPAddressRange(parsing: "10.0.0.0-10.0.0.255")])

        #expect(free.map(\.description) == ["10.0.0.201", "10.0.0.203"])
        #expect(tail.map(\.description) == ["10.0.0.253", "10.0.0.254"])
        #expect(none.isEmpty)
    }

    @Test("altered texts never crash, and what is accepted prints a text that names the same block")
    func mutations() {
        var random = SplitMix(seed: 13)
        for round in 0..<60_000 {
            let text = random.mutated(
                "\(random.address(round))/\(random.next() % 140)", alphabet: "0123456789abf:./%- ")
            guard let block = CIDRBlock(text) else { continue }
            #expect(CIDRBlock(block.description) == block, "\(text)")
            #expect(block.base <= block.firstUsable && block.lastUsable <= block.last)
        }
    }

    @Test("values are text in JSON, numbers where they are numbers, and refuse nonsense")
    func coding() throws {
        struct Holder: Codable, Equatable {
            var block: CIDRBlock
            var mac: MACAddress
            var vlan: VLANID
            var ports: PortRange
        }
        let json = #"{"block":"10.0.0.0\/8","mac":"00:1b:21:aa:bb:cc","ports":"80-82","vlan":20}"#
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys

        let holder = try JSONDecoder().decode(Holder.self, from: Data(json.utf8))
        let written = String(decoding: try encoder.encode(holder), as: UTF8.self)

        #expect(written == json)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(Holder.self, from: Data(json.replacing(":20}", with: ":4095}").utf8))
        }
    }
}
