import Kernel
import Persistence

/// What people do with boundaries and labels, each in one transaction.
struct Annotations: Sendable {
    static let most = 500

    private static let noMembers = ["members": "None of these is on the map."]

    let store: any Store

    func list(on map: Int64) async throws -> [Annotation] {
        try await store.read { tx in
            _ = try MapStore.require(map, in: tx)
            return try AnnotationStore.list(on: map, in: tx)
        }
    }

    func create(_ draft: AnnotationDraft, on map: Int64, by caller: Caller) async throws -> Annotation {
        let content = try AnnotationContent(draft)
        return try await store.write { tx in
            _ = try MapStore.require(map, in: tx)
            let all = try AnnotationStore.list(on: map, in: tx)
            guard all.count < Self.most else {
                throw AppError(.conflict, "This map has \(Self.most) boundaries and labels already. Delete one first.")
            }
            if let grouping = content.grouping, all.contains(where: { $0.grouping == grouping }) {
                throw AppError(
                    .conflict, "This map shows these groups already.", fields: ["grouping": "Shown already."])
            }
            let made = try AnnotationStore.insert(content, on: map, in: tx)
            guard made.members.isEmpty == content.members.isEmpty else {
                throw AppError(.invalid, "This was not put on the map.", fields: Self.noMembers)
            }
            try tx.emit(AnnotationEvent(verb: .created, annotation: made), by: caller)
            return made
        }
    }

    func update(
        _ id: Int64, on map: Int64, _ patch: AnnotationPatch, expected: Int?, by caller: Caller
    ) async throws -> Annotation {
        try await store.write { tx in
            let before = try Self.require(id, on: map, expected: expected, in: tx)
            let content = try AnnotationContent(before, patch)
            if content.isSame(as: before) { return before }
            let after = try AnnotationStore.update(id, content, in: tx)
            guard after.members.isEmpty == content.members.isEmpty else {
                throw AppError(.invalid, "This was not changed on the map.", fields: Self.noMembers)
            }
            try tx.emit(AnnotationEvent(verb: .changed, annotation: after, before: before), by: caller)
            return after
        }
    }

    func delete(_ id: Int64, on map: Int64, expected: Int?, by caller: Caller) async throws {
        try await store.write { tx in
            let before = try Self.require(id, on: map, expected: expected, in: tx)
            try AnnotationStore.delete(id, in: tx)
            try tx.emit(AnnotationEvent(verb: .deleted, annotation: before), by: caller)
        }
    }

    private static func require(
        _ id: Int64, on map: Int64, expected: Int?, in tx: any Session
    ) throws -> Annotation {
        let found = try AnnotationStore.require(id, on: map, in: tx)
        if let expected, Int64(expected) != found.revision {
            throw AppError(.stale, "Somebody else changed this in the meantime (revision \(found.revision)).")
        }
        return found
    }
}
