import CZlib
import NIOCore
import Testing

/// The bytes of a gzip answer.
func unzipped(_ buffer: ByteBuffer) throws -> [UInt8] {
    var input = Array(buffer.readableBytesView)
    var stream = z_stream()
    try #require(inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK)
    defer { inflateEnd(&stream) }
    return [UInt8](unsafeUninitializedCapacity: 1 << 20) { space, count in
        input.withUnsafeMutableBufferPointer { source in
            stream.next_in = source.baseAddress
            stream.avail_in = UInt32(source.count)
            stream.next_out = space.baseAddress
            stream.avail_out = UInt32(space.count)
            _ = inflate(&stream, Z_FINISH)
        }
        count = Int(stream.total_out)
    }
}
