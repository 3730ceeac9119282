/// Text as the search index holds it: words of letters and digits, folded, with single spaces between.
enum SearchWords {
    static func normalised(_ text: String) -> String {
        words(text).joined(separator: " ")
    }

    static func words(_ text: String) -> [String] {
        NameKey.fold(text).unicodeScalars
            .split { !($0.properties.isAlphabetic || $0.properties.numericType != nil) }
            .map { String($0) }
    }

    /// What a person typed: each blank-separated part is a phrase whose last word may go on.
    /// `10.0.2 nas` finds `nas-3` at `10.0.25.7`.
    static func phrases(_ text: String) -> [[String]] {
        text.split(whereSeparator: \.isWhitespace).prefix(12).map { words(String($0)) }.filter { !$0.isEmpty }
    }

    /// For FTS5's MATCH. Words hold letters and digits only, so that nothing in them is an operator.
    static func fts5(_ phrases: [[String]]) -> String {
        phrases.map { "\"\($0.joined(separator: " "))\" *" }.joined(separator: " AND ")
    }

    /// For PostgreSQL's `to_tsquery('simple', …)`.
    static func tsquery(_ phrases: [[String]]) -> String {
        phrases.map { "(\($0.joined(separator: " <-> ")):*)" }.joined(separator: " & ")
    }
}
