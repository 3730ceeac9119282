extension SQL {
    /// Text of the program's own making: the name of a table or a column out of a field table. Never anything that came
    /// from outside; that is bound by interpolation.
    package init(verbatim text: String) {
        pieces = [.text(text)]
    }

    /// The same, to be written where a statement is expected: `\(.trusted(column))`.
    package static func trusted(_ text: String) -> SQL { SQL(verbatim: text) }

    /// The name of a table or a column, quoted.
    package init(identifier: String) {
        pieces = [.text("\"" + identifier.replacing("\"", with: "\"\"") + "\"")]
    }

    /// Joins conditions with AND; no conditions match everything.
    package static func all(_ conditions: [SQL]) -> SQL {
        conditions.isEmpty ? "1 = 1" : joined(conditions.map { "(\($0))" }, by: " AND ")
    }

    /// Joins conditions with OR, in parentheses; no conditions match nothing.
    package static func any(_ conditions: [SQL]) -> SQL {
        conditions.isEmpty ? "1 = 0" : "(\(joined(conditions.map { "(\($0))" }, by: " OR ")))"
    }

    /// Puts parts behind one another: columns, assignments, rows of values.
    package static func joined(_ parts: [SQL], by separator: SQL = ", ") -> SQL {
        var pieces: [Piece] = []
        for (index, part) in parts.enumerated() {
            if index > 0 { pieces += separator.pieces }
            pieces += part.pieces
        }
        return SQL(pieces: pieces)
    }

    /// What `LIKE` finds anywhere in a text: `name \(tx.dialect.like) \(.pattern(containing: words))`. The wildcards
    /// in the words mean themselves.
    package static func pattern(containing words: String) -> SQL {
        "\("%" + escaped(words) + "%") ESCAPE '\\'"
    }

    package static func pattern(startingWith words: String) -> SQL {
        "\(escaped(words) + "%") ESCAPE '\\'"
    }

    /// What is a whole text, with one character that stands for any run of characters.
    package static func pattern(_ words: String, any wildcard: Character?) -> SQL {
        let parts = wildcard.map { words.split(separator: $0, omittingEmptySubsequences: false).map(String.init) }
        return "\((parts ?? [words]).map(escaped).joined(separator: "%")) ESCAPE '\\'"
    }

    /// Where the engines have different words for one thing. Used by `Dialect`; a feature that needs it belongs there.
    package static func either(sqlite: SQL, postgres: SQL) -> SQL {
        SQL(pieces: [.dialect(sqlite: sqlite.pieces, postgres: postgres.pieces)])
    }

    private static func escaped(_ words: String) -> String {
        words.replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_")
    }
}
