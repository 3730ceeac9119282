import Testing

@testable import ZipFile

private let limits = ZipLimits(entries: 10, entryBytes: 1 << 20, totalBytes: 2 << 20)

private func archive(_ files: [(String, [UInt8])]) -> [UInt8] {
    var writer = ZipWriter()
    for (path, bytes) in files { writer.add(path, bytes) }
    return writer.bytes
}

private func refusal(_ bytes: [UInt8], _ limits: ZipLimits = limits) -> String? {
    do throws(ZipError) {
        let reader = try ZipReader(bytes, limits: limits)
        for entry in reader.entries { _ = try reader.contents(of: entry) }
        return nil
    } catch {
        return error.description
    }
}

/// Where the directory's record of the first entry begins.
private func directory(_ bytes: [UInt8]) -> Int {
    Int(bytes[bytes.count - 6]) | Int(bytes[bytes.count - 5]) << 8 | Int(bytes[bytes.count - 4]) << 16
}

@Suite("Zip archives")
struct ZipFileTests {
    static let text = Array(
        "# Switch\n\nReboot it, wait, look at the lights. Reboot it, wait, look at the lights.\n".utf8)

    @Test("what was written is read")
    func roundTrip() throws {
        let files: [(String, [UInt8])] = [
            ("a.md", Self.text), ("Netz/Überblick.md", Array(repeating: 97, count: 200_000)), ("empty.md", []),
            ("noise.bin", (0..<5_000).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 31 >> 3) }),
        ]
        let reader = try ZipReader(archive(files), limits: limits)

        #expect(reader.entries.map(\.path) == files.map(\.0))
        for (entry, file) in zip(reader.entries, files) { #expect(try reader.contents(of: entry) == file.1) }
    }

    @Test("an empty archive has no entries")
    func empty() throws {
        #expect(try ZipReader(ZipWriter().bytes, limits: limits).entries.isEmpty)
    }

    @Test(
        "names that climb, begin at the root, name a drive or hide something are refused",
        arguments: [
            "../evil.md", "a/../../evil.md", "/etc/passwd.md", "..\\evil.md", "C:/evil.md", "a//b.md", "./a.md",
            "a/./b.md",
            "a\u{0}b.md", "a\nb.md", "..", "",
        ])
    func traversal(name: String) {
        #expect(refusal(archive([(name, Self.text)])) != nil)
    }

    @Test("more entries, longer entries, more in all than agreed")
    func bounds() {
        let many = archive((0..<11).map { ("\($0).md", Self.text) })
        #expect(refusal(many)?.contains("11 entries; at most 10") == true)
        let long = archive([("a.md", Array(repeating: 97, count: 1 << 20 | 1))])
        #expect(refusal(long)?.contains("at most 1024") == true)
        let all = archive((0..<3).map { ("\($0).md", Array(repeating: 97, count: 900_000)) })
        #expect(refusal(all)?.contains("MiB unpacked") == true)
    }

    @Test("a bomb is refused by what it promises, and by what it holds")
    func bombs() throws {
        let zeros = [UInt8](repeating: 0, count: 1_000_000)
        let packed = try #require(Inflation.deflate(zeros))
        let roomy = ZipLimits(entries: 10, entryBytes: 1 << 20, totalBytes: 8 << 20, ratio: 100, free: 1 << 16)

        #expect(refusal(handmade("bomb.md", packed, size: zeros.count, zeros), roomy)?.contains("100 times") == true)
        // It promises little; nothing beyond the promise is inflated.
        #expect(refusal(handmade("bomb.md", packed, size: 100, zeros), roomy)?.contains("more than it says") == true)
    }

    @Test("entries that share bytes are refused")
    func overlap() {
        var bytes = archive([("a.md", Self.text), ("b.md", Self.text)])
        let second = directory(bytes) + 46 + 4
        for at in 0..<4 { bytes[second + 42 + at] = 0 }
        #expect(refusal(bytes)?.contains("overlap") == true)
    }

    @Test("what is encrypted, a link, packed otherwise, twice there, cut off or turned is refused")
    func oddities() {
        let good = archive([("a.md", Self.text)])
        let at = directory(good)
        func changed(_ change: (inout [UInt8]) -> Void) -> String? {
            var bytes = good
            change(&bytes)
            return refusal(bytes)
        }
        #expect(refusal(good) == nil)
        #expect(changed { $0[at + 8] |= 1 }?.contains("encrypted") == true)
        #expect(
            changed {
                $0[at + 5] = 3; $0[at + 41] = 0xA1
            }?.contains("a link") == true)
        #expect(changed { $0[at + 10] = 12 }?.contains("method 12") == true)
        #expect(refusal(archive([("a.md", Self.text), ("A.md", Self.text)]))?.contains("twice") == true)
        #expect(changed { $0[40] ^= 0x55 } != nil)
        for length in stride(from: 0, to: good.count, by: 7) { #expect(refusal(Array(good.prefix(length))) != nil) }
    }

    @Test("any byte may be wrong: it is read or refused, never more")
    func turned() {
        let good = archive([("a.md", Self.text), ("b/c.md", Self.text)])
        for at in good.indices {
            for value in [0, 0x7F, 0xFF] as [UInt8] {
                var bytes = good
                bytes[at] = value
                _ = refusal(bytes)
            }
        }
    }

    @Test(
        "names people give become names of files",
        arguments: [("a/b: c?", "a-b- c-"), ("..", "-"), ("  x. ", "x"), ("", "-"), ("Überblick", "Überblick")])
    func parts(given: String, part: String) {
        #expect(ZipPath.part(given) == part)
    }

    /// One entry with a head that says what it likes.
    private func handmade(_ name: String, _ packed: [UInt8], size: Int, _ whole: [UInt8]) -> [UInt8] {
        func little(_ value: Int, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
        }
        let facts =
            little(0, 2) + little(8, 2) + little(0, 4) + little(Int(Inflation.checksum(whole)), 4)
            + little(packed.count, 4) + little(size, 4) + little(name.utf8.count, 2) + little(0, 2)
        let body = little(0x0403_4B50, 4) + little(20, 2) + facts + Array(name.utf8) + packed
        let entry =
            little(0x0201_4B50, 4) + little(20, 2) + little(20, 2) + facts + little(0, 6) + little(0, 4)
            + little(0, 4) + Array(name.utf8)
        return body + entry + little(0x0605_4B50, 4) + little(0, 4) + little(1, 2) + little(1, 2)
            + little(entry.count, 4) + little(body.count, 4) + little(0, 2)
    }
}
