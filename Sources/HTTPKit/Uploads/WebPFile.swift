/// WebP (RFC 9649): a RIFF file of chunks with a name, a length, and data padded to an even count.
enum WebPFile {
    static func isOne(_ bytes: [UInt8]) -> Bool {
        bytes.count >= 12 && bytes.starts(with: "RIFF".utf8) && bytes[8..<12].elementsEqual("WEBP".utf8)
    }

    /// Nil for what is damaged, ends too early or moves.
    static func read(_ bytes: [UInt8]) -> PictureFile.Contents? {
        let window = ByteWindow(bytes: bytes)
        guard let promised = window.little(4, at: 4), promised >= 4, promised + 8 <= bytes.count else { return nil }
        var canvas: (width: Int, height: Int)?
        var alpha: [UInt8] = []
        var at = 12
        while at + 8 <= promised + 8, let length = window.little(4, at: at + 4), at + 8 + length <= promised + 8 {
            let name = String(decoding: bytes[at..<at + 4], as: UTF8.self)
            let data = Array(bytes[at + 8..<at + 8 + length])
            switch name {
            case "VP8X":
                let head = ByteWindow(bytes: data)
                guard canvas == nil, let flags = data.first, flags & animated == 0, length == 10,
                    let width = head.little(3, at: 4), let height = head.little(3, at: 7)
                else { return nil }
                canvas = (width + 1, height + 1)
            case "ALPH": alpha = chunk(name, data)
            case "VP8 ", "VP8L":
                guard let size = name == "VP8L" ? lossless(data) : lossy(data), canvas ?? size == size else {
                    return nil
                }
                return written(size, alpha: canvas == nil ? [] : alpha, picture: chunk(name, data))
            case "ANIM", "ANMF": return nil
            default: break
            }
            at += 8 + length + length % 2
        }
        return nil
    }

    private static let animated: UInt8 = 0x02
    private static let transparent: UInt8 = 0x10

    /// The size in a key frame's head (RFC 6386 section 9.1).
    private static func lossy(_ data: [UInt8]) -> (width: Int, height: Int)? {
        let head = ByteWindow(bytes: data)
        guard data.count > 10, data[0] & 1 == 0, data[3..<6].elementsEqual([0x9D, 0x01, 0x2A]),
            let width = head.little(2, at: 6), let height = head.little(2, at: 8)
        else { return nil }
        return (width & 0x3FFF, height & 0x3FFF)
    }

    private static func lossless(_ data: [UInt8]) -> (width: Int, height: Int)? {
        guard data.count > 5, data[0] == 0x2F, let bits = ByteWindow(bytes: data).little(4, at: 1) else { return nil }
        return (bits & 0x3FFF + 1, bits >> 14 & 0x3FFF + 1)
    }

    private static func written(
        _ size: (width: Int, height: Int), alpha: [UInt8], picture: [UInt8]
    ) -> PictureFile.Contents {
        var body = Array("WEBP".utf8)
        if !alpha.isEmpty {
            body += chunk(
                "VP8X", [transparent, 0, 0, 0] + little(size.width - 1, 3) + little(size.height - 1, 3))
            body += alpha
        }
        body += picture
        return PictureFile.Contents(
            width: size.width, height: size.height, bytes: Array("RIFF".utf8) + little(body.count, 4) + body)
    }

    private static func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
        Array(name.utf8) + little(data.count, 4) + data + (data.count % 2 == 1 ? [0] : [])
    }

    private static func little(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
}
