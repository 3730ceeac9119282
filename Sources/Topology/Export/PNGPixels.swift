import CZlib

/// The rows of a PNG (third edition, sections 7, 9 and 11) as PDF needs them: coded as they are where it reads that, and
/// colours apart from what shines through where it wants them so.
struct PNGPixels {
    let width: Int
    let height: Int
    /// Bits of a sample: 1, 2, 4, 8 or 16.
    let depth: Int
    let colour: Colour
    private(set) var palette: [UInt8] = []
    private(set) var transparency: [UInt8] = []
    /// Rows with their filters, packed by zlib.
    private(set) var packed: [UInt8] = []

    enum Colour: Int {
        case grey = 0
        case rgb = 2
        case indexed = 3
        case greyAlpha = 4
        case rgba = 6

        var channels: Int {
            switch self {
            case .grey, .indexed: 1
            case .greyAlpha: 2
            case .rgb: 3
            case .rgba: 4
            }
        }
    }

    /// An icon has at most 512 pixels on a side; more than this many bytes are not unpacked.
    private static let mostBytes = 4 << 20

    /// Nil for what is damaged, and for interlaced rows, which PDF does not know.
    init?(_ bytes: [UInt8]) {
        func number(_ count: Int, _ at: Int) -> Int { bytes[at..<at + count].reduce(0) { $0 << 8 | Int($1) } }
        guard bytes.count > 33, let colour = Colour(rawValue: Int(bytes[25])), bytes[28] == 0 else { return nil }
        (width, height, depth) = (number(4, 16), number(4, 20), Int(bytes[24]))
        self.colour = colour
        var at = 8
        while at + 12 <= bytes.count, number(4, at) <= bytes.count - at - 12 {
            let data = bytes[at + 8..<at + 8 + number(4, at)]
            switch String(decoding: bytes[at + 4..<at + 8], as: UTF8.self) {
            case "PLTE": palette = Array(data)
            case "tRNS": transparency = Array(data)
            case "IDAT": packed += data
            default: break
            }
            at = data.endIndex + 4
        }
        let depths = colour == .grey || colour == .indexed ? [1, 2, 4, 8, 16] : [8, 16]
        guard depths.contains(depth), (1...65_535).contains(width), (1...65_535).contains(height),
            (rowBytes + 1) * height <= Self.mostBytes, !packed.isEmpty, (colour == .indexed) == !palette.isEmpty
        else { return nil }
    }

    private var rowBytes: Int { (width * colour.channels * depth + 7) / 8 }

    /// The bytes of all rows without their filters; nil for what is damaged.
    private func rows() -> [UInt8]? {
        let length = (rowBytes + 1) * height
        guard let raw = Zlib.unpacked(packed, to: length) else { return nil }
        let step = max(1, colour.channels * depth / 8)
        var out = [UInt8](repeating: 0, count: rowBytes * height)
        for row in 0..<height {
            let (start, here) = (row * (rowBytes + 1), row * rowBytes)
            let filter = raw[start]
            guard filter <= 4 else { return nil }
            for column in 0..<rowBytes {
                let left = column >= step ? out[here + column - step] : 0
                let up = row > 0 ? out[here + column - rowBytes] : 0
                let corner = row > 0 && column >= step ? out[here + column - rowBytes - step] : 0
                let guess: UInt8 =
                    switch filter {
                    case 1: left
                    case 2: up
                    case 3: UInt8((Int(left) + Int(up)) / 2)
                    case 4: Self.paeth(left, up, corner)
                    default: 0
                    }
                out[here + column] = raw[start + 1 + column] &+ guess
            }
        }
        return out
    }

    /// Whichever of the three is nearest to left + up - corner.
    private static func paeth(_ left: UInt8, _ up: UInt8, _ corner: UInt8) -> UInt8 {
        let (a, b, c) = (Int(left), Int(up), Int(corner))
        let (toLeft, toUp, toCorner) = (abs(b - c), abs(a - c), abs(a + b - 2 * c))
        return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner
    }

    /// Colours and how far each pixel covers, a byte a sample, of pictures that have both in their pixels.
    func split() -> (colours: [UInt8], cover: [UInt8])? {
        guard colour == .rgba || colour == .greyAlpha, let rows = rows() else { return nil }
        let (channels, size) = (colour.channels, depth / 8)
        var colours: [UInt8] = []
        var cover: [UInt8] = []
        for pixel in 0..<width * height {
            let start = pixel * channels * size
            // Of sixteen bits the upper eight are what a screen shows.
            for channel in 0..<channels - 1 { colours.append(rows[start + channel * size]) }
            cover.append(rows[start + (channels - 1) * size])
        }
        return (colours, cover)
    }

    /// How far each pixel covers, of a picture whose palette says so.
    func cover() -> [UInt8]? {
        guard colour == .indexed, !transparency.isEmpty, let rows = rows() else { return nil }
        return (0..<width * height).map { pixel in
            let (row, column) = (pixel / width, pixel % width)
            let bit = column * depth
            let byte = rows[row * rowBytes + bit / 8]
            let index = Int(byte >> UInt8(8 - depth - bit % 8)) & (1 << depth - 1)
            return index < transparency.count ? transparency[index] : 255
        }
    }
}

/// Bytes packed by zlib (RFC 1950), as PNG and PDF have them.
enum Zlib {
    /// Nil for what is damaged or would become another length.
    static func unpacked(_ packed: [UInt8], to size: Int) -> [UInt8]? {
        var out = [UInt8](repeating: 0, count: size)
        var count = uLongf(size)
        guard uncompress(&out, &count, packed, uLong(packed.count)) == Z_OK, Int(count) == size else { return nil }
        return out
    }

    static func packed(_ bytes: [UInt8]) -> [UInt8]? {
        var count = compressBound(uLong(bytes.count))
        var out = [UInt8](repeating: 0, count: Int(count))
        guard compress2(&out, &count, bytes, uLong(bytes.count), 6) == Z_OK else { return nil }
        return Array(out.prefix(Int(count)))
    }
}
