import Kernel

/// Writes one backup: the header, then whatever it is given, compressed and encrypted in chunks. Nothing is kept but one
/// chunk. Used by one thread at a time; it blocks where the sink does.
///
/// Chunks are a STREAM (Hoang, Reyhanitabar, Rogaway, Vizár): the nonce of each is its number and whether it is the last,
/// and their key hangs on the header. So no chunk can be left out, moved, added or taken from another file.
package final class BackupWriter {
    package let header: BackupHeader
    private let sink: any ByteSink
    private let compressor: Compressor
    private let box: AEADBox
    private var chunk: [UInt8] = []
    private var frame: [UInt8]
    private var number: UInt64 = 0
    private var isFinished = false

    /// Writes the header. `chunkSize` is for tests.
    package init(
        to sink: any ByteSink, _ facts: BackupFacts, key: BackupKey, chunkSize: Int = BackupHeader.standardChunk
    ) throws {
        let fileKey = BackupCipher.random(BackupCipher.keyLength)
        header = BackupHeader(facts, key: key, chunkSize: chunkSize, wrappedKey: try key.wrap(fileKey))
        self.sink = sink
        compressor = try Compressor()
        let preamble = header.preamble
        let keys = try FrameKeys(fileKey: fileKey, preamble: preamble)
        box = try AEADBox(key: keys.frames)
        chunk.reserveCapacity(chunkSize)
        frame = [UInt8](repeating: 0, count: 4 + chunkSize + BackupCipher.tagLength)
        try (preamble + BackupCipher.sha256(preamble) + BackupCipher.hmac(preamble, key: keys.header))
            .withUnsafeBytes { try sink.write($0) }
    }

    package func write(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { try write($0) }
    }

    package func write(_ bytes: UnsafeRawBufferPointer) throws {
        precondition(!isFinished, "a finished backup takes nothing more")
        try compressor.compress(bytes) { try take($0) }
    }

    /// Writes what is left, and the mark of the end. The sink is not finished by it.
    package func finish() throws {
        precondition(!isFinished, "a backup ends once")
        isFinished = true
        try compressor.finish { try take($0) }
        try seal(isLast: true)
    }

    private func take(_ compressed: UnsafeRawBufferPointer) throws {
        var rest = compressed
        while !rest.isEmpty {
            // A full chunk waits until more comes: the last one has to know that it is.
            if chunk.count == header.chunkSize { try seal(isLast: false) }
            let count = min(rest.count, header.chunkSize - chunk.count)
            chunk += rest[..<count]
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    private func seal(isLast: Bool) throws {
        let length = chunk.count + BackupCipher.tagLength
        let mark = UInt32(length) | (isLast ? Frame.lastMark : 0)
        try frame.withUnsafeMutableBytes { frame in
            frame.storeBytes(of: mark.bigEndian, as: UInt32.self)
            try chunk.withUnsafeBytes {
                try box.seal(
                    $0, nonce: Frame.nonce(number, isLast: isLast),
                    into: UnsafeMutableRawBufferPointer(rebasing: frame[4..<(4 + length)]))
            }
            try sink.write(UnsafeRawBufferPointer(rebasing: frame[..<(4 + length)]))
        }
        number += 1
        chunk.removeAll(keepingCapacity: true)
    }
}

enum Frame {
    /// In the length that goes before a chunk.
    static let lastMark: UInt32 = 1 << 31

    static func nonce(_ number: UInt64, isLast: Bool) -> [UInt8] {
        [0, 0, 0] + BackupHeader.bigEndian(number) + [isLast ? 1 : 0]
    }
}

/// The keys of one file: both hang on every byte before the checksum.
struct FrameKeys {
    let frames: [UInt8]
    let header: [UInt8]

    init(fileKey: [UInt8], preamble: [UInt8]) throws {
        let salt = BackupCipher.sha256(preamble)
        frames = try BackupCipher.derived(from: fileKey, salt: salt, purpose: "circuit-breaker backup chunks")
        header = try BackupCipher.derived(from: fileKey, salt: salt, purpose: "circuit-breaker backup header")
    }
}
