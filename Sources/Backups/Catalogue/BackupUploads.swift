import BackupFile
import Glibc
import HTTPKit
import JSONKit
import Kernel
import NIOCore
import Persistence
import Synchronization

/// A backup on its way here.
package struct BackupUpload: JSONAnswer, Equatable {
    package let id: String
    package let size: Int64
    package var received: Int64

    package static let shape: JSONShape = .object([
        .init(name: "id", shape: .string, isRequired: true),
        .init(name: "size", shape: .integer, isRequired: true),
        .init(name: "received", shape: .integer, isRequired: true, summary: "Go on from this byte."),
        .init(name: "part_size", shape: .integer, isRequired: true, summary: "The most that one request takes."),
    ])

    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("size", size)
        writer.member("received", received)
        writer.member("part_size", BackupUploads.partSize)
        writer.endObject()
    }
}

/// Takes backups in parts, so that no request is long or large, and one that broke off goes on where it was. What is not
/// finished goes with the next start, or after an hour.
package final class BackupUploads: Sendable {
    package static let partSize = 4 << 20
    private static let most = 4
    private static let life = Duration.seconds(3600)

    private struct Open {
        var upload: BackupUpload
        var touchedAt: Instant
        var isBusy = false
    }

    private let shelf: BackupShelf
    private let store: any Store
    private let clock: any WallClock
    private let open = Mutex<[String: Open]>([:])

    init(shelf: BackupShelf, store: any Store, clock: any WallClock) {
        self.shelf = shelf
        self.store = store
        self.clock = clock
    }

    private func path(_ id: String) -> String { "\(shelf.workFolder)/upload-\(id)" }

    func begin(size: Int64) throws -> BackupUpload {
        guard (1...1 << 42).contains(size) else {
            throw AppError(.invalid, "This is no size of a backup.", fields: ["size": "Give its size in bytes."])
        }
        try Folder.make(shelf.workFolder)
        var space = statvfs()
        if statvfs(shelf.workFolder, &space) == 0,
            UInt64(space.f_bavail) * UInt64(space.f_frsize) < UInt64(size) + 64 << 20
        {
            throw AppError(.unavailable, "There is not enough room here for this backup. Make room, then try again.")
        }
        let now = clock.now
        let upload = BackupUpload(id: BackupName.randomMark() + BackupName.randomMark(), size: size, received: 0)
        let (old, isFull) = open.withLock { open in
            let old = open.filter { now - $0.value.touchedAt > Self.life && !$0.value.isBusy }.map(\.key)
            for id in old { open[id] = nil }
            guard open.count < Self.most else { return (old, true) }
            open[upload.id] = Open(upload: upload, touchedAt: now)
            return (old, false)
        }
        // What cannot be removed now goes with the next start.
        for id in old { try? Folder.remove(path(id)) }
        guard !isFull else {
            throw AppError(.conflict, "Other backups are being uploaded. Wait until they are done, or stop them.")
        }
        return upload
    }

    /// The bytes at that place; only where the last part ended, so that a repeated one is told where to go on.
    func take(_ id: String, at offset: Int64, _ bytes: ByteBuffer) async throws -> BackupUpload {
        let upload = try hold(id)
        defer { release(id) }
        guard offset == upload.received else {
            throw AppError(.conflict, "This upload goes on at byte \(upload.received).")
        }
        guard offset + Int64(bytes.readableBytes) <= upload.size else {
            throw AppError(.invalid, "The upload is longer than was said.")
        }
        let path = path(id)
        do throws(TargetFailure) {
            try await blocking { () throws(TargetFailure) in try Self.append(bytes, to: path, at: offset) }
        } catch {
            throw AppError(.unavailable, error.sentence, cause: error)
        }
        return open.withLock { open in
            open[id]?.upload.received += Int64(bytes.readableBytes)
            return open[id]?.upload ?? upload
        }
    }

    private static func append(_ bytes: ByteBuffer, to path: String, at offset: Int64) throws(TargetFailure) {
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw DirectoryTarget.failure("cannot be written to", FilePlace.folder(of: path)) }
        defer { close(descriptor) }
        var rest = bytes.readableBytesView[...]
        var place = off_t(offset)
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, place) }
            guard count > 0 || errno == EINTR else {
                throw DirectoryTarget.failure("cannot be written to", FilePlace.folder(of: path))
            }
            rest = rest.dropFirst(max(0, count))
            place += off_t(max(0, count))
        }
    }

    /// Looks at its head and puts it among the backups of this machine, under a name of ours.
    func finish(_ id: String, by caller: Caller) async throws -> ListedBackup {
        let upload = try hold(id)
        defer { release(id) }
        guard upload.received == upload.size else {
            throw AppError(.conflict, "This upload goes on at byte \(upload.received).")
        }
        let header: BackupHeader
        do {
            header = try await BackupCheck.header(of: path(id))
        } catch {
            drop(id)
            throw error
        }
        let place = try await store.read { tx in
            guard let local = try BackupPlaceStore.list(in: tx).first(where: { $0.kind == .local }) else {
                throw AppError(.fault, "The folder of this machine is not among the targets.")
            }
            return local
        }
        let name = BackupName.make(at: header.createdAt, mark: BackupName.randomMark())
        do throws(TargetFailure) {
            try await shelf.targets.open(place).store(path(id), as: name) { _ in }
        } catch {
            throw AppError(.unavailable, error.sentence, cause: error)
        }
        drop(id)
        let facts = CopyFacts(
            targetID: place.id, name: name, size: upload.size, origin: .upload, keyID: header.keyID,
            storedAt: clock.now)
        try await store.write { tx in
            try CopyFactsStore.put(facts, in: tx)
            try tx.emit(BackupUploaded(name: name, size: upload.size, keyID: header.keyID), by: caller)
        }
        return ListedBackup(
            name: name, madeAt: header.createdAt, origin: .upload, keyID: header.keyID,
            copies: [.init(targetID: place.id, size: upload.size, verifiedAt: nil, problem: nil)])
    }

    func abandon(_ id: String) throws {
        _ = try hold(id)
        drop(id)
    }

    private func drop(_ id: String) {
        open.withLock { $0[id] = nil }
        // What cannot be removed now goes with the next start.
        try? Folder.remove(path(id))
    }

    private func hold(_ id: String) throws -> BackupUpload {
        let now = clock.now
        let held = open.withLock { open -> (BackupUpload?, Bool) in
            guard let found = open[id] else { return (nil, false) }
            guard !found.isBusy else { return (nil, true) }
            open[id]?.isBusy = true
            open[id]?.touchedAt = now
            return (found.upload, false)
        }
        if let upload = held.0 { return upload }
        throw held.1
            ? AppError(.conflict, "Another part of this upload is just being taken.")
            : AppError.notFound("This upload")
    }

    private func release(_ id: String) { open.withLock { $0[id]?.isBusy = false } }
}
