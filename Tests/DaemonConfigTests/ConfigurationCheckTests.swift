import TestSupport
import Testing

@testable import DaemonConfig

@Suite("Configuration check")
struct ConfigurationCheckTests {
    @Test("a good configuration ends with 0 and tells what is set, and by whom")
    func good() {
        let check = ConfigurationCheck(
            environment: ["CB_API_TOKEN": "0123456789abcdef"], files: files("server:\n  port: 9443\n"))

        #expect(check.exitCode == 0)
        #expect(
            check.lines == [
                "server.port = 9443  (/etc/circuit-breaker/config.yaml:2:9)",
                "access.api_token = [secret]  (environment variable CB_API_TOKEN)",
                "The configuration is valid: 2 of \(OptionTable.entries.count) options are set.",
            ])
    }

    @Test("a bad one ends with 2 and tells every problem")
    func bad() {
        let check = ConfigurationCheck(environment: ["CB_LOG_LEVEL": "x"], files: files("server:\n  port: y\n"))

        #expect(check.exitCode == 2)
        #expect(check.complaints.count == 2)
        #expect(check.lines == ["The configuration has 2 problems."])
    }

    @Test(
        "a large hostile file is read within a bounded time and with a bounded list",
        arguments: [
            "k: v\n", "[", "{", "- ", "? ", "&a ", "*a ", "!t ", "\"", "'\n", ": ", "{a: ", "a: {b: ", "\t\n", "%",
            "|\n ",
            "server: {port: x}\n", "A=b\n", "A='\n", ",", "\u{85}",
        ])
    func hostile(_ piece: String) {
        let bytes = Array(String(repeating: piece, count: (1 << 18) / piece.utf8.count).utf8)
        let started = ContinuousClock.now

        let check = ConfigurationCheck(
            environment: [:],
            files: ConfigurationFiles(read: {
                $0.hasSuffix("yaml") || $0.hasSuffix("env")
                    ? .success(bytes) : .failure(.missing)
            }))

        #expect(check.complaints.count <= 160)
        #expect(ContinuousClock.now - started < .seconds(20))
    }

    @Test("no mutation of a valid file brings the reader down, and each one loads or tells why")
    func mutations() {
        var random = SplitMix(seed: 0x5EED)
        let template = ConfigurationReference.yaml().replacing("#", with: "")
        let seeds = [
            Array(template.utf8),
            Array("server: {port: 1, trusted_proxies: [a, 'b', \"c\"]}\ntls:\n  names:\n  - x\n  - |\n    y\n".utf8),
            Array("A='b'\nexport CB_SERVER_PORT=\"1\\\"\" # c\n; d\nB=\n".utf8),
        ]
        let spice = Array("\t\n :-[]{}&*!|>'\"%@`#?,~<\u{0}\u{FEFF}é".utf8) + [0xFF, 0xC0, 0x80, 0xED, 0xF8]

        for round in 0..<2000 {
            var bytes = seeds[round % seeds.count]
            for _ in 0..<Int.random(in: 1...8, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes.remove(at: place)
                case 1: bytes.insert(spice[Int.random(in: 0..<spice.count, using: &random)], at: place)
                case 2: bytes[place] = UInt8.random(in: 0...255, using: &random)
                default: bytes.removeSubrange(place..<min(bytes.count, place + 40))
                }
            }
            let text = bytes
            let files = ConfigurationFiles(read: { _ in .success(text) })
            let check = ConfigurationCheck(environment: [:], files: files)
            #expect(check.exitCode == 0 || !check.complaints.isEmpty)
        }
    }
}
