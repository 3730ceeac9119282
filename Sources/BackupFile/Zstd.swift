internal import CZstd

/// Compresses a stream (Zstandard, RFC 8878). Owns libzstd's context; used by one thread at a time.
final class Compressor {
    private let context: OpaquePointer
    private var output: [UInt8]

    init(level: Int32 = 3) throws {
        guard let context = ZSTD_createCCtx() else { throw ZstdFailure.outOfMemory }
        self.context = context
        output = [UInt8](repeating: 0, count: ZSTD_CStreamOutSize())
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
        // A thread of its own compresses while the next rows are read. A library built without threads goes without.
        ZSTD_CCtx_setParameter(context, ZSTD_c_nbWorkers, 1)
        ZSTD_CCtx_setParameter(context, ZSTD_c_jobSize, 2 << 20)
    }

    deinit {
        ZSTD_freeCCtx(context)
    }

    func compress(_ bytes: UnsafeRawBufferPointer, into body: (UnsafeRawBufferPointer) throws -> Void) throws {
        var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
        while input.pos < input.size { _ = try step(&input, ZSTD_e_continue, body) }
    }

    func finish(into body: (UnsafeRawBufferPointer) throws -> Void) throws {
        var input = ZSTD_inBuffer(src: nil, size: 0, pos: 0)
        while try step(&input, ZSTD_e_end, body) > 0 {}
    }

    private func step(
        _ input: inout ZSTD_inBuffer, _ end: ZSTD_EndDirective, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> Int {
        var made = 0
        let left = output.withUnsafeMutableBytes { buffer in
            var result = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
            let left = ZSTD_compressStream2(context, &result, &input, end)
            made = result.pos
            return left
        }
        guard ZSTD_isError(left) == 0 else { throw ZstdFailure(left) }
        if made > 0 {
            try output.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[..<made])) }
        }
        return left
    }
}

/// The way back. A stream takes 8 MiB of window at most, whoever wrote it.
final class Decompressor {
    private let context: OpaquePointer
    private(set) var isAtEnd = false

    init() throws {
        guard let context = ZSTD_createDCtx() else { throw ZstdFailure.outOfMemory }
        self.context = context
        ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, 23)
    }

    deinit {
        ZSTD_freeDCtx(context)
    }

    /// Answers with how many bytes it took and gave. Nothing given and all taken: it wants more.
    func decompress(
        _ bytes: UnsafeRawBufferPointer, into buffer: UnsafeMutableRawBufferPointer
    ) throws -> (taken: Int, given: Int) {
        var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
        var output = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
        let left = ZSTD_decompressStream(context, &output, &input)
        guard ZSTD_isError(left) == 0 else { throw ZstdFailure(left) }
        isAtEnd = left == 0
        return (input.pos, output.pos)
    }
}

struct ZstdFailure: Error, CustomStringConvertible {
    static let outOfMemory = ZstdFailure(description: "out of memory")

    let description: String

    private init(description: String) {
        self.description = description
    }

    init(_ code: Int) {
        description = String(cString: ZSTD_getErrorName(code))
    }
}
