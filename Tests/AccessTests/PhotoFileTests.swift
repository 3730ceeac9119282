import Kernel
import Testing

@testable import Access
@testable import HTTPKit

@Suite("Picture files")
struct PhotoFileTests {
    @Test("each format is told by its bytes, with its size")
    func formats() throws {
        let files = [
            try PictureFile(reading: Sample.png(width: 20, height: 16)), try PictureFile(reading: Sample.jpeg()),
            try PictureFile(reading: Sample.webp()), try PictureFile(reading: Sample.transparentWebP()),
        ]

        #expect(files.map(\.format) == [.png, .jpeg, .webp, .webp])
        #expect(files.allSatisfy { $0.width == 20 && $0.height == 16 })
    }

    @Test("what no browser draws is refused: a head that cannot be, a wrong check sum, no palette, another coding")
    func undrawable() throws {
        let whole = try Sample.png()
        let head = PNGFile.signature.count
        func png(depth: UInt8, colours: UInt8, interlaced: UInt8 = 0) -> [UInt8] {
            let size: [UInt8] = [0, 0, 0, 32]
            return PNGFile.signature + Sample.chunk("IHDR", size + size + [depth, colours, 0, 0, interlaced])
                + whole.dropFirst(head + 25)
        }
        var damaged = whole
        damaged[head + 30] ^= 1
        var (arithmetic, deep) = (try Sample.jpeg(), try Sample.jpeg())
        let frame = try #require(arithmetic.indices.first { arithmetic[$0] == 0xFF && arithmetic[$0 + 1] == 0xC0 })
        arithmetic[frame + 1] = 0xC9
        deep[frame + 4] = 12
        let files = [
            damaged, png(depth: 3, colours: 0), png(depth: 8, colours: 5), png(depth: 8, colours: 3),
            png(depth: 8, colours: 2, interlaced: 2), arithmetic, deep,
        ]

        for (index, file) in files.enumerated() {
            #expect(throws: AppError.self, "file \(index)") {
                try PictureFile(reading: file, limits: .photo)
            }
        }
        _ = try PictureFile(reading: png(depth: 16, colours: 6, interlaced: 1), limits: .photo)
    }

    @Test("what draws the picture stays, what tells about it or follows it does not")
    func stripped() throws {
        let secret = Array("GPS 50.9 N <script>".utf8)
        let comment: [UInt8] = [0xFF, 0xFE, 0, UInt8(secret.count + 2)] + secret
        let exif: [UInt8] = [0xFF, 0xE1, 0, UInt8(secret.count + 2)] + secret
        let jpeg = try Sample.jpeg()
        let files = [
            try Sample.png(with: Sample.chunk("tEXt", secret) + Sample.chunk("eXIf", secret)) + secret,
            Array(jpeg.prefix(2)) + exif + comment + jpeg.dropFirst(2) + secret,
            try Sample.webp() + secret, try Sample.transparentWebP() + secret,
        ]

        for file in files {
            let kept = try PictureFile(reading: file)
            let text = String(decoding: kept.bytes, as: Unicode.ASCII.self)
            for word in ["GPS", "script", "Google", "ICC", "acsp", "JFIF"] {
                #expect(!text.contains(word), "\(kept.format) keeps \(word)")
            }
            #expect(kept.bytes.count < file.count)
            // Written anew, it is what it was.
            #expect(try PictureFile(reading: kept.bytes) == kept)
        }
    }

    @Test(
        "how the camera was held stays, so that the picture stands upright; where and when does not",
        arguments: [false, true])
    func turned(isLittle: Bool) throws {
        let jpeg = try Sample.jpeg()
        func number(_ value: Int, _ count: Int) -> [UInt8] {
            let bytes = (0..<count).map { UInt8(value >> (8 * $0) & 0xFF) }
            return isLittle ? bytes : bytes.reversed()
        }
        let artist = number(0x013B, 2) + number(2, 2) + number(4, 4) + Array("GPS\0".utf8)
        let turn = number(0x0112, 2) + number(3, 2) + number(1, 4) + number(6, 2) + [0, 0]
        let tiff =
            Array((isLittle ? "II" : "MM").utf8) + number(42, 2) + number(8, 4) + number(2, 2) + artist + turn
            + number(0, 4)
        let exif = Array("Exif\0\0".utf8) + tiff
        let file = Array(jpeg.prefix(2)) + [0xFF, 0xE1, 0, UInt8(exif.count + 2)] + exif + jpeg.dropFirst(2)

        let kept = try PictureFile(reading: file)

        #expect(Array(kept.bytes[2..<12]) == [0xFF, 0xE1, 0, 34] + Array("Exif\0\0".utf8))
        #expect(kept.bytes[31] == 6)
        #expect(!String(decoding: kept.bytes, as: Unicode.ASCII.self).contains("GPS"))
        #expect(try PictureFile(reading: kept.bytes) == kept)
        let upright = try PictureFile(reading: jpeg)
        #expect(kept.bytes.count == upright.bytes.count + 36)
    }

    @Test("the transparent part of a WebP stays with it")
    func transparency() throws {
        let kept = try PictureFile(reading: Sample.transparentWebP())

        #expect(String(decoding: kept.bytes, as: Unicode.ASCII.self).contains("ALPH"))
        #expect(kept.bytes[20] == 0x10)
    }

    @Test("no beginning of a file, and no byte changed in it, is a surprise")
    func damage() throws {
        for whole in [try Sample.png(), try Sample.jpeg(), try Sample.webp(), try Sample.transparentWebP()] {
            for length in 0..<whole.count {
                #expect(throws: (any Error).self) { try PictureFile(reading: Array(whole.prefix(length))) }
            }
            for place in whole.indices {
                for bit in 0..<8 {
                    var bytes = whole
                    bytes[place] ^= 1 << bit
                    guard let kept = try? PictureFile(reading: bytes) else { continue }
                    #expect(
                        PictureLimits.photo.sides.contains(kept.width)
                            && PictureLimits.photo.sides.contains(kept.height))
                    #expect(kept.bytes.count <= bytes.count + 32)
                }
            }
        }
    }
}
