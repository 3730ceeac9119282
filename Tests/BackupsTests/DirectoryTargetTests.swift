import Foundation
import Kernel
import NIOCore
import TestSupport
import Testing

@testable import Backups

@Suite("A folder as a target")
struct DirectoryTargetTests {
    private let place: TemporaryFolder
    private let name = BackupName.make(at: TestClock.start, mark: "3f2a91")

    init() throws { place = try TemporaryFolder() }

    private func file(_ bytes: Data) throws -> String {
        let path = "\(place.path)/source"
        try bytes.write(to: URL(fileURLWithPath: path))
        return path
    }

    @Test("a file goes in, is listed, comes back in pieces and whole, and goes away")
    func round() async throws {
        let target = DirectoryTarget(path: "\(place.path)/disk")
        let bytes = Data((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })

        try await target.store(try file(bytes), as: name) { _ in }
        let listed = try await target.list()
        let piece = try await target.piece(name, at: 2_999_990, length: 100)
        try await target.fetch(name, to: "\(place.path)/back") { _ in }

        #expect(listed.map(\.name) == [name] && listed.map(\.size) == [3_000_000])
        #expect(piece.total == 3_000_000 && Data(piece.bytes.readableBytesView) == bytes.suffix(10))
        #expect(try Data(contentsOf: URL(fileURLWithPath: "\(place.path)/back")) == bytes)
        try await target.delete(name)
        try await target.delete(name)
        #expect(try await target.list().isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(place.path)/disk").isEmpty, "nothing is left")
    }

    @Test("what is not named like a backup is neither listed nor touched")
    func strangers() async throws {
        let target = DirectoryTarget(path: place.path)
        _ = try file(Data([1]))

        #expect(try await target.list().isEmpty)
        await #expect(throws: TargetFailure.self) { try await target.delete("source") }
        await #expect(throws: TargetFailure.self) { try await target.delete("../source") }
        #expect(FileManager.default.fileExists(atPath: "\(place.path)/source"))
    }

    @Test("a disk that is not mounted is told, and nothing is made in its place")
    func missing() async throws {
        let target = DirectoryTarget(path: "\(place.path)/mnt/disk")
        let path = try file(Data([1]))

        let failure = await #expect(throws: TargetFailure.self) { try await target.store(path, as: name) { _ in } }

        #expect(failure?.kind == .missing && failure?.sentence.contains("Is the disk mounted?") == true)
        #expect(!FileManager.default.fileExists(atPath: "\(place.path)/mnt"))
    }

    @Test("a fetch replaces nothing")
    func fetchOver() async throws {
        let target = DirectoryTarget(path: "\(place.path)/disk")
        let path = try file(Data([1, 2, 3]))
        try await target.store(path, as: name) { _ in }

        let failure = await #expect(throws: TargetFailure.self) { try await target.fetch(name, to: path) { _ in } }

        #expect(failure?.kind == .refused)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data([1, 2, 3]))
    }

    @Test(
        "names tell the moment, and other names are none",
        arguments: [
            "circuit-breaker-20260921T141320Z.cbbackup", "circuit-breaker-20260921T141320Z-AB.cbbackup",
            "circuit-breaker-20261321T141320Z-ab.cbbackup", "circuit-breaker-20260921T141320Z-a/b.cbbackup", "", "x",
        ])
    func names(_ wrong: String) {
        #expect(BackupName.moment(of: name) == Instant(milliseconds: 1_790_000_000_000))
        #expect(BackupName.moment(of: wrong) == nil)
    }

    @Test("parts of an upload stay within what a store takes")
    func parts() {
        #expect(S3Target.partSize(for: 1) == 8 << 20)
        for size: Int64 in [80 << 30, 83_886_080_001, 5 << 40] {
            let part = S3Target.partSize(for: size)
            #expect((size + part - 1) / part <= 10_000)
        }
    }
}
