/// Which events are wanted, by subject: `inventory.hardware.created`, with `*` for one word and `>` for all that follow.
package struct SubjectFilter: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
    /// `>` is everything.
    package static let all: SubjectFilter = ">"

    private let patterns: [[Substring]]

    /// Any of the patterns will do.
    package init(_ patterns: [String]) {
        self.patterns = patterns.map { $0.split(separator: ".", omittingEmptySubsequences: false) }
    }

    package init(stringLiteral pattern: String) {
        self.init([pattern])
    }

    package init(arrayLiteral patterns: String...) {
        self.init(patterns)
    }

    package func matches(_ subject: String) -> Bool { matches(Self.words(of: subject)) }

    /// For many filters and one subject.
    static func words(of subject: String) -> [Substring] {
        subject.split(separator: ".", omittingEmptySubsequences: false)
    }

    func matches(_ words: [Substring]) -> Bool {
        patterns.contains { Self.matches($0, words) }
    }

    private static func matches(_ pattern: [Substring], _ words: [Substring]) -> Bool {
        for (index, wanted) in pattern.enumerated() {
            if wanted == ">" { return words.count > index }
            guard index < words.count, wanted == "*" || wanted == words[index] else { return false }
        }
        return pattern.count == words.count
    }
}
