import Kernel
import Testing

@testable import Access

@Suite("Codes by time")
struct TOTPTests {
    private let seed = Array("12345678901234567890".utf8)

    @Test(
        "the codes of RFC 6238, appendix B",
        arguments: [
            (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"), (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"), (20_000_000_000, "65353130"),
        ])
    func published(seconds: Int64, code: String) {
        let step = TOTP.step(at: Instant(milliseconds: seconds * 1000))

        #expect(TOTP.code(seed, step: step, digits: 8) == code)
        #expect(TOTP.code(seed, step: step) == code.suffix(6))
    }

    @Test("the codes of RFC 4226, appendix D")
    func counted() {
        let codes = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489",
        ]

        #expect((0..<10).map { TOTP.code(seed, step: $0) } == codes)
    }

    @Test("one step before and after is taken, two are not")
    func window() {
        let now = Instant(milliseconds: 1_790_000_000_000)
        let step = TOTP.step(at: now)

        #expect(
            (-3...3).map { TOTP.step(of: TOTP.code(seed, step: step + $0), seed, at: now) != nil }
                == [false, false, true, true, true, false, false])
        #expect(TOTP.step(of: "", seed, at: now) == nil)
    }

    @Test(
        "base 32 of RFC 4648 without its padding",
        arguments: [
            ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ])
    func base32(plain: String, text: String) {
        #expect(Base32.text(Array(plain.utf8)) == text)
    }

    @Test("the address for the app names whose code it is and carries nothing unescaped")
    func address() {
        let text = TOTP.address(Secret(seed), account: "ada&co@example.org", issuer: "Circuit Breaker lab")

        #expect(
            text
                == "otpauth://totp/Circuit%20Breaker%20lab:ada%26co@example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
                + "&issuer=Circuit%20Breaker%20lab&algorithm=SHA1&digits=6&period=30")
    }

    @Test("a recovery code is read as it may have been typed, and nothing else is one")
    func recovery() {
        let code = RecoveryCode.make().reveal()

        #expect(code.utf8.count == 19)
        #expect(
            RecoveryCode.hash(ofTyped: code)
                == RecoveryCode.hash(ofTyped: " " + code.lowercased().replacing("-", with: "") + " "))
        #expect(RecoveryCode.hash(ofTyped: code) != RecoveryCode.hash(ofTyped: RecoveryCode.make().reveal()))
        for bad in ["", "123456", String(code.dropLast()), code + "A"] {
            #expect(RecoveryCode.hash(ofTyped: bad) == nil)
        }
    }
}
