import Crypto
import Kernel

/// How large a picture may be that somebody sends.
package struct PictureLimits: Sendable, Equatable {
    package let bytes: Int
    /// Of the width and of the height, in pixels.
    package let sides: ClosedRange<Int>

    package init(bytes: Int, sides: ClosedRange<Int>) {
        self.bytes = bytes
        self.sides = sides
    }

    package static let photo = PictureLimits(bytes: 256 << 10, sides: 16...1024)
    package static let icon = PictureLimits(bytes: 64 << 10, sides: 16...512)
    package static let logo = PictureLimits(bytes: 256 << 10, sides: 16...1024)
    package static let background = PictureLimits(bytes: 1 << 20, sides: 320...4096)
}

/// A picture as it may be kept: told by its bytes and not by what they claim to be, of a bounded size, and written anew
/// with nothing but what draws it. Place and time of a photograph, a comment, or another file behind the picture stay
/// outside. It is never unpacked here, so a picture of a hundred megapixels costs no more than its head.
package struct PictureFile: Sendable, Equatable {
    package enum Format: String, Sendable {
        case png = "image/png"
        case jpeg = "image/jpeg"
        case webp = "image/webp"

        var ending: String {
            switch self {
            case .png: "png"
            case .jpeg: "jpg"
            case .webp: "webp"
            }
        }
    }

    /// What the reader of a format has found.
    struct Contents: Equatable {
        let width: Int
        let height: Int
        let bytes: [UInt8]
    }

    package let format: Format
    package let width: Int
    package let height: Int
    package let bytes: [UInt8]

    /// `field` is what a refusal is told beside.
    package init(reading bytes: [UInt8], limits: PictureLimits, field: String = "picture") throws(AppError) {
        func refusal(_ reason: String) -> AppError {
            AppError(.invalid, "The picture cannot be kept.", fields: [field: reason])
        }
        guard bytes.count <= limits.bytes else {
            throw refusal("The picture has \(bytes.count >> 10) KiB; at most \(limits.bytes >> 10) are kept.")
        }
        guard let (format, read) = Self.reader(of: bytes) else {
            // An SVG is a document that may hold scripts and ask other places.
            throw refusal("This is no PNG, JPEG or WebP picture.")
        }
        guard let contents = read(bytes) else {
            throw refusal("This picture is damaged, moves, or is of a kind that is not kept. Save it anew as PNG.")
        }
        guard limits.sides.contains(contents.width), limits.sides.contains(contents.height) else {
            throw refusal(
                "The picture has \(contents.width) × \(contents.height) pixels; each side may have "
                    + "\(limits.sides.lowerBound) to \(limits.sides.upperBound).")
        }
        self.format = format
        width = contents.width
        height = contents.height
        self.bytes = contents.bytes
    }

    /// The same picture has the same version, so that a browser asks for it once.
    package var version: String {
        let hash = SHA256.hash(data: bytes).prefix(8)
        return hash.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    private static func reader(of bytes: [UInt8]) -> (Format, ([UInt8]) -> Contents?)? {
        if bytes.starts(with: PNGFile.signature) { return (.png, PNGFile.read) }
        if bytes.starts(with: JPEGFile.signature) { return (.jpeg, JPEGFile.read) }
        if WebPFile.isOne(bytes) { return (.webp, WebPFile.read) }
        return nil
    }
}

/// Numbers out of bytes; nil past the end.
struct ByteWindow {
    let bytes: [UInt8]

    func big(_ count: Int, at start: Int) -> Int? { number(start..<start + count) }

    func little(_ count: Int, at start: Int) -> Int? {
        guard start >= 0, start + count <= bytes.count else { return nil }
        return bytes[start..<start + count].reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    private func number(_ range: Range<Int>) -> Int? {
        guard range.lowerBound >= 0, range.upperBound <= bytes.count else { return nil }
        return bytes[range].reduce(0) { $0 << 8 | Int($1) }
    }
}
