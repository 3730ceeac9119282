import NetAddress
import TestSupport
import Testing

@Suite("IPAddress")
struct IPAddressTests {
    @Test(
        "a text is read and printed in its canonical form",
        arguments: [
            ("10.0.20.5", "10.0.20.5"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
            ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("2001:DB8::A", "2001:db8::a"),
            ("2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"),
            ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
            ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
            ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
            ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"), ("::ffff:10.0.0.1", "10.0.0.1"), ("::FFFF:a00:1", "10.0.0.1"),
            ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
        ])
    func canonical(text: String, printed: String) throws {
        #expect(try IPAddress(parsing: text).description == printed)
    }

    @Test(
        "a text that is not exactly an address is refused",
        arguments: [
            "", " ", "10.0.0", "10.0.0.0.0", "10.0.0.256", "10.0.0.01", "010.0.0.1", "10.0.0.", ".10.0.0.1",
            "10.0.0.-1",
            "10.0.0.+1", "10.0.0.1 ", " 10.0.0.1", "10.0.0.1\n", "0x0a.0.0.1", "167772161", "10.0.0.1/24", "a.b.c.d",
            "٠.٠.٠.٠", ":", ":::", "1:::2", "::1::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
            "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "12345::", "::g", "[::1]", "1:2:3:4:5:6:7:", ":1:2:3:4:5:6:7",
            "::1.2.3", "::1.2.3.4:5", "1.2.3.4::", "1:2:3:4:5:6:7:1.2.3.4", "::01.2.3.4", "::/0", "::1\u{0}",
            "fe80::1%",
            "fe80::1%eth0", "0000:0000:0000:0000:0000:0000:0000:00001",
        ])
    func refused(text: String) {
        #expect(throws: IPAddress.ParseError.self) { try IPAddress(parsing: text) }
    }

    @Test("a zone is named as the reason")
    func zone() {
        #expect(throws: IPAddress.ParseError.zone("%eth0")) { try IPAddress(parsing: "fe80::1%eth0") }
    }

    @Test("a random address survives its text, its bytes, its sort key and its order")
    func roundTrips() throws {
        var random = SplitMix(seed: 7)
        var previous = IPAddress(bits: 0)
        for round in 0..<20_000 {
            let address = random.address(round)
            #expect(IPAddress(address.description) == address)
            #expect(IPAddress(bytes: address.bytes) == address)
            #expect(IPAddress(sortKey: address.sortKey) == address)
            #expect(address.sortKey.utf8.count == 32)
            #expect((address < previous) == (address.sortKey < previous.sortKey))
            previous = address
        }
    }

    @Test("altered texts never crash, and what is accepted prints a text that names the same address")
    func mutations() {
        var random = SplitMix(seed: 11)
        for round in 0..<60_000 {
            let text = random.mutated(random.address(round).description, alphabet: "0123456789abcdefF:.%/ g٣\u{0}")
            guard let address = IPAddress(text) else { continue }
            #expect(IPAddress(address.description) == address, "\(text)")
            #expect(text.utf8.allSatisfy { $0 < 128 })
        }
    }

    @Test("addresses know what they are for")
    func purposes() throws {
        #expect(try IPAddress(parsing: "127.8.9.1").isLoopback)
        #expect(try IPAddress(parsing: "::1").isLoopback)
        #expect(try IPAddress(parsing: "169.254.1.1").isLinkLocal)
        #expect(try IPAddress(parsing: "febf::1").isLinkLocal)
        #expect(try !IPAddress(parsing: "fec0::1").isLinkLocal)
        #expect(try IPAddress(parsing: "239.0.0.1").isMulticast)
        #expect(try IPAddress(parsing: "ff02::fb").isMulticast)
        #expect(try IPAddress(parsing: "172.31.255.255").isPrivate)
        #expect(try !IPAddress(parsing: "172.32.0.0").isPrivate)
        #expect(try IPAddress(parsing: "fd00::1").isPrivate)
        #expect(try IPAddress(parsing: "10.0.0.1").isUnicast)
        #expect(try !IPAddress(parsing: "0.0.0.0").isUnicast)
        #expect(try IPAddress(parsing: "255.255.255.255").advanced(by: 1) == nil)
        #expect(IPAddress(bits: .max).advanced(by: 1) == nil)
    }

    @Test("bytes of another length and malformed sort keys are no addresses")
    func malformedBinary() {
        #expect(IPAddress(bytes: [1, 2, 3]) == nil)
        #expect(IPAddress(bytes: [UInt8](repeating: 0, count: 17)) == nil)
        #expect(IPAddress(sortKey: "+" + String(repeating: "0", count: 31)) == nil)
        #expect(IPAddress(sortKey: "00") == nil)
    }
}
