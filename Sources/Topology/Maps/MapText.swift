/// What people write on a map: one line, counted by what it takes and not by what it looks like, since hundreds of marks
/// may stand over one letter.
struct MapText: Sendable, Equatable {
    enum Problem: Sendable, Equatable { case tooLong, hidden }

    let line: String
    let problem: Problem?

    init(_ text: String, longest: Int) {
        line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if line.unicodeScalars.contains(where: Self.isHidden) {
            problem = .hidden
        } else {
            problem = line.unicodeScalars.count > longest ? .tooLong : nil
        }
    }

    /// Nothing of it would be seen.
    var isBlank: Bool {
        line.unicodeScalars.allSatisfy { $0.properties.isDefaultIgnorableCodePoint || $0.properties.isWhitespace }
    }

    static let controls = "Control characters are not allowed here."

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .control || scalar.turnsDirection
    }
}

extension Unicode.Scalar {
    /// Marks that turn the direction of what follows would let it read as another.
    var turnsDirection: Bool { (0x202A...0x202E).contains(value) || (0x2066...0x2069).contains(value) }
}
