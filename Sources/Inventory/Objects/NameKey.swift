import Foundation

/// Sorts names the way people count: `node2` before `node10`, without regard to case or accents.
enum NameKey {
    /// Two names have the same key when they are the same name to a person.
    static func of(_ name: String) -> String {
        let folded = fold(name)
        var key = ""
        var zeros = ""
        var digits = ""
        func flush() {
            guard !digits.isEmpty else { return }
            let bare = digits.drop { $0 == "0" }
            // The length before the digits makes a byte order a number order; leading zeros only break ties.
            let length = min(bare.count, 99)
            key += (length < 10 ? "0" : "") + String(length) + bare
            zeros += String(digits.count - bare.count)
            digits = ""
        }
        for character in folded {
            if character.isASCII, character.isNumber {
                digits.append(character)
            } else {
                flush()
                key.append(character)
            }
        }
        flush()
        return zeros.contains { $0 != "0" } ? key + " " + zeros : key
    }

    /// Lower case without accents: `Zürich` → `zurich`.
    static func fold(_ text: String) -> String {
        let utf8 = text.utf8
        if utf8.allSatisfy({ $0 < 0x80 }) { return text.lowercased() }
        var folded = String.UnicodeScalarView()
        for scalar in text.decomposedStringWithCompatibilityMapping.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark: continue
            default: folded.append(scalar)
            }
        }
        return String(folded).lowercased()
    }
}
