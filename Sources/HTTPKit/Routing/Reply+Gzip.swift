import HTTPTypes
import NIOCore

extension Reply {
    /// Smaller than this, an answer fits into one packet anyway.
    private static let leastCompressed = 1_024

    /// The same answer for who takes gzip, and for who does not.
    ///
    /// Compression is asked for answer by answer, and is off where nothing is said: the length of a compressed answer tells
    /// what is in it to somebody who reads lengths off the wire and can make a browser ask for words of their choice (BREACH). An
    /// answer may be compressed when it holds no secret, or none of the question's words.
    package func compressed(for call: Call<some TakenBody>, level: Int32 = 3) -> Reply {
        var reply = self
        reply.headers[.vary] = "Accept-Encoding"
        guard call.accepts(encoding: "gzip") else { return reply }
        return reply.gzipped(level: level)
    }

    /// For answers that are kept: compressed once.
    package func gzipped(level: Int32) -> Reply {
        var reply = self
        reply.headers[.vary] = "Accept-Encoding"
        guard body.readableBytes > Self.leastCompressed,
            let gzip = Gzip.compress(Array(body.readableBytesView), level: level)
        else { return reply }
        reply.body = ByteBuffer(bytes: gzip)
        reply.headers[.contentEncoding] = "gzip"
        return reply
    }
}
