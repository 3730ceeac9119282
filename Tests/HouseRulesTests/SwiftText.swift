/// Just enough of Swift's grammar to tell code from comments and strings, and to find where a function ends.
enum SwiftText {
    struct Function: Equatable {
        let name: String
        let line: Int
        let length: Int
    }

    /// The text with comments and the inside of string literals replaced by spaces; line breaks stay.
    static func code(of text: String) -> String {
        var reader = Reader(text)
        return reader.read()
    }

    /// Every `func`, `init`, `deinit` and `subscript` with a body. `length` counts the lines from keyword to brace.
    static func functions(in code: String) -> [Function] {
        let bytes = Array(code.utf8)
        var found: [Function] = []
        var line = 1
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "\n") { line += 1 }
            if let keyword = keyword(at: index, in: bytes) {
                let start = index + keyword.utf8.count
                if let end = bodyEnd(from: start, in: bytes) {
                    let breaks = bytes[index...end].count { $0 == UInt8(ascii: "\n") }
                    let name = name(after: start, or: keyword, in: bytes)
                    found.append(Function(name: name, line: line, length: breaks + 1))
                }
                index = start
            } else {
                index += 1
            }
        }
        return found
    }

    private static func keyword(at index: Int, in bytes: [UInt8]) -> String? {
        if index > 0, isWord(bytes[index - 1]) || bytes[index - 1] == UInt8(ascii: ".") { return nil }
        return ["func", "init", "deinit", "subscript"].first { word in
            let end = index + word.utf8.count
            guard end < bytes.count, bytes[index..<end].elementsEqual(word.utf8) else { return false }
            return !isWord(bytes[end])
        }
    }

    private static func name(after start: Int, or keyword: String, in bytes: [UInt8]) -> String {
        guard keyword == "func" else { return keyword }
        let rest = bytes[start...].drop { $0 == UInt8(ascii: " ") }
        return String(decoding: rest.prefix { $0 != UInt8(ascii: "(") && $0 != UInt8(ascii: "<") }, as: UTF8.self)
    }

    /// Where the body's closing brace stands, or nil for a requirement of a protocol, which has no body.
    private static func bodyEnd(from start: Int, in bytes: [UInt8]) -> Int? {
        var parentheses = 0
        var index = start
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "("), UInt8(ascii: "["): parentheses += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"): parentheses -= 1
            case UInt8(ascii: "{") where parentheses == 0: return closingBrace(of: index, in: bytes)
            case UInt8(ascii: "}") where parentheses == 0: return nil
            case UInt8(ascii: "\n") where parentheses == 0 && startsDeclaration(after: index, in: bytes): return nil
            default: break
            }
            if parentheses < 0 { return nil }
            index += 1
        }
        return nil
    }

    private static func startsDeclaration(after index: Int, in bytes: [UInt8]) -> Bool {
        let line = bytes[(index + 1)...].drop { $0 == UInt8(ascii: " ") }.prefix { $0 != UInt8(ascii: "\n") }
        let word = String(decoding: line.prefix(while: isWord), as: UTF8.self)
        let openers: Set = [
            "func", "init", "var", "let", "static", "package", "private", "case", "subscript", "associatedtype",
            "mutating", "struct", "enum", "class", "extension", "import",
        ]
        return openers.contains(word) || line.first == UInt8(ascii: "@")
    }

    private static func closingBrace(of open: Int, in bytes: [UInt8]) -> Int? {
        var depth = 0
        for index in open..<bytes.count {
            if bytes[index] == UInt8(ascii: "{") { depth += 1 }
            if bytes[index] == UInt8(ascii: "}") { depth -= 1 }
            if depth == 0 { return index }
        }
        return nil
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: byte >= 0x80
        }
    }
}

extension SwiftText {
    /// Walks the bytes once. Interpolations are blanked with the string that holds them.
    private struct Reader {
        private var bytes: [UInt8]
        private var index = 0

        init(_ text: String) {
            bytes = Array(text.utf8)
        }

        mutating func read() -> String {
            while index < bytes.count {
                if starts("//") {
                    while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { blank() }
                } else if starts("/*") {
                    blankBlockComment()
                } else if bytes[index] == UInt8(ascii: "\"") || startsRawString {
                    blankString()
                } else {
                    index += 1
                }
            }
            return String(decoding: bytes, as: UTF8.self)
        }

        private var startsRawString: Bool {
            guard bytes[index] == UInt8(ascii: "#") else { return false }
            return bytes[index...].first { $0 != UInt8(ascii: "#") } == UInt8(ascii: "\"")
        }

        private func starts(_ text: String) -> Bool {
            bytes[index...].starts(with: text.utf8)
        }

        private mutating func blank(_ count: Int = 1) {
            for _ in 0..<count where index < bytes.count {
                if bytes[index] != UInt8(ascii: "\n") { bytes[index] = UInt8(ascii: " ") }
                index += 1
            }
        }

        private mutating func blankBlockComment() {
            var depth = 0
            repeat {
                if starts("/*") {
                    depth += 1
                    blank(2)
                } else if starts("*/") {
                    depth -= 1
                    blank(2)
                } else {
                    blank()
                }
            } while depth > 0 && index < bytes.count
        }

        /// Keeps the quotes, so that `""` stays an expression, and blanks what is between them.
        private mutating func blankString() {
            let hashes = String(repeating: "#", count: bytes[index...].prefix { $0 == UInt8(ascii: "#") }.count)
            index += hashes.count
            let quotes = starts("\"\"\"") ? "\"\"\"" : "\""
            index += quotes.count
            let end = quotes + hashes
            while index < bytes.count {
                if starts(end) {
                    index += end.count
                    return
                }
                if starts("\\" + hashes + "(") {
                    blank(1 + hashes.count)
                    blankInterpolation()
                } else if starts("\\" + hashes) {
                    blank(2 + hashes.count)
                } else {
                    blank()
                }
            }
        }

        private mutating func blankInterpolation() {
            var depth = 0
            repeat {
                if bytes[index] == UInt8(ascii: "\"") {
                    let start = index
                    blankString()
                    for place in start..<min(index, bytes.count) where bytes[place] == UInt8(ascii: "\"") {
                        bytes[place] = UInt8(ascii: " ")
                    }
                    continue
                }
                if bytes[index] == UInt8(ascii: "(") { depth += 1 }
                if bytes[index] == UInt8(ascii: ")") { depth -= 1 }
                blank()
            } while depth > 0 && index < bytes.count
        }
    }
}
