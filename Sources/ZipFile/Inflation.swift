import CZlib

/// Raw deflate (RFC 1951), with the length known before.
enum Inflation {
    /// Nil when the data is damaged, or would become another length.
    static func inflate(_ packed: ArraySlice<UInt8>, to size: Int) -> [UInt8]? {
        var stream = z_stream()
        guard cb_inflate_init(&stream, -15) == Z_OK else { return nil }
        defer { inflateEnd(&stream) }
        var input = Array(packed)
        var isWhole = false
        // One byte more than promised shows a stream that goes on.
        let output = [UInt8](unsafeUninitializedCapacity: size + 1) { space, count in
            input.withUnsafeMutableBufferPointer { source in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = space.baseAddress
                stream.avail_out = UInt32(size + 1)
                isWhole = CZlib.inflate(&stream, Z_FINISH) == Z_STREAM_END
            }
            count = size + 1 - Int(stream.avail_out)
        }
        return isWhole && output.count == size ? output : nil
    }

    static func deflate(_ bytes: [UInt8]) -> [UInt8]? {
        var stream = z_stream()
        guard cb_deflate_init(&stream, 6, -15, 8) == Z_OK else { return nil }
        defer { deflateEnd(&stream) }
        let bound = Int(deflateBound(&stream, UInt(bytes.count)))
        var input = bytes
        var isWhole = false
        let output = [UInt8](unsafeUninitializedCapacity: bound) { space, count in
            input.withUnsafeMutableBufferPointer { source in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = space.baseAddress
                stream.avail_out = UInt32(space.count)
                isWhole = CZlib.deflate(&stream, Z_FINISH) == Z_STREAM_END
            }
            count = bound - Int(stream.avail_out)
        }
        return isWhole ? output : nil
    }

    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        UInt32(truncatingIfNeeded: crc32(0, bytes, UInt32(bytes.count)))
    }
}
