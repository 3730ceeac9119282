/// Text as quoted-printable (RFC 2045 section 6.7): lines of at most 76 bytes with CRLF, whatever the text has.
enum QuotedPrintable {
    static func text(_ text: String) -> String {
        var out: [UInt8] = []
        out.reserveCapacity(text.utf8.count + text.utf8.count / 8)
        var column = 0
        let bytes = Array(text.utf8)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 0x0D || byte == 0x0A {
                if byte == 0x0D, index + 1 < bytes.count, bytes[index + 1] == 0x0A { index += 1 }
                out += [0x0D, 0x0A]
                column = 0
            } else {
                let endsLine = index + 1 == bytes.count || bytes[index + 1] == 0x0D || bytes[index + 1] == 0x0A
                let token = isLiteral(byte, endsLine: endsLine) ? [byte] : escaped(byte)
                if column + token.count > 75 {
                    out += [UInt8(ascii: "="), 0x0D, 0x0A]
                    column = 0
                }
                out += token
                column += token.count
            }
            index += 1
        }
        if column > 0 { out += [0x0D, 0x0A] }
        return String(decoding: out, as: UTF8.self)
    }

    /// A blank at the end of a line gets lost on the way.
    private static func isLiteral(_ byte: UInt8, endsLine: Bool) -> Bool {
        if byte == 0x20 || byte == 0x09 { return !endsLine }
        return (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "=")
    }

    private static let digits = Array("0123456789ABCDEF".utf8)

    private static func escaped(_ byte: UInt8) -> [UInt8] {
        [UInt8(ascii: "="), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}
