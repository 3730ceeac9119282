import NetAddress
import TestSupport
import Testing

@Suite("MACAddress")
struct MACAddressTests {
    @Test(
        "every usual spelling names the same address",
        arguments: [
            "00:1b:21:0a:bb:cc", "00-1B-21-0A-BB-CC", "001b.210a.bbcc", "001B210ABBCC", "0:1b:21:a:bb:cc",
            "0-1b-21-a-bb-cc",
        ])
    func spellings(text: String) throws {
        #expect(try MACAddress(parsing: text).description == "00:1b:21:0a:bb:cc")
    }

    @Test(
        "other texts are refused",
        arguments: [
            "", "00:1b:21:0a:bb", "00:1b:21:0a:bb:cc:dd", "00:1b-21:0a:bb:cc", "001b.210a.bbc", "01b.210a.bbcc",
            "001b210abbc", "0001b210abbcc", "00:1b:21:0a:bb:cg", "00:1b:21:0a:bb:", "::::::", "00:1b:21:0a:bb:cc ",
            "0:1:2:3:4:5:6:7:8", "٠٠:1b:21:0a:bb:cc", "+0:1b:21:0a:bb:cc", "001b210abb\u{e9}",
        ])
    func refused(text: String) {
        #expect(throws: MACAddress.ParseError.self) { try MACAddress(parsing: text) }
    }

    @Test("an address knows whether it identifies a device")
    func kinds() throws {
        let maker = try MACAddress(parsing: "00:1b:21:0a:bb:cc")
        let phone = try MACAddress(parsing: "da:a1:19:00:00:01")
        let group = try MACAddress(parsing: "01:00:5e:00:00:fb")

        #expect(maker.identifiesDevice && maker.oui == "00:1b:21")
        #expect(phone.isLocallyAdministered && !phone.identifiesDevice)
        #expect(group.isMulticast && !group.identifiesDevice)
        #expect(MACAddress(bits: 0).isZero && !MACAddress(bits: 0).identifiesDevice)
        #expect(MACAddress(bits: .max).isBroadcast)
    }

    @Test("a random address survives its text and bytes, and altered texts never crash")
    func fuzz() {
        var random = SplitMix(seed: 17)
        for _ in 0..<30_000 {
            let address = MACAddress(bits: random.next())
            #expect(MACAddress(address.description) == address)
            #expect(MACAddress(bytes: address.bytes) == address)
            let text = random.mutated(address.description, alphabet: "0123456789abcdefABCDEF:-.gé ")
            if let read = MACAddress(text) { #expect(MACAddress(read.description) == read) }
        }
    }
}

@Suite("VLANID and ports")
struct NumberTests {
    @Test("the limits are 1 and 4094, 1 and 65535")
    func limits() {
        #expect(VLANID("1") != nil && VLANID("4094") != nil)
        #expect(["0", "4095", "", "+1", "01", " 1", "1.0", "99999", "123456", "١"].allSatisfy { VLANID($0) == nil })
        #expect(PortNumber("65535") != nil)
        #expect(["0", "65536", "-1", "080"].allSatisfy { PortNumber($0) == nil })
    }

    @Test("a range of ports is one port or two in order")
    func ranges() throws {
        let range = try PortRange(parsing: "8000-8010")

        #expect(range.count == 11)
        #expect(try range.contains(#require(PortNumber("8010"))))
        #expect(try range.overlaps(PortRange(parsing: "8010")))
        #expect(try PortRange(parsing: "443").description == "443")
        #expect(throws: PortRange.ParseError.disordered) { try PortRange(parsing: "10-9") }
        #expect(["", "-", "1-", "-1", "1-2-3", "0-1"].allSatisfy { PortRange($0) == nil })
        #expect(TransportProtocol("TCP") == .tcp)
    }
}
