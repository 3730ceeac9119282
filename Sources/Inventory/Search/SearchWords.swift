/// Text as the search index holds it: words of letters and digits, folded, with single spaces between.
enum SearchWords {
    static func normalised(_ text: String) -> String {
        words(text).joined(separator: " ")
    }

    static func words(_ text: String) -> [String] {
        let utf8 = text.utf8
        if utf8.allSatisfy({ $0 < 0x80 }) { return wordsOfASCII(utf8) }
        return NameKey.fold(text).unicodeScalars
            .split { !($0.properties.isAlphabetic || $0.properties.numericType != nil) }
            .map { String($0) }
    }

    /// The same for most texts, without asking Unicode about each character.
    private static func wordsOfASCII(_ text: String.UTF8View) -> [String] {
        text.split { !((48...57).contains($0) || (97...122).contains($0 | 0x20)) }
            .map { word in
                String(unsafeUninitializedCapacity: word.count) { buffer in
                    for (index, byte) in word.enumerated() { buffer[index] = byte < 58 ? byte : byte | 0x20 }
                    return word.count
                }
            }
    }

    /// Where words are looked for.
    enum Scope: Equatable {
        case name, anything
    }

    /// For FTS5's MATCH. Words hold letters and digits only, so that nothing in them is an operator.
    static func fts5(_ phrases: [SearchPhrase], in scope: Scope = .anything) -> String {
        let column = scope == .name ? "{name} : " : ""
        return phrases.map { "\(column)\"\($0.words.joined(separator: " "))\"\($0.isWhole ? "" : " *")" }
            .joined(separator: " AND ")
    }

    /// For PostgreSQL's `to_tsquery('simple', …)`. The name has the weight A, the rest B; a phrase lies in one of them.
    static func tsquery(_ phrases: [SearchPhrase], in scope: Scope = .anything) -> String {
        phrases.map { phrase in
            let name = weighted(phrase, "A")
            if scope == .name { return name }
            return phrase.words.count == 1 ? weighted(phrase, "") : "(\(name) | \(weighted(phrase, "B")))"
        }.joined(separator: " & ")
    }

    private static func weighted(_ phrase: SearchPhrase, _ weight: String) -> String {
        let last = phrase.words.count - 1
        let words = phrase.words.enumerated().map { index, word in
            let marks = (index == last && !phrase.isWhole ? "*" : "") + weight
            return marks.isEmpty ? word : "\(word):\(marks)"
        }
        return "(\(words.joined(separator: " <-> ")))"
    }

    /// The body of every object ends with the label of its kind; this narrows a search down to some.
    static func fts5(labels kinds: [Kind]) -> String {
        let labels = kinds.map { "\"\(normalised($0.label))\"" }.joined(separator: " OR ")
        return "{body} : (\(labels))"
    }
}

/// Words that follow one another.
struct SearchPhrase: Equatable, Sendable {
    let words: [String]
    /// The last word does not go on: it was written in quotes.
    let isWhole: Bool

    /// Holds Chinese or Japanese characters, between which there are no spaces.
    var isUnspaced: Bool {
        words.contains { word in
            word.unicodeScalars.contains { scalar in
                switch scalar.value {
                case 0x3005...0x3007, 0x3040...0x30FF, 0x31F0...0x31FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
                    0xF900...0xFAFF, 0x20000...0x3FFFD:
                    true
                default: false
                }
            }
        }
    }
}
