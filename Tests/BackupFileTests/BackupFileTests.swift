import BackupFile
import Kernel
import TestSupport
import Testing

@Suite("Backup file")
struct BackupFileTests {
    static let cheap = KeyCost(log2Rounds: 10)
    static let key = try? BackupKey(deriving: Secret("correct horse"), cost: cheap)
    static let facts = BackupFacts(
        productVersion: "1.2.3", schemaVersion: 42, createdAt: Instant(milliseconds: 1_700_000_000_000),
        engine: "sqlite")

    static func made(_ contents: [UInt8], chunkSize: Int = 64) throws -> [UInt8] {
        let sink = BytesSink()
        let writer = try BackupWriter(to: sink, facts, key: try #require(key), chunkSize: chunkSize)
        for start in stride(from: 0, to: contents.count, by: 1000) {
            try writer.write(Array(contents[start..<min(contents.count, start + 1000)]))
        }
        try writer.finish()
        return sink.bytes
    }

    static func opened(_ file: [UInt8], _ opener: BackupOpener? = nil) throws -> [UInt8] {
        let reader = try BackupReader(BytesSource(file), opening: opener ?? .key(try #require(key)))
        var contents: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 777)
        while true {
            let count = try buffer.withUnsafeMutableBytes { try reader.read(into: $0) }
            if count == 0 { return contents }
            contents += buffer[..<count]
        }
    }

    /// Bytes that do not compress, so that their chunks are many.
    static func noise(_ count: Int, seed: UInt64 = 7) -> [UInt8] {
        var random = SplitMix(seed: seed)
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }

    /// Where the header ends, and each chunk.
    static func borders(_ file: [UInt8]) -> [Int] {
        var offset = 14 + file[10..<14].reduce(0) { $0 << 8 | Int($1) } + 64
        var borders = [offset]
        while offset < file.count {
            let word = file[offset..<(offset + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            offset += 4 + Int(word & 0x7FFF_FFFF)
            borders.append(offset)
        }
        return borders
    }

    @Test("gives back what it was given", arguments: [0, 1, 63, 64, 65, 5_000, 300_000])
    func roundTrip(_ count: Int) throws {
        let contents = Self.noise(count)

        #expect(try Self.opened(Self.made(contents)) == contents)
        #expect(try Self.opened(Self.made(contents, chunkSize: 128 << 10)) == contents)
    }

    @Test("opens with the passphrase, and the header is readable without")
    func passphrase() throws {
        let file = try Self.made([1, 2, 3])

        let header = try BackupHeader(of: BytesSource(file))

        #expect(try Self.opened(file, .passphrase(Secret("correct horse"))) == [1, 2, 3])
        #expect(header.productVersion == "1.2.3")
        #expect(header.schemaVersion == 42)
        #expect(header.keyID == Self.key?.id)
        #expect(String(decoding: file, as: UTF8.self).contains("\"created_at\":\"2023-11-14T22:13:20.000Z\""))
    }

    @Test("the key survives as text, and prints as nothing")
    func keyText() throws {
        let key = try #require(Self.key)

        let again = try #require(BackupKey(parsing: key.text))

        #expect(again == key)
        #expect(!"\(key)".contains(key.text.reveal().suffix(64)))
        #expect(BackupKey(parsing: Secret("cbk1:10:8:1:00:00")) == nil)
    }

    @Test("two files of one key differ in every byte behind the header")
    func freshKeys() throws {
        let one = try Self.made([UInt8](repeating: 0, count: 200))
        let two = try Self.made([UInt8](repeating: 0, count: 200))

        #expect(one[(Self.borders(one)[0] + 4)...] != two[(Self.borders(two)[0] + 4)...])
    }

    @Test("a wrong passphrase and a wrong key are told apart")
    func wrongKeys() throws {
        let file = try Self.made([1])
        let other = try BackupKey(deriving: Secret("correct horse"), cost: Self.cheap)

        #expect(throws: BackupFileError.wrongPassphrase) { try Self.opened(file, .passphrase(Secret("wrong"))) }
        #expect(throws: BackupFileError.wrongKey(needed: Self.key?.id ?? "")) { try Self.opened(file, .key(other)) }
    }

    @Test("every flipped byte is found")
    func flips() throws {
        let file = try Self.made(Self.noise(500))

        for position in file.indices {
            var changed = file
            changed[position] ^= 1 << (position % 8)
            #expect(throws: BackupFileError.self, "byte \(position)") { try Self.opened(changed) }
        }
    }

    @Test("a file cut off anywhere is found, at the borders of chunks as well")
    func cuts() throws {
        let file = try Self.made(Self.noise(1_000))
        let borders = Self.borders(file)

        for end in 0..<file.count {
            #expect(throws: BackupFileError.self) { try Self.opened(Array(file[..<end])) }
        }
        for (chunk, border) in borders.dropLast().enumerated() {
            #expect(throws: BackupFileError.cutOff(afterChunk: chunk)) { try Self.opened(Array(file[..<border])) }
        }
        #expect(borders.count > 15)
    }

    @Test("swapped, repeated, missing and appended chunks are found")
    func moves() throws {
        let file = try Self.made(Self.noise(1_000))
        let borders = Self.borders(file)
        func chunk(_ index: Int) -> ArraySlice<UInt8> { file[borders[index]..<borders[index + 1]] }
        let head = file[..<borders[0]]
        let rest = file[borders[3]...]

        #expect(throws: BackupFileError.chunkMoved(2, belongsAt: 3)) {
            try Self.opened(Array(head + chunk(0) + chunk(2) + chunk(1) + rest))
        }
        #expect(throws: BackupFileError.chunkMoved(2, belongsAt: 3)) {
            try Self.opened(Array(head + chunk(0) + chunk(2) + rest))
        }
        #expect(throws: BackupFileError.chunkMoved(2, belongsAt: 1)) {
            try Self.opened(Array(head + chunk(0) + chunk(0) + chunk(1) + chunk(2) + rest))
        }
        #expect(throws: BackupFileError.appended(offset: Int64(file.count))) { try Self.opened(file + [0]) }
        #expect(throws: BackupFileError.appended(offset: Int64(file.count))) { try Self.opened(file + chunk(0)) }
    }

    @Test("a chunk of another file under the same key is refused")
    func foreignChunk() throws {
        let one = try Self.made(Self.noise(1_000))
        let two = try Self.made(Self.noise(1_000))
        let borders = Self.borders(one)
        let mixed = one[..<borders[1]] + two[borders[1]..<borders[2]] + one[borders[2]...]

        #expect(throws: BackupFileError.chunkChanged(2, offset: Int64(borders[1]))) { try Self.opened(Array(mixed)) }
    }

    @Test("what is no backup says so")
    func strangers() throws {
        var newer = try Self.made([1])
        newer[9] = 2

        #expect(throws: BackupFileError.notABackup) { try Self.opened(Array("SQLite format 3".utf8)) }
        #expect(throws: BackupFileError.notABackup) { try Self.opened([]) }
        // Its checksum is of the old version: damaged, not newer.
        #expect(throws: BackupFileError.headerDamaged) { try Self.opened(newer) }
    }

    @Test("random bytes, and headers with random changes, never do more than be refused")
    func fuzz() throws {
        var random = SplitMix(seed: 11)
        let file = try Self.made(Self.noise(300))
        for _ in 0..<3_000 {
            var bytes = file
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
                case 1: bytes.removeSubrange(Int.random(in: 14..<bytes.count, using: &random)...)
                default: bytes.insert(.random(in: 0...255, using: &random), at: Int.random(in: 0..<60, using: &random))
                }
                if bytes.count < 64 { bytes = file }
            }
            guard bytes != file else { continue }
            #expect(throws: BackupFileError.self) { try Self.opened(bytes) }
        }
    }
}
