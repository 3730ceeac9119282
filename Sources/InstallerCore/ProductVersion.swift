/// A version such as `1.10.0` or `1.2.0-rc1`, ordered as people mean it.
package struct ProductVersion: Sendable, Equatable, Comparable, CustomStringConvertible {
    package let description: String
    private let numbers: [Int]
    /// Empty for a release, which comes after its candidates.
    private let candidate: [String]

    /// Nil for text that does not begin with a number.
    package init?(_ text: String) {
        let word = text.drop(while: \.isWhitespace).prefix { !$0.isWhitespace }
        // `+` begins what does not count for the order.
        let counting = word.prefix { $0 != "+" }
        let cut = counting.firstIndex { $0 == "-" || $0 == "~" } ?? counting.endIndex
        let parts = counting[..<cut].split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Int($0) }
        guard !numbers.isEmpty, numbers.count == parts.count else { return nil }
        self.numbers = numbers
        let rest = counting[cut...].dropFirst()
        candidate = rest.split { $0 == "." || $0 == "-" || $0 == "~" }.map(String.init)
        description = String(word)
    }

    package static func == (left: ProductVersion, right: ProductVersion) -> Bool { !(left < right) && !(right < left) }

    package static func < (left: ProductVersion, right: ProductVersion) -> Bool {
        for index in 0..<max(left.numbers.count, right.numbers.count) {
            let (one, other) = (left.number(index), right.number(index))
            if one != other { return one < other }
        }
        guard !left.candidate.isEmpty, !right.candidate.isEmpty else {
            return !left.candidate.isEmpty && right.candidate.isEmpty
        }
        for (one, other) in zip(left.candidate, right.candidate) where one != other {
            return isBefore(one, other)
        }
        return left.candidate.count < right.candidate.count
    }

    private func number(_ index: Int) -> Int { numbers.indices.contains(index) ? numbers[index] : 0 }

    /// `rc9` comes before `rc10`.
    private static func isBefore(_ one: String, _ other: String) -> Bool {
        let (first, second) = (one.prefix { !$0.isNumber }, other.prefix { !$0.isNumber })
        guard first == second else { return first < second }
        let (left, right) = (Int(one.dropFirst(first.count)), Int(other.dropFirst(second.count)))
        guard let left, let right else { return one < other }
        return left < right
    }
}
