import HTTPKit
import HTTPTypes
import JSONKit
import Kernel
import Persistence

struct AnnotationRoutes: Sendable {
    let annotations: Annotations
    let picture: TopologyPicture

    func register(in api: inout API) {
        let (annotations, picture) = (annotations, picture)
        api.get(
            "maps/:id/annotations", "List the boundaries and labels of a map", needs: .may(.viewMap),
            .init(answer: .json(.page(of: Annotation.shape)))
        ) { call in Listing(items: try await annotations.list(on: call.path("id"))) }
        api.post(
            "maps/:id/annotations", "Draw a boundary or a label", needs: .may(.editMap),
            .init(answer: .json(Annotation.shape))
        ) { (call: Call<AnnotationDraft>) in
            try await annotations.create(call.body, on: call.path("id"), by: call.caller).reply(isNew: true)
        }
        api.patch("maps/:id/annotations/:annotation", "Change a boundary or a label", needs: .may(.editMap)) {
            (call: Call<AnnotationPatch>) in
            try await annotations.update(
                call.path("annotation"), on: call.path("id"), call.body, expected: call.expectedRevision(),
                by: call.caller)
        }
        api.delete("maps/:id/annotations/:annotation", "Delete a boundary or a label", needs: .may(.editMap)) { call in
            try await annotations.delete(
                call.path("annotation"), on: call.path("id"), expected: call.expectedRevision(), by: call.caller)
        }
        let choices = Annotation.Grouping.allCases.map(\.rawValue) + [NodeGroup.byLane]
        api.get(
            "topology/groups", "Which nodes belong together", needs: .may(.viewMap),
            .init(
                query: [QueryField("by", .string, "One of \(choices.joined(separator: ", ")).")],
                answer: .json(.page(of: NodeGroup.shape)))
        ) { call in
            let word = call.queryItems.last { $0.name == "by" }?.value ?? ""
            let moment = try await picture.latest()
            if word == NodeGroup.byLane { return Listing(items: NodeGroup.lanes(in: moment.graph)) }
            guard let grouping = Annotation.Grouping(rawValue: word) else {
                throw AppError(
                    .invalid, "The groups were not read.",
                    fields: ["by": "Use one of \(choices.joined(separator: ", "))."])
            }
            let places = try await annotations.store.read { try NodeGroup.standing(in: $0) }
            return Listing(
                items: NodeGroup.all(by: grouping, in: moment.graph, standing: places))
        }
    }
}

extension NodeGroup: JSONAnswer {
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("name", name)
        writer.member("members", JSONValue.array(members.map { .integer($0) }))
        writer.endObject()
    }
}

extension Annotation {
    func reply() -> Reply { reply(isNew: false) }

    func reply(isNew: Bool) -> Reply {
        unkept(revision: revision, location: isNew ? "/api/v1/maps/\(map)/annotations/\(id)" : nil)
    }
}
