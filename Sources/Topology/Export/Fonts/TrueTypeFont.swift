import Foundation

/// A TrueType font as it lies in a file: which glyph stands for a letter, how wide it is, and a smaller font of some of
/// its glyphs. It reads what a PDF needs (OpenType 1.9: `cmap`, `head`, `hhea`, `hmtx`, `maxp`, `loca`, `glyf`), trusts no
/// number in the file, and knows nothing about files.
struct TrueTypeFont: Sendable {
    private let data: Data
    private let tables: [String: Range<Int>]
    private let longOffsets: Bool
    private let metricCount: Int
    private let map: CharacterMap
    let glyphCount: Int
    let unitsPerEm: Int
    let ascent: Int
    let descent: Int
    let box: [Int]

    /// Nil for what is no TrueType font with outlines, or forbids to be put into a file in part.
    init?(_ data: Data) {
        // One that was cut out of another begins elsewhere than at 0.
        let reader = FontReader(data.startIndex == 0 ? data : Data(data))
        guard let tables = Self.tables(reader), Self.mayBeEmbedded(reader, tables) else { return nil }
        guard let head = tables["head"], head.count >= 54, let hhea = tables["hhea"], hhea.count >= 36,
            let maxp = tables["maxp"], maxp.count >= 6, tables["hmtx"] != nil, tables["loca"] != nil,
            tables["glyf"] != nil, let cmap = tables["cmap"],
            let map = CharacterMap(reader, cmap)
        else { return nil }
        guard let unitsPerEm = reader.u16(head.lowerBound + 18), unitsPerEm > 0,
            let glyphCount = reader.u16(maxp.lowerBound + 4), let offsets = reader.i16(head.lowerBound + 50),
            let ascent = reader.i16(hhea.lowerBound + 4), let descent = reader.i16(hhea.lowerBound + 6),
            let metricCount = reader.u16(hhea.lowerBound + 34), metricCount > 0
        else { return nil }
        self.data = reader.data
        self.tables = tables
        self.map = map
        self.glyphCount = glyphCount
        self.unitsPerEm = unitsPerEm
        self.ascent = ascent
        self.descent = descent
        self.metricCount = metricCount
        longOffsets = offsets != 0
        box = (0..<4).compactMap { reader.i16(head.lowerBound + 36 + 2 * $0) }
    }

    private static func tables(_ reader: FontReader) -> [String: Range<Int>]? {
        // The first font of a collection.
        let start = reader.tag(0) == "ttcf" ? reader.u32(12) : 0
        guard let start, let version = reader.u32(start), version == 0x0001_0000 || reader.tag(start) == "true",
            let count = reader.u16(start + 4)
        else { return nil }
        var tables: [String: Range<Int>] = [:]
        for number in 0..<count {
            let entry = start + 12 + 16 * number
            guard let tag = reader.tag(entry), let offset = reader.u32(entry + 8), let length = reader.u32(entry + 12),
                offset + length <= reader.data.count
            else { return nil }
            tables[tag] = offset..<(offset + length)
        }
        return tables
    }

    /// `fsType` of `OS/2`: neither restricted nor only as a whole.
    private static func mayBeEmbedded(_ reader: FontReader, _ tables: [String: Range<Int>]) -> Bool {
        guard let os2 = tables["OS/2"], let rights = reader.u16(os2.lowerBound + 8) else { return true }
        return rights & 0x000F != 0x0002 && rights & 0x0300 == 0
    }

    /// 0 is no glyph.
    func glyph(of scalar: Unicode.Scalar) -> Int? {
        guard let glyph = map.glyph(of: scalar.value, FontReader(data)), glyph > 0, glyph < glyphCount else {
            return nil
        }
        return glyph
    }

    /// Whether the file holds what is drawn for a glyph, whole.
    func isDrawable(_ glyph: Int, depth: Int = 0) -> Bool {
        guard depth < 8, let outline = outline(glyph) else { return false }
        return Self.components(outline).allSatisfy { place in
            isDrawable(Int(outline[place]) << 8 | Int(outline[place + 1]), depth: depth + 1)
        }
    }

    /// In thousandths of the size.
    func width(of glyph: Int) -> Double {
        guard let table = tables["hmtx"] else { return 0 }
        let number = min(glyph, metricCount - 1)
        return Double(FontReader(data).u16(table.lowerBound + 4 * number) ?? 0) * 1_000 / Double(unitsPerEm)
    }

    // MARK: A part of it

    /// A font of these glyphs in this order, with those they are composed of behind them; number 0 is for what is missing.
    /// Nil when the file is damaged there.
    func subset(_ glyphs: [Int]) -> [UInt8]? {
        var chosen = [0] + glyphs
        var index = Dictionary(chosen.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        var outlines: [[UInt8]] = []
        var at = 0
        while at < chosen.count {
            guard var outline = outline(chosen[at]) else { return nil }
            for place in Self.components(outline) {
                let part = Int(outline[place]) << 8 | Int(outline[place + 1])
                guard part < glyphCount, chosen.count < 60_000 else { return nil }
                let number = index[part] ?? chosen.count
                if number == chosen.count {
                    index[part] = number
                    chosen.append(part)
                }
                outline[place] = UInt8(number >> 8)
                outline[place + 1] = UInt8(number & 0xFF)
            }
            outlines.append(outline)
            at += 1
        }
        return file(chosen, outlines)
    }

    private func outline(_ glyph: Int) -> [UInt8]? {
        guard let loca = tables["loca"], let glyf = tables["glyf"] else { return nil }
        let reader = FontReader(data)
        func offset(_ number: Int) -> Int? {
            longOffsets
                ? reader.u32(loca.lowerBound + 4 * number)
                : reader.u16(loca.lowerBound + 2 * number).map { $0 * 2 }
        }
        guard glyph < glyphCount, let start = offset(glyph), let end = offset(glyph + 1), start <= end,
            glyf.lowerBound + end <= glyf.upperBound
        else { return nil }
        return Array(data[(glyf.lowerBound + start)..<(glyf.lowerBound + end)])
    }

    /// Where a composed outline names its parts.
    private static func components(_ outline: [UInt8]) -> [Int] {
        guard outline.count >= 10, outline[0] & 0x80 != 0 else { return [] }
        var places: [Int] = []
        var at = 10
        while at + 4 <= outline.count {
            let flags = Int(outline[at]) << 8 | Int(outline[at + 1])
            places.append(at + 2)
            at += flags & 0x0001 != 0 ? 8 : 6
            if flags & 0x0008 != 0 {
                at += 2
            } else if flags & 0x0040 != 0 {
                at += 4
            } else if flags & 0x0080 != 0 {
                at += 8
            }
            guard flags & 0x0020 != 0 else { break }
        }
        return places
    }

    private func file(_ glyphs: [Int], _ outlines: [[UInt8]]) -> [UInt8]? {
        var glyf: [UInt8] = []
        var loca: [UInt8] = []
        var hmtx: [UInt8] = []
        let reader = FontReader(data)
        for (glyph, outline) in zip(glyphs, outlines) {
            loca.append(big: glyf.count, bytes: 4)
            glyf += outline
            while glyf.count % 4 != 0 { glyf.append(0) }
            let metric = (tables["hmtx"]?.lowerBound ?? 0) + 4 * min(glyph, metricCount - 1)
            let bearing =
                glyph < metricCount
                ? metric + 2 : (tables["hmtx"]?.lowerBound ?? 0) + 4 * metricCount + 2 * (glyph - metricCount)
            hmtx.append(big: reader.u16(metric) ?? 0, bytes: 2)
            hmtx.append(big: reader.u16(bearing) ?? 0, bytes: 2)
        }
        loca.append(big: glyf.count, bytes: 4)
        guard var head = bytes("head"), var hhea = bytes("hhea"), var maxp = bytes("maxp"), head.count >= 54,
            hhea.count >= 36, maxp.count >= 6
        else { return nil }
        head.set(big: 0, bytes: 4, at: 8)
        head.set(big: 1, bytes: 2, at: 50)
        hhea.set(big: glyphs.count, bytes: 2, at: 34)
        maxp.set(big: glyphs.count, bytes: 2, at: 4)
        var parts: [(String, [UInt8])] = [
            ("glyf", glyf), ("head", head), ("hhea", hhea), ("hmtx", hmtx), ("loca", loca), ("maxp", maxp),
        ]
        // The programs that outlines call on.
        for name in ["cvt ", "fpgm", "prep"] { if let table = bytes(name) { parts.append((name, table)) } }
        return Self.assembled(parts.sorted { $0.0 < $1.0 })
    }

    private func bytes(_ table: String) -> [UInt8]? { tables[table].map { Array(data[$0]) } }

    private static func assembled(_ parts: [(name: String, bytes: [UInt8])]) -> [UInt8] {
        var power = 1
        while power * 2 <= parts.count { power *= 2 }
        var out: [UInt8] = [0, 1, 0, 0]
        out.append(big: parts.count, bytes: 2)
        out.append(big: power * 16, bytes: 2)
        out.append(big: power.trailingZeroBitCount, bytes: 2)
        out.append(big: (parts.count - power) * 16, bytes: 2)
        var body: [UInt8] = []
        let start = 12 + 16 * parts.count
        for (name, bytes) in parts {
            out += Array(name.utf8)
            out.append(big: checksum(bytes), bytes: 4)
            out.append(big: start + body.count, bytes: 4)
            out.append(big: bytes.count, bytes: 4)
            body += bytes
            while body.count % 4 != 0 { body.append(0) }
        }
        return out + body
    }

    private static func checksum(_ bytes: [UInt8]) -> Int {
        var sum: UInt32 = 0
        for start in stride(from: 0, to: bytes.count, by: 4) {
            var word: UInt32 = 0
            for place in start..<start + 4 { word = word << 8 | UInt32(place < bytes.count ? bytes[place] : 0) }
            sum &+= word
        }
        return Int(sum)
    }
}

extension [UInt8] {
    fileprivate mutating func append(big value: Int, bytes: Int) {
        for shift in stride(from: 8 * (bytes - 1), through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    fileprivate mutating func set(big value: Int, bytes: Int, at place: Int) {
        for number in 0..<bytes {
            self[place + number] = UInt8(truncatingIfNeeded: value >> (8 * (bytes - 1 - number)))
        }
    }
}
