import Foundation
import Kernel
import TestSupport
import Testing

@testable import Fernet

@Suite("Fernet: with Python's cryptography")
struct InteropTests {
    static let count = 10_000
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let python = root.appending(path: ".venv/bin/python")

    static var hasPython: Bool { FileManager.default.isExecutableFile(atPath: python.path) }

    @Test("10,000 random tokens of each open with the other", .enabled(if: hasPython))
    func bothWays() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "cb-fernet-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (ours, theirs) = (folder.appending(path: "ours"), folder.appending(path: "theirs"))
        var lines = ""
        for _ in 0..<Self.count {
            let key = FernetKey.random()
            let content = (0..<Int.random(in: 0..<200)).map { _ in UInt8.random(in: .min ... .max) }
            let token = try FernetToken.seal(content, with: key, at: SystemClock().now)
            lines += "\(key.text.reveal()) \(token) \(hexadecimal(content))\n"
        }
        try lines.write(to: ours, atomically: true, encoding: .ascii)

        let (status, output) = try run([
            Self.root.appending(path: "Tests/Fixtures/fernet/interop.py").path, ours.path, theirs.path,
        ])

        #expect(status == 0, "\(output)")
        #expect(output == "\(Self.count)\n")
        var opened = 0
        for line in try String(contentsOf: theirs, encoding: .ascii).split(separator: "\n") {
            let parts = line.split(separator: " ", omittingEmptySubsequences: false)
            let content = try FernetToken.open(parts[1], with: try FernetKey(parsing: parts[0]))
            if hexadecimal(content) == parts[2] { opened += 1 }
        }
        #expect(opened == Self.count)
    }

    private func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private func run(_ arguments: [String]) throws -> (Int32, String) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = Self.python
        process.arguments = arguments
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}

/// The place of the first wrong byte must not show in the time. Medians over many short runs, taken in turns, and a bound
/// far above the noise: comparing byte by byte and stopping at the first difference is told apart, a busy machine is not.
@Suite("Fernet: time", .serialized)
struct TimingTests {
    @Test("a wrong signature takes the same time wherever it is wrong")
    func signaturePosition() throws {
        let right = [UInt8](repeating: 7, count: 32)
        let wrong = [0, 31].map { position in
            var bytes = right
            bytes[position] ^= 0xFF
            return bytes
        }

        let ratio = Self.ratio(rounds: 401) { place in
            var isEqual = false
            for _ in 0..<200 { isEqual = OpenSSL.isEqual(right[...], wrong[place][...]) || isEqual }
            return isEqual
        }

        #expect((0.8...1.25).contains(ratio), "the medians differ by a factor of \(ratio)")
    }

    @Test("the measure would see a comparison that stops at the first difference")
    func measure() {
        let right = [UInt8](repeating: 7, count: 32)
        let wrong = [0, 31].map { position in
            var bytes = right
            bytes[position] ^= 0xFF
            return bytes
        }

        let ratio = Self.ratio(rounds: 101) { place in
            var isEqual = false
            for _ in 0..<200 { isEqual = right.elementsEqual(wrong[place]) || isEqual }
            return isEqual
        }

        #expect(ratio > 1.5)
    }

    /// How much longer the second case takes than the first, by their medians. The cases take turns, so that whatever
    /// else the machine does falls on both.
    private static func ratio(rounds: Int, _ work: (Int) -> Bool) -> Double {
        var times: [[Double]] = [[], []]
        let clock = ContinuousClock()
        for round in 0..<rounds * 2 {
            let place = (round + round / 2) % 2
            let took = clock.measure { _ = work(place) }
            times[place].append(Double(took.components.attoseconds))
        }
        let medians = times.map { $0.sorted()[$0.count / 2] }
        return medians[1] / medians[0]
    }
}
