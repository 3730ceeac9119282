/// The order in which letters stand on paper, where they are not drawn by somebody who knows: scripts from right to left
/// are turned around, and Arabic letters take the form their neighbours ask for. A simple form of Unicode's bidirectional
/// algorithm (UAX 9): one level, numbers and words of other scripts keep their own direction. Names of a map are short.
enum WrittenOrder {
    static func needsIt(_ text: String) -> Bool { text.unicodeScalars.contains(where: isRightToLeft) }

    static func of(_ text: String) -> [Unicode.Scalar] {
        guard needsIt(text) else { return Array(text.unicodeScalars) }
        let scalars = ArabicForms.joined(Array(text.unicodeScalars))
        let isRight = scalars.map { isRightToLeft($0) ? true : isStrong($0) ? false : nil }
        let base = isRight.compactMap(\.self).first ?? false
        // What has no direction goes along with what stands on both sides, or with the whole.
        var directions: [Bool] = []
        for (place, direction) in isRight.enumerated() {
            if let direction {
                directions.append(direction)
                continue
            }
            let before = directions.last ?? base
            let after = isRight[place...].compactMap(\.self).first ?? base
            directions.append(before == after ? before : base)
        }
        var runs: [[Unicode.Scalar]] = []
        var place = 0
        while place < scalars.count {
            let end = directions[place...].firstIndex { $0 != directions[place] } ?? scalars.count
            let run = scalars[place..<end]
            runs.append(directions[place] ? run.reversed().map(mirrored) : Array(run))
            place = end
        }
        return (base ? runs.reversed() : runs).flatMap(\.self)
    }

    private static func isRightToLeft(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0590...0x08FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFC: scalar.properties.numericType == nil
        default: false
        }
    }

    /// Numbers count as words from left to right, which is how they are read everywhere.
    private static func isStrong(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }

    private static func mirrored(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar {
        case "(": ")"
        case ")": "("
        case "[": "]"
        case "]": "["
        case "<": ">"
        case ">": "<"
        default: scalar
        }
    }
}
