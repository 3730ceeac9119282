import LocalCA
import Testing

@testable import Doctor

@Suite("Doctor's readings")
struct FindingsTests {
    @Test("the exposure is read from systemd's last line")
    func exposure() {
        let report = "✓ PrivateNetwork=  Service\n\n→ Overall exposure level for circuit-breaker.service: 1.3 OK 🙂\n"

        #expect(UnitSandbox.tenths(in: report) == 13)
        #expect(UnitSandbox.tenths(in: "→ Overall exposure level for a: 9.6 UNSAFE 😨") == 96)
        // Without a UTF-8 locale.
        #expect(UnitSandbox.tenths(in: "-> Overall exposure level for circuit-breaker.service: 1.3 OK :-)") == 13)
        #expect(UnitSandbox.tenths(in: "") == nil)
        #expect(UnitSandbox.tenths(in: "→ Overall exposure level for a: many") == nil)
    }

    @Test("listening sockets are read from the kernel's table, and nothing else")
    func listening() {
        let table = """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 0100007F:20FB 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0
               1: 0100007F:20FB 0100007F:C000 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0
            """

        #expect(
            ExposedPorts.listening(in: table)
                == [.init(address: "0100007F", port: 8443, inode: "4711")])
        #expect(ExposedPorts.listening(in: "").isEmpty)
    }

    @Test(
        "room is judged in megabytes and in files",
        arguments: [
            (UInt64(1) << 40, UInt64(0), UInt64(0), [Finding.State.ok]),
            (100 << 20, 0, 0, [.warn]), (1 << 20, 0, 0, [.bad]),
            (1 << 40, 1_000_000, 50, [.ok, .bad]), (1 << 40, 1_000_000, 5000, [.ok, .warn]),
            (1 << 40, 1_000_000, 500_000, [.ok]),
        ])
    func room(_ bytes: UInt64, _ files: UInt64, _ free: UInt64, _ states: [Finding.State]) {
        let found = DiskSpace.findings("/data", freeBytes: bytes, files: files, freeFiles: free)

        #expect(found.map(\.state) == states)
        #expect(found.allSatisfy { $0.state == .ok || $0.mend != nil })
    }

    private func names(_ dns: [String], _ addresses: [String]) throws -> ServerNames {
        try ServerNames(hostName: dns[0], addresses: addresses, asked: Array(dns.dropFirst()))
    }

    @Test("the local CA's certificate is held against every address of the machine")
    func localNames() throws {
        let certified = try names(["nas.home.arpa"], ["192.168.1.5"])
        func found(_ addresses: [String]) throws -> Finding {
            CertifiedNames(
                certified: certified, hostName: "nas.home.arpa", machine: try names(["nas.home.arpa"], addresses)
            ).finding(isLocal: true, again: "Renew.")
        }

        #expect(try found(["192.168.1.5"]).state == .ok)
        let moved = try found(["192.168.1.5", "fd00:0:0::7"])
        #expect(moved.state == .warn)
        #expect(moved.why.contains("fd00::7") && !moved.why.contains("192.168.1.5"))
        #expect(moved.mend?.hasPrefix("Renew.") == true)
    }

    @Test(
        "a certificate from elsewhere needs the host name; its addresses, if any, are this machine's",
        arguments: [
            ("nas.example.org", ["nas.example.org"], [], Finding.State.ok, "not for 192.168.1.5"),
            ("NAS.example.org", ["*.example.org"], [], .ok, "not for 192.168.1.5"),
            ("nas.example.org", ["nas.example.org"], ["192.168.1.5"], .ok, "and its addresses"),
            ("nas.example.org", ["nas.example.org"], ["192.168.1.9"], .warn, "this machine has 192.168.1.5"),
            ("nas.example.org", ["other.example.org"], ["192.168.1.5"], .warn, "does not name this machine"),
        ])
    func providedNames(
        _ host: String, _ held: [String], _ addresses: [String], _ state: Finding.State, _ words: String
    ) throws {
        let finding = CertifiedNames(
            certified: try ServerNames(hostName: "localhost", addresses: addresses, asked: held), hostName: host,
            machine: try ServerNames(hostName: host, addresses: ["192.168.1.5"])
        ).finding(isLocal: false, again: "Get a new one.")

        #expect(finding.state == state)
        #expect(finding.why.contains(words))
        #expect(state == .ok || finding.mend?.hasSuffix("Get a new one.") == true)
    }
}
