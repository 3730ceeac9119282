import HTTPKit
import JSONKit
import Kernel
import Persistence

/// What people do with objects of any kind, each in one transaction.
package struct Objects: Sendable {
    let store: any Store

    package init(store: any Store) {
        self.store = store
    }

    func find(_ kind: Kind, id: Int64) async throws -> ObjectReply {
        try await store.read { tx in
            // Something in the trash is shown as what it is; lists leave it out.
            if let row = try ObjectStore.find(kind, id: id, isTrashed: true, in: tx) {
                return try ObjectReply(kind, row, in: tx)
            }
            return try ObjectReply(kind, ObjectStore.require(kind, id: id, in: tx), in: tx)
        }
    }

    func create(_ kind: Kind, _ draft: JSONObject, allowsConflicts: Bool, by caller: Caller) async throws -> ObjectReply
    {
        try await store.write { tx in
            let origin = Origin(Origin.person.source, allowsConflicts: allowsConflicts)
            let id = try ObjectWriter.create(kind, draft, origin: origin, by: caller, in: tx)
            return try ObjectReply(kind, ObjectStore.require(kind, id: id, in: tx), in: tx)
        }
    }

    func update(
        _ kind: Kind, id: Int64, _ patch: JSONObject, expected: Int?, allowsConflicts: Bool, by caller: Caller
    ) async throws -> ObjectReply {
        try await store.write { tx in
            let origin = Origin(Origin.person.source, allowsConflicts: allowsConflicts)
            try ObjectWriter.update(kind, id: id, patch, expected: expected, origin: origin, by: caller, in: tx)
            return try ObjectReply(kind, ObjectStore.require(kind, id: id, in: tx), in: tx)
        }
    }

    func delete(_ kind: Kind, id: Int64, cascade: Bool, expected: Int?, by caller: Caller) async throws {
        try await store.write { tx in
            try Trash.delete(kind, id: id, cascade: cascade, expected: expected, by: caller, in: tx)
        }
    }

    func consequences(_ kind: Kind, id: Int64) async throws -> Consequences {
        try await store.read { tx in
            try Consequences(of: ObjectStore.require(kind, id: id, in: tx).head(kind), in: tx)
        }
    }

    func relations(_ kind: Kind, id: Int64) async throws -> Relations {
        try await store.read { tx in
            try Relations(of: kind, ObjectStore.require(kind, id: id, in: tx), in: tx)
        }
    }

    func restore(_ id: Int64, by caller: Caller) async throws -> ObjectReply {
        try await store.write { tx in
            let root = try Trash.restore(id, by: caller, in: tx)
            guard let kind = Kind.named(root.kind) else { throw AppError.notFound("This object") }
            return try ObjectReply(kind, ObjectStore.require(kind, id: id, in: tx), in: tx)
        }
    }

    func purge(_ id: Int64, by caller: Caller) async throws {
        try await store.write { tx in try Purge.run(id, by: caller, in: tx) }
    }
}

/// One object as JSON, with its revision for the ETag.
struct ObjectReply: Sendable {
    let id: Int64
    let kind: Kind
    let revision: Int64
    let json: JSONWriter

    init(_ kind: Kind, _ row: Row, in tx: any Session) throws {
        let id = Int64(sqlValue: row[Column.id]) ?? 0
        var writer = JSONWriter(capacity: 2_048)
        kind.write(row, tags: try ObjectStore.tags(of: [id], in: tx)[id] ?? [], to: &writer)
        self.id = id
        self.kind = kind
        revision = Int64(sqlValue: row[Column.revision]) ?? 0
        json = writer
    }
}
