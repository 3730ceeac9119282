import Crypto
import HTTPKit
import Kernel
import NIOCore
import Persistence
import Synchronization

/// The whole document of a map, written and compressed once and sent many times.
struct TopologyDocument: Sendable {
    let version: TopologyPicture.Version
    /// Of the uncompressed bytes; the compressed ones are another representation and have their own.
    let tag: String
    let gzipTag: String
    let gzip: ByteBuffer
    /// Made when somebody asks without compression.
    var plain: ByteBuffer?
}

/// Documents made from the picture: one for each map that is looked at. Asking for one that is still right costs a
/// lookup; making one is done once for all who wait for it.
final class TopologyDocuments: Sendable {
    /// Maps whose documents are kept.
    static let mostKept = 4
    /// A document names the event it is from. After so many events that changed nothing it is made anew all the same,
    /// so that a stream can go on from there.
    static let mostEventsBehind: Int64 = 1_000

    private struct Kept {
        var documents: [Int64: TopologyDocument] = [:]
        /// The map asked for last stands last.
        var order: [Int64] = []
    }

    private let picture: TopologyPicture
    private let kept = Mutex(Kept())
    private let press: DocumentPress

    init(picture: TopologyPicture) {
        self.picture = picture
        press = DocumentPress(picture: picture)
    }

    /// The document of a map, or of the first one.
    func document(of map: Int64?, plain: Bool) async throws -> TopologyDocument {
        await picture.catchUp()
        guard let version = picture.version else { throw Self.notLoaded }
        let map = map ?? version.defaultMap
        if let found = current(map, version, plain: plain) { return found }
        guard picture.hasMap(map) else { throw AppError.notFound("This map") }
        return try await press.make(map, isPlain: plain, for: self)
    }

    /// How many documents were made so far: for tests.
    var madeCount: Int { get async { await press.madeCount } }

    fileprivate func current(_ map: Int64, _ version: TopologyPicture.Version?, plain: Bool) -> TopologyDocument? {
        guard let version else { return nil }
        return kept.withLock { kept in
            guard let found = kept.documents[map], found.version.generation == version.generation,
                version.eventID - found.version.eventID < Self.mostEventsBehind, !plain || found.plain != nil
            else { return nil }
            return found
        }
    }

    fileprivate func keep(_ document: TopologyDocument, of map: Int64) {
        kept.withLock { kept in
            kept.documents[map] = document
            kept.order.removeAll { $0 == map }
            kept.order.append(map)
            if kept.order.count > Self.mostKept { kept.documents[kept.order.removeFirst()] = nil }
        }
    }
}

/// Makes documents one after the other: whoever waited behind the same one finds it made.
private actor DocumentPress {
    private let picture: TopologyPicture
    private(set) var madeCount = 0

    init(picture: TopologyPicture) {
        self.picture = picture
    }

    func make(_ map: Int64, isPlain: Bool, for documents: TopologyDocuments) throws -> TopologyDocument {
        if let found = documents.current(map, picture.version, plain: isPlain) { return found }
        guard let moment = picture.moment, moment.graph.maps.has(map) else { throw AppError.notFound("This map") }
        let bytes = moment.graph.document(on: map, eventID: moment.version.eventID)
        guard let gzip = Gzip.compress(bytes, level: TopologyDocuments.level(for: bytes.count)) else {
            throw AppError(.fault, "The map could not be compressed.")
        }
        let tag = SHA256.hash(data: gzip).hexText.prefix(32)
        let document = TopologyDocument(
            version: moment.version, tag: "\"\(tag)\"", gzipTag: "\"\(tag)-gzip\"", gzip: ByteBuffer(bytes: gzip),
            plain: isPlain ? ByteBuffer(bytes: bytes) : nil)
        madeCount += 1
        documents.keep(document, of: map)
        return document
    }
}

extension TopologyDocuments {
    static var notLoaded: AppError {
        AppError(.unavailable, "The map is being read. Try again in a moment.", retryAfter: .seconds(1))
    }

    /// Large documents are compressed faster and a little less.
    static func level(for bytes: Int) -> Int32 { bytes > 4 << 20 ? 3 : 6 }
}
