import CZlib

/// PNG (RFC 2083 and its third edition): chunks of length, type, data and check sum.
enum PNGFile {
    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    /// Without these a picture cannot be drawn; the others tell about it, or make it move.
    private static let kept: Set<String> = ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"]

    /// Nil for what is damaged or ends too early.
    static func read(_ bytes: [UInt8]) -> PictureFile.Contents? {
        let window = ByteWindow(bytes: bytes)
        var out = signature
        var size: (width: Int, height: Int)?
        var hasData = false
        var hasPalette = false
        var at = signature.count
        while let length = window.big(4, at: at), length <= bytes.count - at - 12 {
            let chunk = at..<at + length + 12
            let type = String(decoding: bytes[at + 4..<at + 8], as: UTF8.self)
            if size == nil {
                guard type == "IHDR", length == 13, isHead(bytes[at + 16..<at + 21]) else { return nil }
                guard let width = window.big(4, at: at + 8), let height = window.big(4, at: at + 12) else { return nil }
                size = (width, height)
            } else if type == "IHDR" {
                return nil
            }
            if kept.contains(type) {
                guard window.big(4, at: at + 8 + length) == check(bytes[at + 4..<at + 8 + length]) else { return nil }
                out += bytes[chunk]
            }
            hasPalette = hasPalette || type == "PLTE"
            hasData = hasData || (type == "IDAT" && length > 0)
            if type == "IEND" {
                guard let size, hasData, hasPalette || bytes[25] != 3 else { return nil }
                return PictureFile.Contents(width: size.width, height: size.height, bytes: out)
            }
            at = chunk.upperBound
        }
        return nil
    }

    /// Depth, colours, compression, filter and interlacing, as the standard allows them together.
    private static func isHead(_ head: ArraySlice<UInt8>) -> Bool {
        let depths: [UInt8: [UInt8]] = [
            0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16],
        ]
        let values = Array(head)
        return depths[values[1]]?.contains(values[0]) == true && values[2] == 0 && values[3] == 0 && values[4] <= 1
    }

    /// The check sum of a chunk (CRC-32 of ISO 3309).
    static func check(_ bytes: some Collection<UInt8>) -> Int {
        let whole = Array(bytes)
        return Int(crc32(0, whole, UInt32(whole.count)))
    }
}
