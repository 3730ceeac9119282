import HTTPKit
import HTTPTypes
import Kernel
import NIOCore

/// Gives a backup out in pieces, so that memory does not grow with it. One range may be asked for (RFC 9110 section 14),
/// by whoever goes on with a download or takes it bit by bit.
struct BackupDownload: Sendable {
    private static let piece = 1 << 20

    let shelf: BackupShelf

    func reply(
        _ name: String, at targetID: Int64?, range: String?, isHead: Bool, by caller: Caller
    ) async throws -> Reply {
        let place = try await shelf.holder(of: name, at: targetID)
        let first = try await shelf.piece(name, of: place, at: 0, length: 1)
        let total = first.total
        let wanted = try Self.wanted(range, of: total)
        // Once for a download, not for each range of it.
        if !isHead, (wanted?.lowerBound ?? 0) == 0 { try await shelf.noteDownload(name, by: caller) }
        let span = wanted ?? 0..<total
        var headers: HTTPFields = [
            .contentLength: String(span.count), .acceptRanges: "bytes", .cacheControl: "no-store",
            .contentDisposition: "attachment; filename=\"\(name)\"",
        ]
        if wanted != nil { headers[.contentRange] = "bytes \(span.lowerBound)-\(span.upperBound - 1)/\(total)" }
        var reply = Reply(beginning: ByteBuffer(), contentType: "application/octet-stream", headers: headers) { send in
            var offset = span.lowerBound
            while offset < span.upperBound {
                let length = Int(min(Int64(Self.piece), span.upperBound - offset))
                let next = try await shelf.piece(name, of: place, at: offset, length: length)
                guard next.bytes.readableBytes == length else {
                    throw AppError(.unavailable, "The backup became shorter while it was read.")
                }
                try await send(next.bytes)
                offset += Int64(length)
            }
        }
        if wanted != nil { reply.status = .partialContent }
        return reply
    }

    /// Nil for all of it. What is asked for in a way that is not understood is answered whole, as the standard says.
    static func wanted(_ range: String?, of total: Int64) throws(AppError) -> Range<Int64>? {
        guard let range, range.hasPrefix("bytes="), !range.contains(",") else { return nil }
        let parts = range.dropFirst(6).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let bounds: (Int64, Int64)
        switch (Int64(parts[0]), Int64(parts[1])) {
        case (let first?, let last?) where last >= first: bounds = (first, min(last, total - 1))
        case (let first?, nil) where parts[1].isEmpty: bounds = (first, total - 1)
        case (nil, let length?) where parts[0].isEmpty && length > 0: bounds = (max(0, total - length), total - 1)
        default: return nil
        }
        guard bounds.0 >= 0, bounds.0 < total else {
            throw AppError(.invalid, "The backup has \(total) bytes; there is nothing at that place.")
        }
        return bounds.0..<(bounds.1 + 1)
    }
}
