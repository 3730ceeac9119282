/// JPEG (ITU-T T.81): segments that begin with a marker, and between them the coded picture.
enum JPEGFile {
    static let signature: [UInt8] = [0xFF, 0xD8, 0xFF]

    /// Nil for what is damaged or ends too early.
    static func read(_ bytes: [UInt8]) -> PictureFile.Contents? {
        let window = ByteWindow(bytes: bytes)
        var out: [UInt8] = [0xFF, 0xD8]
        var size: (width: Int, height: Int)?
        var hasScan = false
        var isTurned = false
        var at = 2
        while at + 1 < bytes.count {
            guard bytes[at] == 0xFF else { return nil }
            let marker = bytes[at + 1]
            if marker == 0xFF {
                // Markers may be preceded by any number of fill bytes.
                at += 1
                continue
            }
            if marker == 0xD9 {
                guard let size, hasScan else { return nil }
                return PictureFile.Contents(width: size.width, height: size.height, bytes: out + [0xFF, 0xD9])
            }
            guard let length = window.big(2, at: at + 2), length >= 2, at + 2 + length <= bytes.count else {
                return nil
            }
            let segment = at..<at + 2 + length
            if isFrame(marker) {
                guard size == nil, length >= 8, isDrawn(marker), bytes[at + 4] == 8,
                    let height = window.big(2, at: at + 5),
                    let width = window.big(2, at: at + 7)
                else { return nil }
                size = (width, height)
            }
            if isNeeded(marker) { out += bytes[segment] }
            if marker == 0xE1, !isTurned, size == nil, let turn = orientation(bytes[segment]) {
                out += orientationSegment(turn)
                isTurned = true
            }
            at = segment.upperBound
            if marker == 0xDA {
                guard size != nil else { return nil }
                let end = endOfScan(bytes, from: at)
                out += bytes[at..<end]
                hasScan = hasScan || end > at
                at = end
            }
        }
        return nil
    }

    /// Baseline, extended and progressive with Huffman codes, eight bits each: what browsers draw.
    private static func isDrawn(_ marker: UInt8) -> Bool { (0xC0...0xC2).contains(marker) }

    /// Start of frame, of any coding; C4, C8 and CC are something else.
    private static func isFrame(_ marker: UInt8) -> Bool {
        (0xC0...0xCF).contains(marker) && ![0xC4, 0xC8, 0xCC].contains(marker)
    }

    /// Tables, frames and scans, and Adobe's word on what the colours are. Everything else tells about the picture.
    private static func isNeeded(_ marker: UInt8) -> Bool {
        isFrame(marker) || [0xC4, 0xCC, 0xDA, 0xDB, 0xDC, 0xDD, 0xEE].contains(marker)
    }

    /// How a camera was held, 2 to 8; nil where the picture stands upright or nothing says. The rest of Exif, such as where
    /// and when, is not for the daemon to keep.
    private static func orientation(_ segment: ArraySlice<UInt8>) -> UInt8? {
        let exif = ByteWindow(bytes: Array(segment.dropFirst(4)))
        guard exif.bytes.starts(with: Array("Exif\0\0".utf8)), exif.bytes.count >= 14 else { return nil }
        let isLittle = exif.bytes[6] == 0x49
        func number(_ count: Int, at place: Int) -> Int? {
            isLittle ? exif.little(count, at: place) : exif.big(count, at: place)
        }
        guard let start = number(4, at: 10), start < exif.bytes.count, let entries = number(2, at: 6 + start) else {
            return nil
        }
        for entry in 0..<min(entries, 256) {
            let place = 6 + start + 2 + entry * 12
            guard let tag = number(2, at: place), let value = number(2, at: place + 8) else { return nil }
            if tag == 0x0112 { return (2...8).contains(value) ? UInt8(value) : nil }
        }
        return nil
    }

    /// An Exif segment that says how the picture is turned, and nothing else.
    private static func orientationSegment(_ turn: UInt8) -> [UInt8] {
        let directory: [UInt8] = [0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, turn, 0, 0, 0, 0, 0, 0]
        let exif = Array("Exif\0\0MM\0*".utf8) + [0, 0, 0, 8] + directory
        return [0xFF, 0xE1, 0, UInt8(exif.count + 2)] + exif
    }

    /// Coded bytes hold FF only before a zero or within a restart marker.
    private static func endOfScan(_ bytes: [UInt8], from start: Int) -> Int {
        var at = start
        while at + 1 < bytes.count {
            if bytes[at] == 0xFF, bytes[at + 1] != 0, !(0xD0...0xD7).contains(bytes[at + 1]) { return at }
            at += 1
        }
        return bytes.count
    }
}
