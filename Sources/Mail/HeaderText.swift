/// Text in header lines: as it is where it is plain, otherwise in encoded words (RFC 2047), folded at 76 characters.
enum HeaderText {
    private static let lineLength = 76

    /// `Subject: …` and the like, with its line end. `text` has no control characters; whoever calls has checked.
    static func unstructured(_ name: String, _ text: String) -> String {
        let encoded =
            isPlain(text) ? text.split(separator: " ", omittingEmptySubsequences: false).map(String.init) : words(text)
        return folded(name, encoded)
    }

    /// `From: …` and the like: the name quoted or encoded, then the address in angle brackets.
    static func address(_ name: String, _ address: MailAddress) -> String {
        var parts: [String] = []
        if let display = address.name {
            parts = isPlain(display) && display.utf8.count < 60 ? [quoted(display)] : words(display)
        }
        return folded(name, parts + ["<\(address.text)>"])
    }

    /// Printable ASCII that no reader could take for an encoded word.
    private static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && !text.contains("=?")
            && text.split(separator: " ").allSatisfy { $0.utf8.count < 60 }
    }

    private static func quoted(_ text: String) -> String {
        var out = "\""
        for character in text {
            if character == "\"" || character == "\\" { out.append("\\") }
            out.append(character)
        }
        return out + "\""
    }

    /// Encoded words of at most 75 characters, none of which splits a character (section 5, rule 3).
    private static func words(_ text: String) -> [String] {
        // 75 less `=?utf-8?B?` and `?=` leaves 60 letters of base64, which is 45 bytes.
        var words: [String] = []
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars {
            let next = Array(String(scalar).utf8)
            // The first stands behind the name of its header, on one line with it.
            if bytes.count + next.count > (words.isEmpty ? 30 : 45) {
                words.append(word(bytes))
                bytes = []
            }
            bytes += next
        }
        if !bytes.isEmpty { words.append(word(bytes)) }
        return words
    }

    private static func word(_ bytes: [UInt8]) -> String { "=?utf-8?B?\(Base64.text(bytes))?=" }

    private static func folded(_ name: String, _ parts: [String]) -> String {
        var out = name + ":"
        var length = out.utf8.count
        for part in parts {
            // Never a line of blanks only: some readers end the header there.
            if length + 1 + part.utf8.count > lineLength, length > 1, !part.isEmpty, out.last != " " {
                out += "\r\n"
                length = 0
            }
            out += " " + part
            length += 1 + part.utf8.count
        }
        return out + "\r\n"
    }
}

/// Base64 with padding (RFC 4648 section 4).
enum Base64 {
    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func text(_ bytes: [UInt8]) -> String {
        var out: [UInt8] = []
        out.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let left = bytes.count - start
            let word =
                UInt32(bytes[start]) << 16 | (left > 1 ? UInt32(bytes[start + 1]) << 8 : 0)
                | (left > 2 ? UInt32(bytes[start + 2]) : 0)
            out.append(letters[Int(word >> 18)])
            out.append(letters[Int(word >> 12 & 63)])
            out.append(left > 1 ? letters[Int(word >> 6 & 63)] : UInt8(ascii: "="))
            out.append(left > 2 ? letters[Int(word & 63)] : UInt8(ascii: "="))
        }
        return String(decoding: out, as: UTF8.self)
    }
}
