import HTTPKit
import JSONKit
import Kernel
import Persistence

/// One change for many objects in one transaction. An object that refuses does not hold up the others, and the answer
/// says which it was and why.
struct BulkChange: Sendable {
    enum Action: Sendable {
        case patch(JSONObject)
        case delete(cascade: Bool)
        case restore
    }

    struct Outcome: Sendable {
        let id: Int64
        /// As it is now; nil for what was refused.
        let revision: Int64?
        let problem: AppError?
    }

    static let most = 500

    let ids: [Int64]
    let action: Action
    /// What a patch expects to find, by id: whoever takes a change back must not take back a later one.
    let revisions: [Int64: Int]

    init(_ body: JSONValue) throws {
        guard let object = body.objectValue else {
            throw AppError(.invalid, "The body must be a JSON object, not \(body.kindName).")
        }
        var problems: [String: String] = [:]
        for name in object.names where !["ids", "patch", "delete", "cascade", "restore", "revisions"].contains(name) {
            problems[name] = "There is no such field."
        }
        let ids = object["ids"]?.arrayValue?.compactMap { $0.integerValue.flatMap { $0 > 0 ? $0 : nil } } ?? []
        if ids.isEmpty || ids.count != object["ids"]?.arrayValue?.count || ids.count > Self.most {
            problems["ids"] = "Use a list of 1 to \(Self.most) ids."
        }
        var revisions: [Int64: Int] = [:]
        if let listed = object["revisions"], !listed.isNull {
            let numbers = listed.arrayValue?.compactMap { $0.integerValue.flatMap { Int(exactly: $0) } } ?? []
            if numbers.count == ids.count, numbers.count == listed.arrayValue?.count {
                revisions = Dictionary(zip(ids, numbers)) { first, _ in first }
            } else {
                problems["revisions"] = "Use one whole number for each id, in the same order."
            }
        }
        self.revisions = revisions
        var seen: Set<Int64> = []
        self.ids = ids.filter { seen.insert($0).inserted }
        switch (object["patch"], object["delete"]?.boolValue, object["restore"]?.boolValue) {
        case (.object(let patch)?, nil, nil): action = .patch(patch)
        case (nil, true?, nil): action = .delete(cascade: object["cascade"]?.boolValue ?? false)
        case (nil, nil, true?): action = .restore
        default:
            action = .restore
            problems["patch"] = "Say one of: patch with an object, delete with true, restore with true."
        }
        guard problems.isEmpty else { throw AppError(.invalid, "The change could not be read.", fields: problems) }
    }

    func run(_ kind: Kind, on store: any Store, by caller: Caller) async throws -> [Outcome] {
        let (ids, action, revisions) = (ids, action, revisions)
        return try await store.write { tx in
            try ids.map { id in
                do {
                    try tx.attempt {
                        try Self.apply(action, to: id, expected: revisions[id], kind, by: caller, in: tx)
                    }
                    return Outcome(id: id, revision: try Self.revision(of: id, in: tx), problem: nil)
                } catch let problem as AppError where problem.kind != .fault && problem.kind != .unavailable {
                    return Outcome(id: id, revision: nil, problem: problem)
                }
            }
        }
    }

    private static func revision(of id: Int64, in tx: any Session) throws -> Int64? {
        try tx.rows("SELECT revision FROM objects WHERE id = \(id)").first?.integer(0)
    }

    private static func apply(
        _ action: Action, to id: Int64, expected: Int?, _ kind: Kind, by caller: Caller, in tx: any Session
    ) throws {
        switch action {
        case .patch(let patch):
            try ObjectWriter.update(kind, id: id, patch, expected: expected, by: caller, in: tx)
        case .delete(let cascade):
            // Another object of this very change may have taken it along.
            if try ObjectStore.find(kind, id: id, isTrashed: true, in: tx) != nil { return }
            try Trash.delete(kind, id: id, cascade: cascade, by: caller, in: tx)
        case .restore:
            if try ObjectStore.find(kind, id: id, in: tx) != nil { return }
            guard try Trash.require(id, in: tx).kind == kind.name else {
                throw AppError.notFound("This \(kind.label.lowercased()) in the trash")
            }
            _ = try Trash.restore(id, by: caller, in: tx)
        }
    }
}

extension BulkChange.Outcome: JSONAnswer {
    static let shape: JSONShape = .object([
        .init(name: "id", shape: .integer, isRequired: true),
        .init(name: "ok", shape: .boolean, isRequired: true),
        .init(name: "revision", shape: .integer, isRequired: false),
        .init(name: "code", shape: .string, isRequired: false),
        .init(name: "message", shape: .string, isRequired: false),
        .init(name: "fields", shape: .map(.string), isRequired: false),
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("ok", problem == nil)
        if let revision { writer.member("revision", revision) }
        if let problem {
            writer.member("code", problem.kind.rawValue)
            writer.member("message", problem.message)
            writer.member("fields", sorted: problem.fields)
        }
        writer.endObject()
    }
}
