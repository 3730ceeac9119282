/// The drawing operators of a PDF page.
struct PDFContent: Sendable {
    private(set) var bytes: [UInt8] = []
    private(set) var fonts: PDFFonts

    init(fonts: PDFFonts) {
        self.fonts = fonts
    }

    mutating func add(_ operators: String) {
        bytes += Array(operators.utf8)
        bytes.append(0x0A)
    }

    func n(_ value: Double) -> String { ExportText.number(value) }
    func at(_ point: (x: Double, y: Double)) -> String { "\(n(point.x)) \(n(point.y))" }

    /// A colour `#rrggbb` mixed into white: paper needs no transparency.
    func faded(_ hex: String, _ opacity: Double) -> String {
        let value = UInt32(hex.dropFirst(), radix: 16) ?? 0
        return [16, 8, 0].map { shift in
            let part = Double((value >> UInt32(shift)) & 0xFF) / 255
            return n(1 - (1 - part) * opacity)
        }.joined(separator: " ")
    }

    func circle(_ radius: Double) -> String {
        let k = radius * 0.5523
        let (r, m) = (n(radius), n(-radius))
        return """
            \(r) 0 m \(r) \(n(k)) \(n(k)) \(r) 0 \(r) c \(n(-k)) \(r) \(m) \(n(k)) \(m) 0 c \
            \(m) \(n(-k)) \(n(-k)) \(m) 0 \(m) c \(n(k)) \(m) \(r) \(n(-k)) \(r) 0 c h
            """
    }

    /// An icon's path: its commands stand before their numbers there, and behind them here.
    func path(_ data: String) -> String {
        var out: [Substring] = []
        var pending: Substring?
        for token in data.split(separator: " ") {
            guard let first = token.first, first.isLetter else {
                out.append(token)
                continue
            }
            if let pending { out.append(pending) }
            pending =
                switch first {
                case "M": "m"
                case "L": "l"
                case "C": "c"
                default: "h"
                }
        }
        if let pending { out.append(pending) }
        return out.joined(separator: " ")
    }

    /// Words centred at a place, upright although the page is turned.
    mutating func words(_ text: String, x: Double, y: Double, size: Double, colour: String) {
        let (runs, isIncomplete) = fonts.runs(text)
        guard !runs.isEmpty else { return }
        let width = runs.reduce(0) { $0 + $1.width } * size / 1_000
        // Paper behind the words, so that lines do not run through them.
        add("1 1 1 rg \(n(x - width / 2 - 1)) \(n(y - size * 0.8)) \(n(width + 2)) \(n(size * 1.05)) re f")
        if isIncomplete { add("/Span << /ActualText <\(Self.utf16(text))> >> BDC") }
        add("BT \(faded(colour, 1)) rg 1 0 0 -1 \(n(x - width / 2)) \(n(y)) Tm")
        for run in runs { add("/F\(run.font) \(n(size)) Tf <\(run.hex)> Tj") }
        add("ET")
        if isIncomplete { add("EMC") }
    }

    static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.utf8.count == 1 ? "0\(digits)" : digits
    }

    /// A text string of PDF in hexadecimal digits: nothing in it can end it.
    static func utf16(_ text: String) -> String {
        "feff" + text.utf16.map { hex(UInt8($0 >> 8)) + hex(UInt8($0 & 0xFF)) }.joined()
    }
}

/// The encoding of the standard fonts, and Helvetica's widths.
enum WinAnsi {
    /// Drawn for what is not in the encoding: a bullet.
    static let dot: UInt8 = 0x95

    private static let upper: [UInt32: UInt8] = [
        0x20AC: 0x80, 0x201A: 0x82, 0x0192: 0x83, 0x201E: 0x84, 0x2026: 0x85, 0x2020: 0x86, 0x2021: 0x87,
        0x02C6: 0x88, 0x2030: 0x89, 0x0160: 0x8A, 0x2039: 0x8B, 0x0152: 0x8C, 0x017D: 0x8E, 0x2018: 0x91,
        0x2019: 0x92, 0x201C: 0x93, 0x201D: 0x94, 0x2022: 0x95, 0x2013: 0x96, 0x2014: 0x97, 0x02DC: 0x98,
        0x2122: 0x99, 0x0161: 0x9A, 0x203A: 0x9B, 0x0153: 0x9C, 0x017E: 0x9E, 0x0178: 0x9F,
    ]

    static func byte(of scalar: Unicode.Scalar) -> UInt8? {
        switch scalar.value {
        case 0x20..<0x7F, 0xA0...0xFF: UInt8(scalar.value)
        default: upper[scalar.value]
        }
    }

    /// Of the characters from the space to the tilde, in thousandths of the size.
    private static let widths: [Double] = [
        278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556,
        556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667,
        556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556,
        556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722,
        500, 500, 500, 334, 260, 334, 584,
    ]

    /// Letters with accents are about as wide as most: words are only centred by it.
    static func width(of byte: UInt8) -> Double {
        byte >= 0x20 && Int(byte) - 0x20 < widths.count ? widths[Int(byte) - 0x20] : 556
    }
}
