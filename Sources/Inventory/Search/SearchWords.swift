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

    /// What a person typed: each blank-separated part is a phrase whose last word may go on.
    /// `10.0.2 nas` finds `nas-3` at `10.0.25.7`.
    static func phrases(_ text: String) -> [[String]] {
        text.split(whereSeparator: \.isWhitespace).prefix(12).map { words(String($0)) }.filter { !$0.isEmpty }
    }

    /// Where words are looked for.
    enum Scope: Equatable {
        case name, anything
    }

    /// For FTS5's MATCH. Words hold letters and digits only, so that nothing in them is an operator.
    static func fts5(_ phrases: [[String]], in scope: Scope = .anything) -> String {
        let column = scope == .name ? "{name} : " : ""
        return phrases.map { "\(column)\"\($0.joined(separator: " "))\" *" }.joined(separator: " AND ")
    }

    /// For PostgreSQL's `to_tsquery('simple', …)`. The name has the weight A, the rest B; a phrase lies in one of them.
    static func tsquery(_ phrases: [[String]], in scope: Scope = .anything) -> String {
        phrases.map { phrase in
            let name = weighted(phrase, "A")
            if scope == .name { return name }
            return phrase.count == 1 ? weighted(phrase, "") : "(\(name) | \(weighted(phrase, "B")))"
        }.joined(separator: " & ")
    }

    private static func weighted(_ phrase: [String], _ weight: String) -> String {
        let last = phrase.count - 1
        let words = phrase.enumerated().map { index, word in
            index == last ? "\(word):*\(weight)" : weight.isEmpty ? word : "\(word):\(weight)"
        }
        return "(\(words.joined(separator: " <-> ")))"
    }

    /// The body of every object ends with the label of its kind; this narrows a search down to some.
    static func fts5(labels kinds: [Kind]) -> String {
        let labels = kinds.map { "\"\(normalised($0.label))\"" }.joined(separator: " OR ")
        return "{body} : (\(labels))"
    }
}
