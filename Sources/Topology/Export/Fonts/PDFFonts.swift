import Foundation

/// The fonts of one PDF: Helvetica, which every reader has and no file needs to hold, and for other letters the parts of
/// this machine's fonts that are used (PDF 1.7 section 9.7: composed fonts of TrueType outlines).
struct PDFFonts: Sendable {
    /// Letters of one font in a row, ready for `Tj`.
    struct Run: Sendable, Equatable {
        let font: Int
        var hex: String
        var width: Double
    }

    private struct Embedded {
        let font: TrueTypeFont
        /// In the order they came; their place and 1 is their number in the file.
        var glyphs: [Int] = []
        var numbers: [Int: Int] = [:]
        /// What they stand for, for searching and copying.
        var meaning: [Unicode.Scalar] = []
    }

    /// Looked for on the first letter that Helvetica has not.
    private let shelf: FontShelf
    private var others: [Embedded]?

    init(shelf: FontShelf) {
        self.shelf = shelf
    }

    /// A text as runs, and whether a letter is missing: what is drawn then says less than the text.
    mutating func runs(_ text: String) -> (runs: [Run], isIncomplete: Bool) {
        let plain = text.unicodeScalars.map { WinAnsi.byte(of: $0) }
        guard plain.contains(nil) else {
            let hex = plain.map { PDFContent.hex($0 ?? WinAnsi.dot) }.joined()
            return (
                [Run(font: 0, hex: hex, width: plain.reduce(0) { $0 + WinAnsi.width(of: $1 ?? WinAnsi.dot) })], false
            )
        }
        if others == nil { others = shelf.fonts().map { Embedded(font: $0) } }
        let order = WrittenOrder.of(text)
        // One font for the whole where there is one: letters of one name look alike.
        let whole = others?.indices.first { number in order.allSatisfy { others?[number].font.glyph(of: $0) != nil } }
        var runs: [Run] = []
        var isIncomplete = false
        for scalar in order where scalar.properties.generalCategory != .format {
            let known = letter(scalar, whole)
            let letter = known ?? Run(font: 0, hex: PDFContent.hex(WinAnsi.dot), width: WinAnsi.width(of: WinAnsi.dot))
            if known == nil { isIncomplete = true }
            if runs.last?.font == letter.font {
                runs[runs.count - 1].hex += letter.hex
                runs[runs.count - 1].width += letter.width
            } else {
                runs.append(letter)
            }
        }
        return (runs, isIncomplete)
    }

    private mutating func letter(_ scalar: Unicode.Scalar, _ whole: Int?) -> Run? {
        if whole == nil, let byte = WinAnsi.byte(of: scalar) {
            return Run(font: 0, hex: PDFContent.hex(byte), width: WinAnsi.width(of: byte))
        }
        for number in whole.map({ [$0] }) ?? Array((others ?? []).indices) {
            guard let font = others?[number].font, let glyph = font.glyph(of: scalar), font.isDrawable(glyph) else {
                continue
            }
            let place = use(glyph, scalar, number)
            let hex = PDFContent.hex(UInt8(place >> 8)) + PDFContent.hex(UInt8(place & 0xFF))
            return Run(font: number + 1, hex: hex, width: others?[number].font.width(of: glyph) ?? 0)
        }
        return nil
    }

    private mutating func use(_ glyph: Int, _ scalar: Unicode.Scalar, _ number: Int) -> Int {
        if let known = others?[number].numbers[glyph] { return known }
        others?[number].glyphs.append(glyph)
        others?[number].meaning.append(scalar)
        let place = others?[number].glyphs.count ?? 1
        others?[number].numbers[glyph] = place
        return place
    }

    // MARK: In the file

    /// Objects from number `first` on, and the names the page knows the fonts by.
    func objects(from first: Int) -> (names: String, objects: [[UInt8]]) {
        var names = "/F0 \(first) 0 R"
        var objects = [
            Array("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".utf8)
        ]
        for (number, other) in (others ?? []).enumerated() where !other.glyphs.isEmpty {
            let place = first + objects.count
            guard let made = Self.objects(other, number: number, at: place) else { continue }
            names += " /F\(number + 1) \(place) 0 R"
            objects += made
        }
        return (names, objects)
    }

    private static func objects(_ other: Embedded, number: Int, at place: Int) -> [[UInt8]]? {
        guard let file = other.font.subset(other.glyphs) else { return nil }
        let font = other.font
        // Six letters in front say that it is a part.
        let name = "AAAAA\(Character(Unicode.Scalar(UInt8(65 + number % 26))))+MapText"
        let scaled = { (value: Int) in "\(value * 1_000 / font.unitsPerEm)" }
        let widths = other.glyphs.map { ExportText.number(font.width(of: $0)) }.joined(separator: " ")
        return [
            Array(
                """
                << /Type /Font /Subtype /Type0 /BaseFont /\(name) /Encoding /Identity-H \
                /DescendantFonts [\(place + 1) 0 R] /ToUnicode \(place + 4) 0 R >>
                """.utf8),
            Array(
                """
                << /Type /Font /Subtype /CIDFontType2 /BaseFont /\(name) /CIDToGIDMap /Identity /DW 0 \
                /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> \
                /FontDescriptor \(place + 2) 0 R /W [1 [\(widths)]] >>
                """.utf8),
            Array(
                """
                << /Type /FontDescriptor /FontName /\(name) /Flags 4 /ItalicAngle 0 /StemV 80 \
                /FontBBox [\(font.box.map(scaled).joined(separator: " "))] /Ascent \(scaled(font.ascent)) \
                /Descent \(scaled(font.descent)) /CapHeight \(scaled(font.ascent)) /FontFile2 \(place + 3) 0 R >>
                """.utf8),
            Array("<< /Length \(file.count) /Length1 \(file.count) >>\nstream\n".utf8) + file
                + Array("\nendstream".utf8),
            stream(meaning(other)),
        ]
    }

    private static func stream(_ text: String) -> [UInt8] {
        Array("<< /Length \(text.utf8.count) >>\nstream\n\(text)\nendstream".utf8)
    }

    /// Which letter each glyph stands for (PDF 1.7 section 9.10.3).
    private static func meaning(_ other: Embedded) -> String {
        var out = """
            /CIDInit /ProcSet findresource begin 12 dict begin begincmap
            /CMapName /MapText def /CMapType 2 def
            1 begincodespacerange <0000> <FFFF> endcodespacerange

            """
        let lines = other.meaning.enumerated().map { place, scalar in
            let number = place + 1
            let code = PDFContent.hex(UInt8(number >> 8)) + PDFContent.hex(UInt8(number & 0xFF))
            // A form of a letter stands for the letter.
            let letters = String(scalar).precomposedStringWithCompatibilityMapping
            return "<\(code)> <\(PDFContent.utf16(letters).dropFirst(4))>"
        }
        for start in stride(from: 0, to: lines.count, by: 100) {
            let part = lines[start..<min(start + 100, lines.count)]
            out += "\(part.count) beginbfchar\n\(part.joined(separator: "\n"))\nendbfchar\n"
        }
        return out + "endcmap CMapName currentdict /CMap defineresource pop end end"
    }
}
