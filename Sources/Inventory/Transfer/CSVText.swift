/// Writes CSV as spreadsheets read it: commas, CRLF, quotes where they are needed.
struct CSVText {
    private(set) var bytes: [UInt8] = []
    private var isAtStart = true

    mutating func cell(_ text: String) {
        if !isAtStart { bytes.append(UInt8(ascii: ",")) }
        isAtStart = false
        let needsQuotes =
            text.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0D || $0 == 0x0A || $0 == 0x3B || $0 == 0x09 }
            || text.first?.isWhitespace == true || text.last?.isWhitespace == true
        guard needsQuotes else { return bytes.append(contentsOf: text.utf8) }
        bytes.append(0x22)
        for byte in text.utf8 {
            if byte == 0x22 { bytes.append(0x22) }
            bytes.append(byte)
        }
        bytes.append(0x22)
    }

    mutating func endRow() {
        bytes.append(contentsOf: [0x0D, 0x0A])
        isAtStart = true
    }

    mutating func row(_ cells: [String]) {
        for text in cells { cell(text) }
        endRow()
    }
}

/// A text that a spreadsheet would run as a formula gets an apostrophe before it, and loses it on the way back. Texts
/// that begin with such apostrophes get one more, so that nothing is lost.
enum FormulaGuard {
    static func guarded(_ text: String) -> String { isDangerous(text.utf8[...]) ? "'" + text : text }

    static func bare(_ text: String) -> String {
        text.utf8.first == UInt8(ascii: "'") && isDangerous(text.utf8.dropFirst()) ? String(text.dropFirst()) : text
    }

    private static func isDangerous(_ text: Substring.UTF8View) -> Bool {
        switch text.first(where: { $0 != UInt8(ascii: "'") }) {
        case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), 0x09, 0x0D: true
        default: false
        }
    }
}

/// Tags in one cell: names with commas between, in quotes where a name has one itself.
enum TagCell {
    static func text(_ tags: [String]) -> String {
        tags.map { tag in
            let needsQuotes = tag.contains { $0 == "," || $0 == "\"" }
            return needsQuotes ? "\"\(tag.replacing("\"", with: "\"\""))\"" : tag
        }.joined(separator: ", ")
    }

    static func tags(_ cell: String) -> [String] {
        var tags = [""]
        var isQuoted = false
        var hasJustClosed = false
        for character in cell {
            let isBlank = tags[tags.count - 1].allSatisfy(\.isWhitespace)
            if character == "\"", isQuoted || hasJustClosed || isBlank {
                // A quote right behind a closing one is a quote itself.
                if hasJustClosed { tags[tags.count - 1].append(character) }
                isQuoted.toggle()
                hasJustClosed = !isQuoted
                continue
            }
            hasJustClosed = false
            if character == ",", !isQuoted { tags.append("") } else { tags[tags.count - 1].append(character) }
        }
        return tags.map(\.trimmed).filter { !$0.isEmpty }
    }
}
