import Foundation
import Testing

@testable import Topology

/// Letters that Helvetica has not. The font is Debian's `fonts-jetbrains-mono`, which the pages are built with.
@Suite("Fonts in a PDF")
struct PDFFontTests {
    private static let place = "/usr/share/fonts/truetype/jetbrains-mono/JetBrainsMono-Regular.ttf"
    private static let hasFont = FileManager.default.fileExists(atPath: place)

    private static func font() throws -> TrueTypeFont {
        try #require(TrueTypeFont(Data(contentsOf: URL(filePath: place))))
    }

    private static func pdf(_ name: String, places: [String]) -> [UInt8] {
        let scene = ExportScene(
            title: "T", date: "D",
            nodes: [.init(id: 1, kind: .service, name: name, status: "up", icon: "service", x: 0, y: 0)], links: [])
        return PDFWriter(scene: scene, look: .of(.light), shelf: FontShelf(places: places)).bytes
    }

    @Test("a font says which glyph draws a letter, and how wide", .enabled(if: hasFont))
    func letters() throws {
        let font = try Self.font()
        let glyph = try #require(font.glyph(of: "Ж"))

        // Every letter of a font for programs is as wide as another.
        #expect(font.width(of: glyph) == 600)
        #expect(font.glyph(of: "i").map(font.width) == 600)
        #expect(font.glyph(of: "地") == nil)
        #expect(font.glyph(of: "\u{10FFFF}") == nil)
        #expect(font.isDrawable(glyph))
        #expect(!font.isDrawable(font.glyphCount))
    }

    @Test("a part of a font is a font, with the parts of composed letters", .enabled(if: hasFont))
    func part() throws {
        let font = try Self.font()
        let glyphs = try "Жé".unicodeScalars.map { try #require(font.glyph(of: $0)) }

        let bytes = try #require(font.subset(glyphs))

        #expect(bytes.count < 20_000)
        let reader = FontReader(Data(bytes))
        let tables = (0..<(reader.u16(4) ?? 0)).compactMap { reader.tag(12 + 16 * $0) }
        #expect(tables == tables.sorted())
        #expect(Set(tables).isSuperset(of: ["glyf", "head", "hhea", "hmtx", "loca", "maxp"]))
        // No map of letters: a PDF says itself which glyph is meant.
        #expect(TrueTypeFont(Data(bytes)) == nil)
        let maxp = (0..<tables.count).first { reader.tag(12 + 16 * $0) == "maxp" }.flatMap {
            reader.u32(12 + 16 * $0 + 8)
        }
        #expect((reader.u16((maxp ?? 0) + 4) ?? 0) >= 3)
    }

    @Test("a damaged font is no font, or draws nothing, and never more", .enabled(if: hasFont))
    func damaged() throws {
        let whole = try Data(contentsOf: URL(filePath: Self.place))
        var seed: UInt64 = 7
        func next(_ limit: Int) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(seed >> 33) % limit
        }
        for round in 0..<100 {
            var data = round % 3 == 0 ? whole.prefix(next(whole.count)) : whole
            // Heads and maps are small and stand in front.
            for _ in 0..<(data.isEmpty ? 0 : 1 + next(40)) { data[next(min(data.count, 4_000))] = UInt8(next(256)) }
            guard let font = TrueTypeFont(Data(data)) else { continue }
            for scalar in "AЖéΩ地".unicodeScalars {
                guard let glyph = font.glyph(of: scalar), font.isDrawable(glyph) else { continue }
                _ = font.width(of: glyph)
                _ = font.subset([glyph])
            }
        }
        #expect(TrueTypeFont(Data()) == nil)
        #expect(TrueTypeFont(Data("true".utf8)) == nil)
    }

    @Test("letters of other scripts are drawn by a part of a font, and found as what they are", .enabled(if: hasFont))
    func drawn() {
        let text = String(decoding: Self.pdf("Журнал-Ω", places: [Self.place]), as: Unicode.ASCII.self)

        #expect(text.contains("/Subtype /CIDFontType2") && text.contains("/FontFile2"))
        #expect(text.contains("<0001> <0416>"))
        // All letters of one name by one font, those Helvetica has too.
        #expect(text.contains("<00010002000300040005000600070008> Tj"))
        // Nothing is missing, so what is drawn says it all.
        #expect(!text.contains("/ActualText"))
    }

    @Test("without a font, or with one that lacks a letter, there is a dot, and the name goes along all the same")
    func missing() {
        for places in [[], ["/nowhere/at/all.ttf"], [Self.place]] {
            let text = String(decoding: Self.pdf("地下", places: places), as: Unicode.ASCII.self)
            #expect(text.contains("/F0 11 Tf <9595> Tj"))
            #expect(text.contains("/ActualText <feff57304e0b>"))
            #expect(!text.contains("/FontFile2"))
        }
    }

    @Test("names in letters that Helvetica has need no file")
    func plain() {
        let text = String(decoding: Self.pdf("Küche – 2", places: [Self.place]), as: Unicode.ASCII.self)
        #expect(text.contains("<4bfc636865209620 32> Tj".replacing(" 32", with: "32")))
        #expect(!text.contains("/FontFile2") && !text.contains("/ActualText"))
    }

    @Test(
        "scripts from right to left stand as they are read, numbers and other words as they are",
        arguments: [
            ("abc", "abc"), ("שלום", "םולש"), ("nas שלום", "nas םולש"), ("שלום nas", "nas םולש"),
            ("שלום 42", "42 םולש"), ("(שלום)", "(םולש)"), ("שלום-nas-2", "nas-2-םולש"),
        ])
    func order(_ text: String, _ drawn: String) {
        #expect(String(String.UnicodeScalarView(WrittenOrder.of(text))) == drawn)
    }

    @Test("Arabic letters take the form their neighbours ask for")
    func arabic() {
        func forms(_ text: String) -> [UInt32] { ArabicForms.joined(Array(text.unicodeScalars)).map(\.value) }
        // Beh alone, and three of them; with an alef, which joins only backwards.
        #expect(forms("ب") == [0xFE8F])
        #expect(forms("ببب") == [0xFE91, 0xFE92, 0xFE90])
        #expect(forms("باب") == [0xFE91, 0xFE8E, 0xFE8F])
        // Lam and alef are one.
        #expect(forms("لا") == [0xFEFB])
        #expect(forms("بلا") == [0xFE91, 0xFEFC])
        // Marks part nothing; the last letter of the alphabet is where it belongs.
        #expect(forms("بَب") == [0xFE91, 0x064E, 0xFE90])
        #expect(forms("ي") == [0xFEF1])
        #expect(forms("گچ") == [0xFB94, 0xFB7B])
        #expect(forms("abc") == [0x61, 0x62, 0x63])
    }
}
