/// JPEG (ITU-T T.81): segments that begin with a marker, and between them the coded picture.
enum JPEGFile {
    static let signature: [UInt8] = [0xFF, 0xD8, 0xFF]

    /// Nil for what is damaged or ends too early.
    static func read(_ bytes: [UInt8]) -> PictureFile.Contents? {
        let window = ByteWindow(bytes: bytes)
        var out: [UInt8] = [0xFF, 0xD8]
        var size: (width: Int, height: Int)?
        var hasScan = false
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
                guard size == nil, length >= 8, let height = window.big(2, at: at + 5),
                    let width = window.big(2, at: at + 7)
                else { return nil }
                size = (width, height)
            }
            if isNeeded(marker) { out += bytes[segment] }
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

    /// Start of frame, of any coding; C4, C8 and CC are something else.
    private static func isFrame(_ marker: UInt8) -> Bool {
        (0xC0...0xCF).contains(marker) && ![0xC4, 0xC8, 0xCC].contains(marker)
    }

    /// Tables, frames and scans, and Adobe's word on what the colours are. Everything else tells about the picture.
    private static func isNeeded(_ marker: UInt8) -> Bool {
        isFrame(marker) || [0xC4, 0xCC, 0xDA, 0xDB, 0xDC, 0xDD, 0xEE].contains(marker)
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
