import HTTPKit

/// A picture that somebody brought, as a PDF holds it (PDF 1.7 section 8.9.5). JPEG and most PNG go in as they are kept;
/// what shines through of a PNG becomes a mask beside it. WebP and interlaced PNG are none: PDF has no such coding.
struct PDFPicture: Sendable {
    private let image: (entries: String, data: [UInt8])
    private let mask: [UInt8]?
    private let size: (width: Int, height: Int)
    /// As Exif counts how a camera was held, 1 to 8.
    private var turn = 1

    init?(_ picture: KeptPicture) {
        switch picture.contentType {
        case "image/png": self.init(png: picture.bytes)
        case "image/jpeg": self.init(jpeg: picture.bytes)
        default: return nil
        }
    }

    private init?(png bytes: [UInt8]) {
        guard let png = PNGPixels(bytes) else { return nil }
        size = (png.width, png.height)
        if png.colour == .rgba || png.colour == .greyAlpha {
            guard let (colours, cover) = png.split(), let data = Zlib.packed(colours), let mask = Zlib.packed(cover)
            else {
                return nil
            }
            image = ("/ColorSpace \(png.colour == .rgba ? "/DeviceRGB" : "/DeviceGray") \(Self.flat)", data)
            self.mask = mask
            return
        }
        let rows = """
            /BitsPerComponent \(png.depth) /Filter /FlateDecode /DecodeParms << /Predictor 15 \
            /Colors \(png.colour.channels) /BitsPerComponent \(png.depth) /Columns \(png.width) >>
            """
        if png.colour == .indexed {
            guard png.depth <= 8, png.palette.count % 3 == 0, png.palette.count <= 768 else { return nil }
            let palette = png.palette.map(PDFContent.hex).joined()
            image = ("/ColorSpace [/Indexed /DeviceRGB \(png.palette.count / 3 - 1) <\(palette)>] \(rows)", png.packed)
            mask = png.cover().flatMap(Zlib.packed)
            return
        }
        // One colour that is not drawn at all.
        let isHoled = png.transparency.count == png.colour.channels * 2
        let hole = stride(from: 0, to: png.transparency.count - 1, by: 2).map { at in
            let value = Int(png.transparency[at]) << 8 | Int(png.transparency[at + 1])
            return "\(value) \(value)"
        }.joined(separator: " ")
        let space = png.colour == .rgb ? "/DeviceRGB" : "/DeviceGray"
        image = ("/ColorSpace \(space) \(isHoled ? "/Mask [\(hole)] " : "")\(rows)", png.packed)
        mask = nil
    }

    private static let flat = "/BitsPerComponent 8 /Filter /FlateDecode"

    /// Segments up to the frame say how large it is, in how many colours, and how it is turned.
    private init?(jpeg bytes: [UInt8]) {
        var (at, turn, isOfAdobe) = (2, 1, false)
        while at + 9 < bytes.count, bytes[at] == 0xFF {
            let marker = bytes[at + 1]
            let length = Int(bytes[at + 2]) << 8 | Int(bytes[at + 3])
            if marker == 0xE1, length == 34, at + 29 < bytes.count, (2...8).contains(bytes[at + 29]) {
                // The daemon wrote this segment when the picture came, and nothing else into it.
                turn = Int(bytes[at + 29])
            }
            isOfAdobe = isOfAdobe || marker == 0xEE
            if (0xC0...0xC2).contains(marker) {
                guard let space = [1: "/DeviceGray", 3: "/DeviceRGB", 4: "/DeviceCMYK"][bytes[at + 9]] else {
                    return nil
                }
                size = (Int(bytes[at + 7]) << 8 | Int(bytes[at + 8]), Int(bytes[at + 5]) << 8 | Int(bytes[at + 6]))
                guard size.width > 0, size.height > 0 else { return nil }
                // Adobe writes ink as what is left of the paper.
                let ink = bytes[at + 9] == 4 && isOfAdobe ? " /Decode [1 0 1 0 1 0 1 0]" : ""
                image = ("/ColorSpace \(space)\(ink) /BitsPerComponent 8 /Filter /DCTDecode", bytes)
                mask = nil
                self.turn = turn
                return
            }
            at += 2 + length
        }
        return nil
    }

    /// The picture, and its mask behind it. `place`: the number of the first.
    func objects(at place: Int) -> [[UInt8]] {
        let box = "/Type /XObject /Subtype /Image /Width \(size.width) /Height \(size.height)"
        func stream(_ entries: String, _ data: [UInt8]) -> [UInt8] {
            Array("<< \(box) \(entries) /Length \(data.count) >>\nstream\n".utf8) + data + Array("\nendstream".utf8)
        }
        guard let mask else { return [stream(image.entries, image.data)] }
        return [
            stream("\(image.entries) /SMask \(place + 1) 0 R", image.data),
            stream("/ColorSpace /DeviceGray \(Self.flat)", mask),
        ]
    }

    /// Draws it in the middle, as large as a square of that side holds it. The page counts downwards.
    func drawn(as name: String, in side: Double, on page: PDFContent) -> String {
        let isLying = turn > 4
        let (width, height) = isLying ? (size.height, size.width) : size
        let scale = side / Double(max(width, height))
        let (wide, high) = (Double(width) * scale, Double(height) * scale)
        let place = "\(page.n(wide)) 0 0 \(page.n(-high)) \(page.n(-wide / 2)) \(page.n(high / 2)) cm"
        return "q \(place) \(Self.turns[turn - 1]) cm /\(name) Do Q"
    }

    /// From the corner that was written first to the one that is up and left.
    private static let turns = [
        "1 0 0 1 0 0", "-1 0 0 1 1 0", "-1 0 0 -1 1 1", "1 0 0 -1 0 1", "0 -1 -1 0 1 1", "0 -1 1 0 0 1", "0 1 1 0 0 0",
        "0 1 -1 0 1 0",
    ]
}
