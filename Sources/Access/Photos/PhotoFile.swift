import Kernel

/// A picture as it may be kept: told by its bytes and not by what they claim to be, of a bounded size, and written anew
/// with nothing but what draws it. Place and time of a photograph, a comment, or another file behind the picture stay
/// outside.
struct PhotoFile: Sendable, Equatable {
    enum Format: String, Sendable {
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

    static let mostBytes = 256 << 10
    static let sides = 16...1024

    let format: Format
    let width: Int
    let height: Int
    let bytes: [UInt8]

    init(reading bytes: [UInt8]) throws(AppError) {
        guard bytes.count <= Self.mostBytes else {
            throw Self.refusal("The picture has \(bytes.count >> 10) KiB; at most \(Self.mostBytes >> 10) are kept.")
        }
        guard let (format, read) = Self.reader(of: bytes) else {
            throw Self.refusal("This is no PNG, JPEG or WebP picture.")
        }
        guard let contents = read(bytes) else {
            throw Self.refusal("This picture is damaged, moves, or is of a kind that is not kept. Save it anew as PNG.")
        }
        guard Self.sides.contains(contents.width), Self.sides.contains(contents.height) else {
            throw Self.refusal(
                "The picture has \(contents.width) × \(contents.height) pixels; each side may have "
                    + "\(Self.sides.lowerBound) to \(Self.sides.upperBound).")
        }
        self.format = format
        width = contents.width
        height = contents.height
        self.bytes = contents.bytes
    }

    private static func reader(of bytes: [UInt8]) -> (Format, ([UInt8]) -> Contents?)? {
        if bytes.starts(with: PNGFile.signature) { return (.png, PNGFile.read) }
        if bytes.starts(with: JPEGFile.signature) { return (.jpeg, JPEGFile.read) }
        if WebPFile.isOne(bytes) { return (.webp, WebPFile.read) }
        return nil
    }

    private static func refusal(_ reason: String) -> AppError {
        AppError(.invalid, "The picture cannot be kept.", fields: ["photo": reason])
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
