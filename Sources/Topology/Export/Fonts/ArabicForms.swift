/// Forms of Arabic letters by their neighbours, as the presentation forms of Unicode (FE80 to FEFC, and some of Persian and
/// Urdu), which fonts have glyphs for.
enum ArabicForms {
    /// The form that stands alone, and how many there are: alone, at the end, at the beginning, in the middle.
    private static let forms: [UInt32: (first: UInt32, count: Int)] = {
        // From U+0621 in the order of the letters, without those between U+063B and U+0640.
        let counts: [Int] = [
            1, 2, 2, 2, 2, 4, 2, 4, 2, 4, 4, 4, 4, 4, 2, 2, 2, 2, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 2, 2, 4,
        ]
        var table: [UInt32: (UInt32, Int)] = [:]
        var form: UInt32 = 0xFE80
        for (number, count) in counts.enumerated() {
            let letter = UInt32(0x0621 + number)
            table[letter > 0x063A ? letter + 6 : letter] = (form, count)
            form += UInt32(count)
        }
        for (letter, first, count) in [
            (0x067E, 0xFB56, 4), (0x0686, 0xFB7A, 4), (0x0698, 0xFB8A, 2), (0x06A9, 0xFB8E, 4), (0x06AF, 0xFB92, 4),
            (0x06CC, 0xFBFC, 4),
        ] as [(UInt32, UInt32, Int)] { table[letter] = (first, count) }
        return table
    }()

    /// Lam before an alef is one form with it.
    private static let lam: UInt32 = 0x0644
    private static let withLam: [UInt32: UInt32] = [0x0622: 0xFEF5, 0x0623: 0xFEF7, 0x0625: 0xFEF9, 0x0627: 0xFEFB]

    static func joined(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var out: [Unicode.Scalar] = []
        var place = 0
        while place < scalars.count {
            let value = scalars[place].value
            let next = following(scalars, place)
            guard let form = forms[value] else {
                out.append(scalars[place])
                place += 1
                continue
            }
            let joinsBefore = preceding(scalars, place).map { joinsAfter($0) } ?? false
            if value == lam, place + 1 < scalars.count, let both = withLam[scalars[place + 1].value] {
                out.append(Unicode.Scalar(both + (joinsBefore ? 1 : 0)) ?? scalars[place])
                place += 2
                continue
            }
            let joinsNext = form.count == 4 && next.map(joinsAtAll) ?? false
            let number: UInt32 = form.count == 1 ? 0 : (joinsBefore ? 1 : 0) + (joinsNext ? 2 : 0)
            out.append(Unicode.Scalar(form.first + number) ?? scalars[place])
            place += 1
        }
        return out
    }

    /// Marks above and below a letter part nothing.
    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .nonspacingMark
    }

    private static func following(_ scalars: [Unicode.Scalar], _ place: Int) -> Unicode.Scalar? {
        scalars[(place + 1)...].first { !isMark($0) }
    }

    private static func preceding(_ scalars: [Unicode.Scalar], _ place: Int) -> Unicode.Scalar? {
        scalars[..<place].last { !isMark($0) }
    }

    /// Kashida joins on both sides.
    private static func joinsAfter(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value == 0x0640 || forms[scalar.value]?.count == 4
    }

    private static func joinsAtAll(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value == 0x0640 || (forms[scalar.value]?.count ?? 1) > 1
    }
}
