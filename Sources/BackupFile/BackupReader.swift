import Kernel

/// Reads one backup. Nothing is given out before the chunk it stands in was found to be the right one at the right place;
/// that the file is whole is known when `read` has answered with 0. Used by one thread at a time.
package final class BackupReader {
    package let header: BackupHeader
    private let source: any ByteSource
    private let decompressor: Decompressor
    private let box: AEADBox
    private var frame: [UInt8]
    private var chunk: [UInt8]
    /// What of the chunk is still to be decompressed.
    private var pending = 0..<0
    private var number: UInt64 = 0
    private var offset: Int64
    private var isLast = false

    /// Reads the header and proves it. Slow for a passphrase, and blocks its thread.
    package convenience init(_ source: any ByteSource, opening opener: BackupOpener) throws {
        let head = try BackupHead(source)
        try self.init(source, head, key: try opener.matchingKey(head.header))
    }

    private init(_ source: any ByteSource, _ head: BackupHead, key: BackupKey) throws {
        guard let fileKey = try key.unwrap(head.header.wrappedKey) else { throw BackupFileError.headerAltered }
        let keys = try FrameKeys(fileKey: fileKey, preamble: head.preamble)
        guard BackupCipher.isEqual(try BackupCipher.hmac(head.preamble, key: keys.header), head.signature) else {
            throw BackupFileError.headerAltered
        }
        header = head.header
        self.source = source
        box = try AEADBox(key: keys.frames)
        decompressor = try Decompressor()
        frame = [UInt8](repeating: 0, count: head.header.chunkSize + BackupCipher.tagLength)
        chunk = [UInt8](repeating: 0, count: head.header.chunkSize)
        offset = Int64(head.length)
    }

    /// Fills the buffer as far as it can; 0 at the end only, which is when the file was whole.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard !buffer.isEmpty else { return 0 }
        while true {
            if !pending.isEmpty || (number > 0 && !decompressor.isAtEnd) {
                let given = try decompress(into: buffer)
                if given > 0 { return given }
            }
            guard !isLast else {
                guard decompressor.isAtEnd, pending.isEmpty else {
                    throw BackupFileError.contentsUnreadable("the compressed data ends early")
                }
                return 0
            }
            try openNext()
        }
    }

    private func decompress(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        do {
            let (taken, given) = try chunk.withUnsafeBytes { chunk in
                try decompressor.decompress(UnsafeRawBufferPointer(rebasing: chunk[pending]), into: buffer)
            }
            pending = (pending.lowerBound + taken)..<pending.upperBound
            return given
        } catch let error as ZstdFailure {
            throw BackupFileError.contentsUnreadable("it cannot be decompressed (\(error))")
        }
    }

    private func openNext() throws {
        let mark = try source.bytes(4)
        guard mark.count == 4 else { throw BackupFileError.cutOff(afterChunk: Int(number)) }
        let word = mark.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let last = word & Frame.lastMark != 0
        let length = Int(word & ~Frame.lastMark)
        let place = BackupFileError.chunkChanged(Int(number) + 1, offset: offset)
        // Only the last chunk is shorter than the others.
        guard last ? (BackupCipher.tagLength...frame.count).contains(length) : length == frame.count else {
            throw place
        }
        let filled = try frame.withUnsafeMutableBytes {
            try source.fill(UnsafeMutableRawBufferPointer(rebasing: $0[..<length]))
        }
        guard filled == length else { throw BackupFileError.cutOff(afterChunk: Int(number)) }
        guard try open(length, as: number, isLast: last) else {
            if let home = try home(of: length) { throw BackupFileError.chunkMoved(Int(number) + 1, belongsAt: home) }
            throw place
        }
        number += 1
        offset += Int64(4 + length)
        pending = 0..<(length - BackupCipher.tagLength)
        isLast = last
        if last, try !source.bytes(1).isEmpty { throw BackupFileError.appended(offset: offset) }
    }

    private func open(_ length: Int, as number: UInt64, isLast: Bool) throws -> Bool {
        try frame.withUnsafeBytes { frame in
            try chunk.withUnsafeMutableBytes { chunk in
                try box.open(
                    UnsafeRawBufferPointer(rebasing: frame[..<length]), nonce: Frame.nonce(number, isLast: isLast),
                    into: chunk)
            }
        }
    }

    /// Where near here this chunk belongs, for the sentence only: one that was moved opens under another number.
    private func home(of length: Int) throws -> Int? {
        let near = UInt64(128)
        for other in (number > near ? number - near : 0)...(number + near) where other != number {
            for isLast in [false, true] where try open(length, as: other, isLast: isLast) { return Int(other) + 1 }
        }
        return nil
    }
}

/// The header with the bytes it came in.
struct BackupHead {
    let header: BackupHeader
    let preamble: [UInt8]
    let signature: [UInt8]

    var length: Int { preamble.count + 32 + signature.count }

    /// What stands where, up to the checksum, is the same in every format to come.
    init(_ source: any ByteSource) throws {
        let start = try source.bytes(BackupHeader.magic.count + 6)
        guard start.starts(with: BackupHeader.magic) else {
            guard BackupHeader.magic.starts(with: start), !start.isEmpty else { throw BackupFileError.notABackup }
            throw BackupFileError.headerCutOff
        }
        guard start.count == BackupHeader.magic.count + 6 else { throw BackupFileError.headerCutOff }
        let version = Int(start[8]) << 8 | Int(start[9])
        let length = start[10...].reduce(0) { $0 << 8 | Int($1) }
        guard length <= BackupHeader.longest else { throw BackupFileError.headerDamaged }
        let rest = try source.bytes(length + 64)
        guard rest.count == length + 64 else { throw BackupFileError.headerCutOff }
        preamble = start + rest.prefix(length)
        guard BackupCipher.sha256(preamble) == Array(rest[length..<(length + 32)]) else {
            throw BackupFileError.headerDamaged
        }
        guard version == BackupHeader.formatVersion else {
            throw version > BackupHeader.formatVersion
                ? BackupFileError.newerFormat(version) : BackupFileError.headerDamaged
        }
        signature = Array(rest[(length + 32)...])
        header = try BackupHeader(json: Array(rest.prefix(length)))
    }
}

extension BackupHeader {
    /// What a file says of itself, without a passphrase: nothing of it is proven yet, but it was not damaged by chance.
    package init(of source: any ByteSource) throws {
        self = try BackupHead(source).header
    }

    package init(ofFile path: String) throws {
        try self.init(of: FileSource(path: path))
    }
}
