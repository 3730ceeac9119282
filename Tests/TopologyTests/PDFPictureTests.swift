import HTTPKit
import TestSupport
import Testing

@testable import Topology

@Suite("Pictures in a PDF")
struct PDFPictureTests {
    private static func png(colour: PNGPixels.Colour, depth: Int, more: [UInt8] = []) throws -> [UInt8] {
        func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
            (0..<4).map { UInt8(data.count >> (24 - $0 * 8) & 0xFF) } + Array(type.utf8) + data + [0, 0, 0, 0]
        }
        let row = (16 * colour.channels * depth + 7) / 8
        let rows = (0..<16).flatMap { [UInt8($0 % 5)] + [UInt8](repeating: UInt8($0), count: row) }
        let head: [UInt8] = [0, 0, 0, 16, 0, 0, 0, 16, UInt8(depth), UInt8(colour.rawValue), 0, 0, 0]
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", head) + more
            + chunk("IDAT", try #require(Zlib.packed(rows))) + chunk("IEND", [])
    }

    private static let palette: [UInt8] =
        [0, 0, 0, 6] + Array("PLTE".utf8) + [1, 2, 3, 4, 5, 6, 0, 0, 0, 0, 0, 0, 0, 1] + Array("tRNS".utf8) + [
            0, 0, 0, 0, 0,
        ]

    @Test(
        "what shines through is a mask beside the picture",
        arguments: [
            (PNGPixels.Colour.rgba, 8, 2), (.rgba, 16, 2), (.greyAlpha, 8, 2), (.rgb, 8, 1), (.rgb, 16, 1),
            (.grey, 1, 1),
            (.indexed, 4, 2), (.indexed, 8, 2),
        ])
    func masks(colour: PNGPixels.Colour, depth: Int, objects: Int) throws {
        let bytes = try Self.png(colour: colour, depth: depth, more: colour == .indexed ? Self.palette : [])
        let picture = try #require(PDFPicture(KeptPicture(contentType: "image/png", version: "", bytes: bytes)))
        #expect(picture.objects(at: 9).count == objects)
        #expect(String(decoding: picture.objects(at: 9)[0], as: UTF8.self).contains("/SMask 10 0 R") == (objects == 2))
    }

    @Test("damaged pictures are no picture or a wrong one, and end nothing", arguments: ["image/png", "image/jpeg"])
    func damage(contentType: String) throws {
        var random = SplitMix(seed: 7)
        let jpeg: [UInt8] = [
            0xFF, 0xD8, 0xFF, 0xEE, 0, 4, 1, 2, 0xFF, 0xC0, 0, 11, 8, 0, 16, 0, 32, 4, 1, 0x11, 0, 0xFF, 0xD9,
        ]
        let whole =
            contentType == "image/jpeg"
            ? [jpeg]
            : [
                try Self.png(colour: .rgba, depth: 8), try Self.png(colour: .indexed, depth: 4, more: Self.palette),
                try Self.png(colour: .grey, depth: 2),
            ]
        for round in 0..<3_000 {
            var bytes = whole[round % whole.count]
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            bytes.removeLast(Int.random(in: 0...(round % 3 == 0 ? bytes.count : 0), using: &random))
            _ = PDFPicture(KeptPicture(contentType: contentType, version: "", bytes: bytes))?.objects(at: 6)
        }
    }
}
