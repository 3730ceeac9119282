import HTTPKit
import HTTPTypes
import JSONKit
import Kernel
import NIOCore
import Persistence

/// The routes every kind has.
struct ObjectRoutes: Sendable {
    let objects: Objects
    let lists: ObjectLists

    func register(in api: inout API) {
        api.component("Consequences", Consequences.shape)
        api.component("Relations", Relations.shape)
        api.component("BulkChange", Self.bulkShape)
        api.component("BulkOutcome", BulkChange.Outcome.shape)
        for kind in Kind.all { register(kind, in: &api) }
    }

    private func register(_ kind: Kind, in api: inout API) {
        let (objects, lists) = (objects, lists)
        let name = kind.label.lowercased()
        let shape = JSONShape.named(kind.componentName)
        let draft = BodyShape.json(.named(kind.componentName + "Draft"))
        api.component(kind.componentName, kind.shape)
        api.component(kind.componentName + "Draft", kind.draftShape)
        api.component(kind.componentName + "Patch", kind.patchShape)
        api.get(
            kind.path, "List \(kind.plural)", needs: .may(.viewInventory),
            .init(query: kind.listParameters, answer: .json(.page(of: shape, counted: true)))
        ) { call in try await lists.page(kind, call.queryItems) }
        api.post(
            kind.path, "Create a \(name)", needs: .may(.editInventory),
            .init(query: [Self.allowConflicts], takes: draft, answer: .json(shape))
        ) { (call: Call<JSONValue>) in
            let made = try await objects.create(
                kind, try call.body.requiredObject(), allowsConflicts: try call.queryFlag("allow_conflicts"),
                by: call.caller)
            return made.reply(isNew: true)
        }
        api.get("\(kind.path)/:id", "Read a \(name)", needs: .may(.viewInventory), .init(answer: .json(shape))) {
            call in
            try await objects.find(kind, id: try call.path("id")).reply()
        }
        api.patch(
            "\(kind.path)/:id", "Change a \(name)", needs: .may(.editInventory),
            .init(
                query: [Self.allowConflicts], takes: .json(.named(kind.componentName + "Patch")), answer: .json(shape))
        ) { (call: Call<JSONValue>) in
            try await objects.update(
                kind, id: try call.path("id"), try call.body.requiredObject(), expected: try call.expectedRevision(),
                allowsConflicts: try call.queryFlag("allow_conflicts"), by: call.caller
            ).reply()
        }
        api.delete(
            "\(kind.path)/:id", "Move a \(name) to the trash", needs: .may(.editInventory),
            .init(query: [QueryField("cascade", .boolean, "Also delete what cannot be without it.")])
        ) { call in
            try await objects.delete(
                kind, id: try call.path("id"), cascade: try call.queryFlag("cascade"),
                expected: try call.expectedRevision(), by: call.caller)
        }
        api.get(
            "\(kind.path)/:id/consequences", "Say what deleting a \(name) means", needs: .may(.viewInventory),
            .init(answer: .json(.named("Consequences")))
        ) { call in try await objects.consequences(kind, id: try call.path("id")) }
        api.get(
            "\(kind.path)/:id/relations", "List what a \(name) refers to and what refers to it",
            needs: .may(.viewInventory), .init(answer: .json(.named("Relations")))
        ) { call in try await objects.relations(kind, id: try call.path("id")) }
        api.post(
            "\(kind.path)/bulk", "Change, delete or restore many \(kind.plural)", needs: .may(.editInventory),
            .init(
                takes: .json(.named("BulkChange")), answer: .json(.page(of: .named("BulkOutcome"))), status: .ok)
        ) { (call: Call<JSONValue>) in
            Listing(items: try await BulkChange(call.body).run(kind, on: objects.store, by: call.caller))
        }
    }

    static let allowConflicts = QueryField(
        "allow_conflicts", .boolean, "Save although somebody else holds the address or the port.")

    private static let bulkShape: JSONShape = .object([
        .init(name: "ids", shape: .array(.integer), isRequired: true),
        .init(name: "patch", shape: .map(.any), isRequired: false),
        .init(name: "revisions", shape: .array(.integer), isRequired: false),
        .init(name: "delete", shape: .boolean, isRequired: false),
        .init(name: "cascade", shape: .boolean, isRequired: false),
        .init(name: "restore", shape: .boolean, isRequired: false),
    ])
}

extension ObjectReply {
    func reply(isNew: Bool = false) -> Reply {
        var headers: HTTPFields = [.eTag: "\"\(revision)\"", .cacheControl: "no-store"]
        if isNew { headers[.location] = "/api/v1/\(kind.path)/\(id)" }
        return Reply(json: json, headers: headers)
    }
}

extension JSONValue {
    func requiredObject() throws -> JSONObject {
        guard let object = objectValue else {
            throw AppError(.invalid, "The body must be a JSON object, not \(kindName).")
        }
        return object
    }
}
