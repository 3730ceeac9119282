import Foundation

/// Numbers of a font file, most significant byte first; nil beyond its end.
struct FontReader {
    let data: Data

    init(_ data: Data) { self.data = data }

    func u16(_ at: Int) -> Int? {
        guard at >= 0, at + 2 <= data.count else { return nil }
        return Int(data[at]) << 8 | Int(data[at + 1])
    }

    func i16(_ at: Int) -> Int? { u16(at).map { $0 > 0x7FFF ? $0 - 0x1_0000 : $0 } }

    func u32(_ at: Int) -> Int? {
        guard let high = u16(at), let low = u16(at + 2) else { return nil }
        return high << 16 | low
    }

    func tag(_ at: Int) -> String? {
        guard at >= 0, at + 4 <= data.count else { return nil }
        return String(decoding: data[at..<at + 4], as: UTF8.self)
    }
}

/// The table `cmap`: formats 4 (the first plane) and 12 (all of Unicode).
struct CharacterMap: Sendable {
    private let format: Int
    private let start: Int

    init?(_ reader: FontReader, _ table: Range<Int>) {
        guard let count = reader.u16(table.lowerBound + 2) else { return nil }
        var best: (rank: Int, format: Int, start: Int)?
        for number in 0..<count {
            let entry = table.lowerBound + 4 + 8 * number
            guard let platform = reader.u16(entry), let encoding = reader.u16(entry + 2),
                let offset = reader.u32(entry + 4), let format = reader.u16(table.lowerBound + offset)
            else { return nil }
            let isUnicode = platform == 0 || (platform == 3 && (encoding == 1 || encoding == 10))
            guard isUnicode, format == 4 || format == 12, format > best?.rank ?? 0 else { continue }
            best = (format, format, table.lowerBound + offset)
        }
        guard let best else { return nil }
        (format, start) = (best.format, best.start)
    }

    func glyph(of scalar: UInt32, _ reader: FontReader) -> Int? {
        format == 12 ? inGroups(Int(scalar), reader) : inSegments(Int(scalar), reader)
    }

    private func inGroups(_ scalar: Int, _ reader: FontReader) -> Int? {
        guard let count = reader.u32(start + 12) else { return nil }
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            let group = start + 16 + 12 * middle
            guard let first = reader.u32(group), let last = reader.u32(group + 4), let glyph = reader.u32(group + 8)
            else { return nil }
            if scalar < first {
                high = middle
            } else if scalar > last {
                low = middle + 1
            } else {
                return glyph + scalar - first
            }
        }
        return nil
    }

    private func inSegments(_ scalar: Int, _ reader: FontReader) -> Int? {
        guard scalar <= 0xFFFF, let doubled = reader.u16(start + 6) else { return nil }
        let (ends, count) = (start + 14, doubled / 2)
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            guard let end = reader.u16(ends + 2 * middle) else { return nil }
            if end < scalar { low = middle + 1 } else { high = middle }
        }
        let starts = ends + doubled + 2
        guard low < count, let first = reader.u16(starts + 2 * low), first <= scalar,
            let delta = reader.u16(starts + doubled + 2 * low), let offset = reader.u16(starts + 2 * doubled + 2 * low)
        else { return nil }
        if offset == 0 { return (scalar + delta) & 0xFFFF }
        let place = starts + 2 * doubled + 2 * low + offset + 2 * (scalar - first)
        guard let glyph = reader.u16(place), glyph != 0 else { return nil }
        return (glyph + delta) & 0xFFFF
    }
}
