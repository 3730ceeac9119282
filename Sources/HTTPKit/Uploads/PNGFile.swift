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
        var at = signature.count
        while let length = window.big(4, at: at), length <= bytes.count - at - 12 {
            let chunk = at..<at + length + 12
            let type = String(decoding: bytes[at + 4..<at + 8], as: UTF8.self)
            if size == nil {
                guard type == "IHDR", length == 13 else { return nil }
                guard let width = window.big(4, at: at + 8), let height = window.big(4, at: at + 12) else { return nil }
                size = (width, height)
            } else if type == "IHDR" {
                return nil
            }
            if kept.contains(type) { out += bytes[chunk] }
            hasData = hasData || (type == "IDAT" && length > 0)
            if type == "IEND" {
                guard let size, hasData else { return nil }
                return PictureFile.Contents(width: size.width, height: size.height, bytes: out)
            }
            at = chunk.upperBound
        }
        return nil
    }
}
