import Glibc
import JSONKit
import Kernel
import NIOCore
import NIOHTTP1

/// A bucket of an S3-compatible store. What is larger than a part is sent in parts, one in memory at a time; the store
/// shows it when the last one is there.
package struct S3Target: BackupTarget {
    /// A store takes at most 10,000 parts, so parts grow with the file from 80 GB on.
    static let smallestPart: Int64 = 8 << 20
    private static let mostParts: Int64 = 10_000

    let place: S3Place
    let patience: S3Client.Patience
    let clock: any WallClock

    package init(_ place: S3Place, clock: any WallClock = SystemClock()) {
        self.init(place, patience: .init(), clock: clock)
    }

    init(_ place: S3Place, patience: S3Client.Patience, clock: any WallClock) {
        self.place = place
        self.patience = patience
        self.clock = clock
    }

    static func partSize(for size: Int64) -> Int64 {
        max(smallestPart, (size + mostParts - 1) / mostParts)
    }

    package func list() async throws(TargetFailure) -> [StoredFile] {
        try await use { (client) async throws(TargetFailure) in try await list(client) }
    }

    private func list(_ client: S3Client) async throws(TargetFailure) -> [StoredFile] {
        var found: [StoredFile] = []
        var token: String?
        repeat {
            var query = [("list-type", "2"), ("max-keys", "1000"), ("prefix", place.folder)]
            if let token { query.append(("continuation-token", token)) }
            let answer = try await client.send(.init(query: query.map { (name: $0.0, value: $0.1) }))
            guard let page = XMLElement.parse(answer.text), page.name == "ListBucketResult" else {
                throw TargetFailure(
                    .notS3, "What answers at \(place.endpoint) is not an S3-compatible store. Check the address.")
            }
            for entry in page.all("Contents") {
                guard let key = entry.first("Key"), key.hasPrefix(place.folder),
                    let size = entry.first("Size").flatMap({ Int64($0) })
                else { continue }
                let name = String(key.dropFirst(place.folder.count))
                guard BackupName.isValid(name) else { continue }
                let changed = entry.first("LastModified").flatMap { RFC3339.milliseconds($0) } ?? 0
                found.append(StoredFile(name: name, size: size, changedAt: Instant(milliseconds: changed)))
            }
            let next = page.first("NextContinuationToken")
            // A store that gives the same place again would keep us here for ever.
            token = page.first("IsTruncated") == "true" && next != token ? next : nil
        } while token != nil && found.count < 100_000
        return found
    }

    package func store(
        _ path: String, as name: String, progress: @Sendable (Int64) -> Void
    ) async throws(TargetFailure) {
        let file = try await FilePieces.open(path)
        let key = place.folder + name
        try await use { (client) async throws(TargetFailure) in
            let length = Self.partSize(for: file.size)
            guard file.size > length else {
                let body = try await file.read(at: 0, length: Int(file.size))
                _ = try await client.send(.init(method: .PUT, key: key, body: body))
                return progress(file.size)
            }
            try await storeInParts(file, of: length, as: key, client, progress)
        }
    }

    private func storeInParts(
        _ file: FilePieces, of length: Int64, as key: String, _ client: S3Client, _ progress: @Sendable (Int64) -> Void
    ) async throws(TargetFailure) {
        let begun = try await client.send(.init(method: .POST, key: key, query: [("uploads", "")]))
        guard let id = XMLElement.parse(begun.text)?.first("UploadId"), !id.isEmpty else {
            throw TargetFailure(.notS3, "The store at \(place.endpoint) does not take files in parts.")
        }
        do throws(TargetFailure) {
            var tags: [String] = []
            var done: Int64 = 0
            while done < file.size {
                guard !Task.isCancelled else { throw TargetFailure.cancelled }
                let part = try await file.read(at: done, length: Int(min(length, file.size - done)))
                let query = [(name: "partNumber", value: "\(tags.count + 1)"), (name: "uploadId", value: id)]
                let answer = try await client.send(.init(method: .PUT, key: key, query: query, body: part))
                guard let tag = answer.headers.first(name: "etag") else {
                    throw TargetFailure(.notS3, "The store at \(place.endpoint) does not name the parts it took.")
                }
                tags.append(tag)
                done += Int64(part.readableBytes)
                progress(done)
            }
            try await finish(id, tags, key, client)
        } catch {
            await abandon(id, key)
            throw error
        }
    }

    private func finish(_ id: String, _ tags: [String], _ key: String, _ client: S3Client) async throws(TargetFailure) {
        let parts = tags.enumerated().map { index, tag in
            "<Part><PartNumber>\(index + 1)</PartNumber><ETag>\(XMLElement.escaped(tag))</ETag></Part>"
        }
        let body = "<CompleteMultipartUpload>\(parts.joined())</CompleteMultipartUpload>"
        let answer = try await client.send(
            .init(method: .POST, key: key, query: [("uploadId", id)], body: ByteBuffer(string: body)))
        // A store may answer 200 first and find out later that it failed.
        if XMLElement.parse(answer.text)?.name == "Error" {
            throw S3Failure.failure(status: 500, text: answer.text, place: place)
        }
    }

    /// Parts of an upload that is not finished would lie there and cost money. Also after a cancellation.
    private func abandon(_ id: String, _ key: String) async {
        let target = self
        await Task {
            // If this fails too, the store's own rule for unfinished uploads is what is left.
            try? await target.use { (client) async throws(TargetFailure) in
                _ = try await client.send(.init(method: .DELETE, key: key, query: [("uploadId", id)]))
            }
        }.value
    }

    package func piece(
        _ name: String, at offset: Int64, length: Int
    ) async throws(TargetFailure) -> FilePiece {
        try await use { (client) async throws(TargetFailure) in
            try await piece(name, at: offset, length: length, client)
        }
    }

    private func piece(
        _ name: String, at offset: Int64, length: Int, _ client: S3Client
    ) async throws(TargetFailure) -> FilePiece {
        let range = (name: "range", value: "bytes=\(offset)-\(offset + Int64(length) - 1)")
        let answer = try await client.send(.init(key: place.folder + name, headers: [range]))
        // `bytes 0-99/1234`
        guard
            let total = answer.headers.first(name: "content-range")?.split(separator: "/").last.flatMap({ Int64($0) }),
            answer.body.readableBytes == min(length, Int(max(0, total - offset)))
        else {
            throw TargetFailure(.notS3, "The store at \(place.endpoint) does not give out parts of a file.")
        }
        return FilePiece(bytes: answer.body, total: total)
    }

    package func fetch(
        _ name: String, to path: String, progress: @Sendable (Int64) -> Void
    ) async throws(TargetFailure) {
        let file = try await WrittenFile.make(path)
        do throws(TargetFailure) {
            try await use { (client) async throws(TargetFailure) in
                var done: Int64 = 0
                repeat {
                    guard !Task.isCancelled else { throw TargetFailure.cancelled }
                    let next = try await piece(name, at: done, length: Int(Self.smallestPart), client)
                    done = try await file.append(next.bytes)
                    progress(done)
                    if done >= next.total { return }
                } while true
            }
            try await file.finish()
        } catch {
            unlink(path)
            throw error
        }
    }

    package func delete(_ name: String) async throws(TargetFailure) {
        try await use { (client) async throws(TargetFailure) in
            _ = try await client.send(.init(method: .DELETE, key: place.folder + name))
        }
    }

    package func probe() async throws(TargetFailure) {
        let key = "\(place.folder)circuit-breaker-probe"
        let text = "written to see whether this place can be used\n"
        try await use { (client) async throws(TargetFailure) in
            _ = try await list(client)
            _ = try await client.send(.init(method: .PUT, key: key, body: ByteBuffer(string: text)))
            let read = try await client.send(.init(key: key))
            _ = try await client.send(.init(method: .DELETE, key: key))
            guard read.text == text else {
                throw TargetFailure(.broken, "The store at \(place.endpoint) does not give back what it was given.")
            }
        }
    }

    private func use<Value: Sendable>(
        _ body: (S3Client) async throws(TargetFailure) -> Value
    ) async throws(TargetFailure) -> Value {
        try await S3Client.use(place, patience: patience, clock: clock, body)
    }
}
