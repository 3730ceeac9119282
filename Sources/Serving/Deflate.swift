import CZlib
import NIOCore

/// The payload transforms of permessage-deflate (RFC 7692) without context takeover: each message stands alone, so an
/// idle socket holds no window and one compressed message can be sent to many sockets.
enum Deflate {
    enum Failure: Error { case damaged, tooLarge }

    static let agreement = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"

    /// Whether one of the offers can be accepted with `agreement`. An offer that wants a smaller window is not: raw
    /// deflate with small windows is where zlib versions differ.
    static func isOffered(in offers: [Substring]) -> Bool {
        offers.contains { offer in
            let parts = offer.split(separator: ";").map { part in
                part.filter { $0 != " " && $0 != "\t" && $0 != "\"" }.lowercased()
            }
            guard parts.first == "permessage-deflate" else { return false }
            return parts.dropFirst().allSatisfy { part in
                part == "server_no_context_takeover" || part == "client_no_context_takeover"
                    || part == "server_max_window_bits=15" || part.hasPrefix("client_max_window_bits")
            }
        }
    }

    static func compress(_ input: ByteBuffer) throws(Failure) -> ByteBuffer {
        var stream = z_stream()
        guard cb_deflate_init(&stream, Z_BEST_SPEED, -15, 8) == Z_OK else { throw .damaged }
        defer { deflateEnd(&stream) }
        let bound = Int(deflateBound(&stream, UInt(input.readableBytes))) + 16
        var output = ByteBuffer()
        output.reserveCapacity(bound)
        var source = input
        let result = feed(&stream, &source, &output, bound) { deflate(&$0, Z_SYNC_FLUSH) }
        guard result == Z_OK, stream.avail_in == 0, output.readableBytes >= 4 else { throw .damaged }
        // RFC 7692 §7.2.1: the flush ends in 00 00 ff ff, which is not sent.
        return output.readSlice(length: output.readableBytes - 4) ?? output
    }

    static func decompress(_ input: ByteBuffer, limit: Int) throws(Failure) -> ByteBuffer {
        var stream = z_stream()
        guard cb_inflate_init(&stream, -15) == Z_OK else { throw .damaged }
        defer { inflateEnd(&stream) }
        var source = input
        source.writeBytes([0, 0, 0xff, 0xff])
        var output = ByteBuffer()
        while true {
            let before = output.readableBytes
            let result = feed(&stream, &source, &output, 16_384) { inflate(&$0, Z_SYNC_FLUSH) }
            guard output.readableBytes <= limit else { throw .tooLarge }
            switch result {
            case Z_STREAM_END: return output
            case Z_OK where source.readableBytes > 0 || stream.avail_out == 0: continue
            // Nothing more to read and nothing more to write: the message is complete.
            case Z_OK,
                Z_BUF_ERROR where source.readableBytes == 0 || output.readableBytes == before:
                return output
            default: throw .damaged
            }
        }
    }

    /// One call of zlib: reads from `source`, appends at most `space` bytes to `output`.
    private static func feed(
        _ stream: inout z_stream, _ source: inout ByteBuffer, _ output: inout ByteBuffer, _ space: Int,
        _ step: (inout z_stream) -> Int32
    ) -> Int32 {
        var result = Z_OK
        source.readWithUnsafeMutableReadableBytes { from in
            stream.next_in = from.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.avail_in = UInt32(from.count)
            output.writeWithUnsafeMutableBytes(minimumWritableBytes: space) { into in
                let room = min(into.count, 1 << 30)
                stream.next_out = into.baseAddress?.assumingMemoryBound(to: UInt8.self)
                stream.avail_out = UInt32(room)
                result = step(&stream)
                return room - Int(stream.avail_out)
            }
            return from.count - Int(stream.avail_in)
        }
        return result
    }
}
