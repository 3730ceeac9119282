/// Reads a query. What it refuses it refuses with the place and a cure; it never guesses silently.
///
///     query = and { "OR" and } ;  and = not { ["AND"] not } ;  not = { "-" | "NOT" } part
///     part  = "(" query ")" | field ":" [ "=" | "<" | "<=" | ">" | ">=" ] value { "," value } | word | '"' phrase '"'
///
/// A quote that is not closed runs to the end, so that a phrase finds while it is typed.
struct QueryParser {
    private let input: [Unicode.Scalar]
    private var at = 0
    private var depth = 0
    private var terms = 0

    static func parse(_ text: String) throws(QueryProblem) -> ObjectQuery? {
        let input = Array(text.unicodeScalars)
        guard input.count <= ObjectQuery.longest else {
            throw QueryProblem(
                position: ObjectQuery.longest + 1,
                reason: "A query has at most \(ObjectQuery.longest) characters. Leave something out.")
        }
        if let odd = input.firstIndex(where: { $0 == "\0" || $0 == "\u{FFFD}" }) {
            throw QueryProblem(position: odd + 1, reason: "NUL and broken UTF-8 are not allowed. Take it out.")
        }
        var parser = QueryParser(input: input)
        parser.skipBlanks()
        if parser.isAtEnd { return nil }
        let query = try parser.readAny()
        if !parser.isAtEnd {
            throw QueryProblem(
                position: parser.at + 1, reason: "This bracket closes nothing. Take it out or put it in quotes.")
        }
        return query
    }

    private init(input: [Unicode.Scalar]) {
        self.input = input
    }

    private var isAtEnd: Bool { at >= input.count }
    private var next: Unicode.Scalar? { at < input.count ? input[at] : nil }

    private mutating func skipBlanks() {
        while let next, next.properties.isWhitespace { at += 1 }
    }

    /// The word in capitals that stands here on its own, such as OR.
    private func isKeyword(_ word: String) -> Bool {
        let letters = Array(word.unicodeScalars)
        guard at + letters.count <= input.count, Array(input[at..<at + letters.count]) == letters else { return false }
        guard at + letters.count < input.count else { return true }
        let following = input[at + letters.count]
        return following.properties.isWhitespace || following == "(" || following == ")"
    }

    private mutating func readAny() throws(QueryProblem) -> ObjectQuery {
        var parts = [try readAll()]
        while isKeyword("OR") {
            at += 2
            parts.append(try readAll())
        }
        return parts.count == 1 ? parts[0] : .any(parts)
    }

    private mutating func readAll() throws(QueryProblem) -> ObjectQuery {
        var parts: [ObjectQuery] = []
        var isOpen = false
        while true {
            skipBlanks()
            if isAtEnd || isKeyword("OR") || (next == ")" && depth > 0) {
                guard !parts.isEmpty, !isOpen else { throw missingSide() }
                break
            }
            if next == ")" { break }
            if isKeyword("AND") {
                guard !parts.isEmpty, !isOpen else { throw missingSide() }
                at += 3
                isOpen = true
                continue
            }
            parts.append(try readNot())
            isOpen = false
        }
        return Self.all(parts, at: at)
    }

    /// Marks without a letter or digit say nothing beside words, and find nothing on their own.
    private static func all(_ parts: [ObjectQuery], at: Int) -> ObjectQuery {
        let kept = parts.filter { $0 != .nothing }
        return kept.isEmpty ? .nothing : kept.count == 1 ? kept[0] : .all(kept)
    }

    private func missingSide() -> QueryProblem {
        if next == ")" { return QueryProblem(position: at + 1, reason: "Nothing stands in front of this bracket.") }
        let word = isKeyword("OR") ? "OR" : isKeyword("AND") ? "AND" : nil
        guard let word else {
            return QueryProblem(
                position: at + 1, reason: "Something has to follow here. To find OR, AND or NOT write them in quotes.")
        }
        return QueryProblem(
            position: at + 1,
            reason: "Something has to stand in front of \(word). To find the word, write it in quotes or small letters."
        )
    }

    private mutating func readNot() throws(QueryProblem) -> ObjectQuery {
        var isExcluded = false
        let start = at
        while true {
            if isKeyword("NOT") {
                at += 3
                skipBlanks()
            } else if next == "-", at + 1 < input.count, !input[at + 1].properties.isWhitespace {
                at += 1
            } else {
                break
            }
            isExcluded.toggle()
        }
        guard !isAtEnd, !(next == ")" && depth > 0), !(isExcluded && (isKeyword("OR") || isKeyword("AND"))) else {
            throw QueryProblem(
                position: start + 1, reason: "Say what to leave out: a word, a field or brackets have to follow.")
        }
        let part = try readPart()
        return isExcluded && part != .nothing ? .not(part) : part
    }

    private mutating func readPart() throws(QueryProblem) -> ObjectQuery {
        if next == "(" { return try readBrackets() }
        if next == "\"" {
            let start = at
            let (text, isClosed) = readQuoted()
            return try self.text(text, isWhole: isClosed, position: start + 1)
        }
        if let name = fieldName() { return try readTerm(name) }
        let start = at
        var word = String.UnicodeScalarView()
        while let scalar = next, !scalar.properties.isWhitespace, !(scalar == ")" && depth > 0) {
            word.append(scalar)
            at += 1
        }
        if let colon = Self.comparisonWithoutColon(word) {
            throw QueryProblem(
                position: start + 1,
                reason:
                    "To compare a field write a colon: \(String(colon).prefix(80)). To find this text put it in quotes."
            )
        }
        return try text(String(word), isWhole: false, position: start + 1)
    }

    /// `power_watts>=100` as it is meant: `power_watts:>=100`. As words it would find nothing, without saying why.
    private static func comparisonWithoutColon(_ word: String.UnicodeScalarView) -> String.UnicodeScalarView? {
        let name = word.prefix(while: isOfName)
        guard let first = name.first, first.properties.isAlphabetic else { return nil }
        let rest = word.dropFirst(name.count)
        let value = rest.drop { "<>=".unicodeScalars.contains($0) }
        guard (1...2).contains(rest.count - value.count), let digit = value.first, (48...57).contains(digit.value)
        else {
            return nil
        }
        return String.UnicodeScalarView(name) + ":".unicodeScalars + String.UnicodeScalarView(rest)
    }

    private mutating func readBrackets() throws(QueryProblem) -> ObjectQuery {
        let start = at
        guard depth < ObjectQuery.deepest else {
            throw QueryProblem(
                position: at + 1, reason: "At most \(ObjectQuery.deepest) brackets within one another. Say it simpler.")
        }
        depth += 1
        at += 1
        skipBlanks()
        if next == ")" {
            throw QueryProblem(position: start + 1, reason: "These brackets are empty. Take them out.")
        }
        if isAtEnd { throw Self.unclosed(start) }
        let query = try readAny()
        guard next == ")" else { throw Self.unclosed(start) }
        at += 1
        depth -= 1
        return query
    }

    private static func unclosed(_ start: Int) -> QueryProblem {
        QueryProblem(position: start + 1, reason: "This bracket is not closed. Add “)”, or put it in quotes.")
    }

    private mutating func readQuoted() -> (text: String, isClosed: Bool) {
        at += 1
        var text = String.UnicodeScalarView()
        while let scalar = next {
            at += 1
            if scalar == "\"" { return (String(text), true) }
            if scalar == "\\", let escaped = next, escaped == "\"" || escaped == "\\" {
                text.append(escaped)
                at += 1
            } else {
                text.append(scalar)
            }
        }
        return (String(text), false)
    }

    private mutating func count(at position: Int) throws(QueryProblem) {
        terms += 1
        guard terms <= ObjectQuery.mostTerms else {
            throw QueryProblem(
                position: position,
                reason: "A query has at most \(ObjectQuery.mostTerms) words and values. Leave some out.")
        }
    }

    private mutating func text(
        _ typed: String, isWhole: Bool, position: Int
    ) throws(QueryProblem) -> ObjectQuery {
        try count(at: position)
        let words = SearchWords.words(typed)
        return words.isEmpty
            ? .nothing : .text(QueryText(phrase: SearchPhrase(words: words, isWhole: isWhole), typed: typed))
    }

    /// The name of a field that stands here. An address or a URL has colons as well and is none.
    private func fieldName() -> String? {
        guard let first = next, first.properties.isAlphabetic, first.isASCII else { return nil }
        var end = at
        while end < input.count, Self.isOfName(input[end]) || isCustom(upTo: end) { end += 1 }
        guard end < input.count, input[end] == ":", end - at <= 80 else { return nil }
        if end + 2 < input.count, input[end + 1] == "/", input[end + 2] == "/" { return nil }
        let word = input[at...].prefix { !$0.properties.isWhitespace && $0 != ")" }
        let isAddress = word.allSatisfy { $0.properties.isASCIIHexDigit || ":./".unicodeScalars.contains($0) }
        return isAddress ? nil : string(input[at..<end])
    }

    private static func isOfName(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII && (scalar.properties.isAlphabetic || (48...57).contains(scalar.value) || scalar == "_")
    }

    /// `custom.` is followed by a name that people gave.
    private func isCustom(upTo end: Int) -> Bool {
        let start = Array("custom.".unicodeScalars)
        guard end < input.count, input[end] != ":", !input[end].properties.isWhitespace, input[end] != "\"" else {
            return false
        }
        if end == at + 6, input[end] == ".", Array(input[at..<end]) == start.dropLast() { return true }
        return end >= at + 7 && Array(input[at..<at + 7]) == start
    }

    private func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    private mutating func readTerm(_ name: String) throws(QueryProblem) -> ObjectQuery {
        let start = at + 1
        at += name.unicodeScalars.count + 1
        let comparison = readComparison()
        var values: [QueryTerm.Value] = []
        repeat {
            if !values.isEmpty { at += 1 }
            let position = at + 1
            let value = readValue()
            try count(at: position)
            // A comma at the end waits for the next value while somebody types.
            if value.text.isEmpty, !values.isEmpty, next != "," { break }
            guard !value.text.isEmpty || value.isQuoted else {
                throw QueryProblem(
                    position: position,
                    reason: "Say a value behind “\(name.prefix(40)):”, or * for any; -\(name.prefix(40)):* finds none.")
            }
            values.append(value)
            guard values.count <= ObjectQuery.mostValues else {
                throw QueryProblem(
                    position: position, reason: "A field takes at most \(ObjectQuery.mostValues) values at once.")
            }
        } while next == ","
        if comparison != .matches, comparison != .equals, values.count > 1 {
            throw QueryProblem(position: start, reason: "“\(comparison.rawValue)” takes one value.")
        }
        let isCustom = name.hasPrefix("custom.")
        return .term(
            QueryTerm(
                name: isCustom ? name : name.lowercased(), comparison: comparison, values: values, position: start))
    }

    private mutating func readComparison() -> QueryTerm.Comparison {
        guard let sign = next, "<>=".unicodeScalars.contains(sign) else { return .matches }
        at += 1
        if sign == "=" { return .equals }
        let isInclusive = next == "="
        if isInclusive { at += 1 }
        switch (sign, isInclusive) {
        case ("<", false): return .less
        case ("<", true): return .lessOrEqual
        case (_, false): return .greater
        case (_, true): return .greaterOrEqual
        }
    }

    private mutating func readValue() -> QueryTerm.Value {
        let position = at + 1
        if next == "\"" { return QueryTerm.Value(text: readQuoted().text, isQuoted: true, position: position) }
        var text = String.UnicodeScalarView()
        while let scalar = next, !scalar.properties.isWhitespace, scalar != ",", !(scalar == ")" && depth > 0) {
            text.append(scalar)
            at += 1
        }
        return QueryTerm.Value(text: String(text), isQuoted: false, position: position)
    }
}
