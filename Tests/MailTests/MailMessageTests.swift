import Kernel
import Testing

@testable import Mail

@Suite("Mail messages")
struct MailMessageTests {
    private func message(
        subject: String = "Hello", text: String = "Hello,\nthis is a test.\n", html: String? = nil, name: String? = nil
    ) throws -> MailMessage {
        try MailMessage(
            from: MailAddress("lab@example.org", name: name), to: MailAddress("ada@example.org"), subject: subject,
            text: text, html: html)
    }

    private func rendered(_ message: MailMessage) -> String {
        String(decoding: message.rendered(id: "abc123", at: Instant(milliseconds: 1_795_635_817_000)), as: UTF8.self)
    }

    @Test(
        "an address that would change a command or a header is refused",
        arguments: [
            "ada@example.org\r\nBcc: eve@example.org", "ada@example.org>", "<ada@example.org", "ada@@example.org",
            "ada example@example.org", "ada@example.org, eve@example.org", "ada@", "@example.org", "", "ada",
            "a\u{0}da@example.org", "\"a b\"@example.org", "ada@-example.org", "ada@example..org", "ada(x)@example.org",
            "ádá@example.org", "ada@exämple.org", ".ada@example.org", "ada.@example.org",
        ])
    func badAddress(_ text: String) {
        #expect(throws: MailAddress.Problem.self) { try MailAddress(text) }
    }

    @Test(
        "ordinary addresses are taken",
        arguments: [
            "ada@example.org", "ada.lovelace+lab@mail.example.org", "root@localhost", "o'neill@example.org", "a@b.c",
        ])
    func goodAddress(_ text: String) throws {
        #expect(try MailAddress(text).text == text)
    }

    @Test(
        "a line end in a name or a subject is refused",
        arguments: ["a\r\nBcc: eve@example.org", "a\nb", "a\u{2028}b", "a\u{85}b"])
    func injection(_ text: String) {
        #expect(throws: MailMessage.Problem.badSubject) { try message(subject: text) }
        #expect(throws: MailAddress.Problem.badName) { try MailAddress("ada@example.org", name: text) }
    }

    @Test("the head has what RFC 5322 asks for, and the body follows an empty line")
    func head() throws {
        let text = rendered(try message(name: "Circuit \"Breaker\""))

        #expect(text.hasPrefix("From: \"Circuit \\\"Breaker\\\"\" <lab@example.org>\r\nTo: <ada@example.org>\r\n"))
        #expect(text.contains("\r\nSubject: Hello\r\n"))
        #expect(text.contains("\r\nDate: Wed, 25 Nov 2026 19:43:37 +0000\r\n"))
        #expect(text.contains("\r\nMessage-ID: <abc123@example.org>\r\n"))
        #expect(text.contains("\r\nMIME-Version: 1.0\r\n"))
        #expect(text.hasSuffix("\r\n\r\nHello,\r\nthis is a test.\r\n"))
    }

    @Test("a subject beyond ASCII becomes encoded words that split no character and no line is too long")
    func encodedWords() throws {
        let text = rendered(try message(subject: String(repeating: "Grüße 🛠 ", count: 20)))

        let head = try #require(text.firstRange(of: "\r\n\r\n").map { text[..<$0.lowerBound] })
        for line in head.split(separator: "\r\n") {
            #expect(line.utf8.count <= 76)
            #expect(line.utf8.allSatisfy { $0 < 0x7F })
        }
        #expect(head.contains("Subject: =?utf-8?B?"))
    }

    @Test("text that looks like an encoded word is encoded, so that nobody reads it as one")
    func lookalike() throws {
        #expect(!rendered(try message(subject: "=?utf-8?Q?x?=")).contains("Subject: =?utf-8?Q?"))
    }

    @Test("both forms are in one message, and the boundary is in none of them")
    func alternatives() throws {
        let text = rendered(try message(text: "--=_abc123\n", html: "<p>=_abc123 ä</p>"))

        #expect(text.contains("Content-Type: multipart/alternative; boundary=\"=_abc123\"\r\n"))
        #expect(text.ranges(of: "\r\n--=_abc123").count == 3)
        #expect(text.contains("--=3D_abc123"))
        #expect(text.hasSuffix("--=_abc123--\r\n"))
    }

    @Test(
        "lines of quoted-printable are short, keep blanks at their end, and decode to the text",
        arguments: [
            "", "a", "a \nb\t\nc", "=", "é", String(repeating: "x", count: 200), String(repeating: "ü", count: 100),
            "a\r\nb\rc\n.",
            "\u{0}\u{1}", String(repeating: "a b ", count: 60),
        ])
    func quotedPrintable(_ text: String) throws {
        let encoded = QuotedPrintable.text(text)

        #expect(encoded.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 76 })
        var expected = Array(
            text.replacing("\r\n", with: "\n").replacing("\r", with: "\n").replacing("\n", with: "\r\n").utf8)
        if !expected.isEmpty, expected.last != 0x0A { expected += [0x0D, 0x0A] }
        #expect(decoded(encoded) == expected)
    }

    private func decoded(_ text: String) -> [UInt8] {
        var out: [UInt8] = []
        let bytes = Array(text.replacing("=\r\n", with: "").utf8)
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "="), index + 2 < bytes.count,
                let value = UInt8(String(decoding: bytes[index + 1...index + 2], as: UTF8.self), radix: 16)
            {
                out.append(value)
                index += 3
            } else {
                out.append(bytes[index])
                index += 1
            }
        }
        return out
    }

    @Test(
        "dates are right over leap years and before 1970",
        arguments: [
            (0, "Thu, 1 Jan 1970 00:00:00 +0000"), (951_782_400_000, "Tue, 29 Feb 2000 00:00:00 +0000"),
            (-1000, "Wed, 31 Dec 1969 23:59:59 +0000"), (4_107_542_399_000, "Sun, 28 Feb 2100 23:59:59 +0000"),
        ] as [(Int64, String)])
    func dates(_ milliseconds: Int64, _ text: String) {
        #expect(MailDate.text(Instant(milliseconds: milliseconds)) == text)
    }

    @Test("a message that is too large is refused")
    func tooLarge() {
        #expect(throws: MailMessage.Problem.tooLarge) {
            try message(text: String(repeating: "x", count: MailMessage.largest + 1))
        }
    }
}
