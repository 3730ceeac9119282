import HTTPKit
import Kernel
import Persistence

/// Photos of accounts: one's own to set and to take away, everybody's to see for whoever may see people.
struct Photos: Sendable {
    let store: any Store

    func set(_ bytes: [UInt8], by caller: Caller) async throws -> ShownUser {
        let id = try Self.person(caller)
        let photo = try PictureFile(reading: bytes, limits: .photo, field: "photo")
        let version = photo.version
        return try await store.write { tx in
            let before = try UserStore.require(id, in: tx)
            guard before.photo != .picture(version: version) else { return ShownUser(user: before) }
            var wanted = before
            wanted.photo = .picture(version: version)
            try PhotoStore.put(photo, version: version, of: id, in: tx)
            let after = try UserStore.update(wanted, in: tx)
            try tx.emit(UserChanged(before: before, user: after), by: caller)
            return ShownUser(user: after)
        }
    }

    func own(_ caller: Caller) async throws -> KeptPicture {
        try await find(try Self.person(caller))
    }

    func find(_ id: Int64) async throws -> KeptPicture {
        guard let photo = try await store.read({ try PhotoStore.find(id, in: $0) }) else {
            throw AppError.notFound("This photo")
        }
        return photo
    }

    func remove(by caller: Caller) async throws {
        let id = try Self.person(caller)
        try await store.write { tx in
            let before = try UserStore.require(id, in: tx)
            guard before.photo?.version != nil else { return }
            var wanted = before
            wanted.photo = nil
            try PhotoStore.remove(id, in: tx)
            let after = try UserStore.update(wanted, in: tx)
            try tx.emit(UserChanged(before: before, user: after), by: caller)
        }
    }

    private static func person(_ caller: Caller) throws -> Int64 {
        guard let id = caller.id, caller.kind == .person else {
            throw AppError(.forbidden, "Only people have a photo.")
        }
        return id
    }
}
