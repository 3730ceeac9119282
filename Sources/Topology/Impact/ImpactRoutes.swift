import HTTPKit
import HTTPTypes
import ImpactAnalysis
import JSONKit
import Kernel
import Persistence

/// `GET /topology/impact`: what stops if this stops; `GET /topology/single-points`: what stops the most by itself.
struct ImpactRoutes: Sendable {
    let store: any Store
    let picture: TopologyPicture
    let desk = ImpactDesk()

    func register(in api: inout API) {
        let routes = self
        api.get(
            "topology/impact", "What stops if this stops, and why", needs: .may(.viewMap),
            .init(
                query: [
                    QueryField(
                        "failed", .string,
                        """
                        What fails: ids of objects and names of edges, separated by commas; at most 100. With a rack or \
                        a location (`rack:5`, `location:3`) the hardware in it fails, with an interface (`interface:9`) \
                        its cables.
                        """),
                    QueryField("object", .string, "Rows for these objects only, by id, separated by commas."),
                    QueryField("limit", .integer, "The most rows, from 0 to 2000; without, 200."),
                ], answer: .json(Self.shape))
        ) { call in try await routes.impact(call) }
        api.get(
            "topology/single-points", "What stops others by itself, the worst first", needs: .may(.viewMap),
            .init(
                query: [
                    QueryField("limit", .integer, "The most rows, from 1 to 500; without, 50."),
                    QueryField(
                        "kind", .string,
                        "Only points of these kinds, separated by commas; `connection` is lines. Without, all."),
                ],
                answer: .json(Self.pointsShape))
        ) { call in try await routes.singlePoints(call) }
    }

    private func impact(_ call: Call<Nothing>) async throws -> Reply {
        let question = try ImpactQuestion(call.queryItems)
        let moment = try await picture.latest()
        let ids = question.places(besides: moment.graph)
        let places = ids.isEmpty ? [:] : try await store.read { try FailedPlace.all(of: ids, in: $0) }
        let writer = try await desk.ask(moment) { picture, run in
            let parts = try question.parts(in: picture, of: moment.graph, places)
            run.fail(nodes: parts.flatMap(\.nodes), relations: parts.flatMap(\.relations))
            var writer = JSONWriter(capacity: 4_096)
            ImpactAnswer(topology: moment.graph, picture: picture, run: run)
                .write(question, parts, eventID: moment.version.eventID, to: &writer)
            return writer
        }
        return Reply(unkept: writer)
    }

    private func singlePoints(_ call: Call<Nothing>) async throws -> Reply {
        let wish = try SinglePointsQuestion(call.queryItems)
        let moment = try await picture.latest()
        let (picture, points) = try await desk.singlePoints(moment)
        func kind(_ point: SinglePoint) -> ObjectKind? {
            switch point.subject {
            case .node(let node): moment.graph.objects[picture.ids[node]]?.kind
            // Only links are tried by themselves.
            case .relation: .connection
            }
        }
        let kinds = points.map(kind)
        var counts: [String: Int64] = [:]
        for case let kind? in kinds { counts[kind.rawValue, default: 0] += 1 }
        let asked = zip(points, kinds).filter { wish.kinds.isEmpty || $1.map(wish.kinds.contains) == true }
        var writer = JSONWriter(capacity: 4_096)
        writer.beginObject()
        writer.member("event_id", moment.version.eventID)
        writer.member("count", Int64(asked.count))
        writer.name("kinds")
        writer.beginObject()
        for (kind, count) in counts.sorted(by: { $0.key < $1.key }) {
            writer.name(kind)
            writer.integer(count)
        }
        writer.endObject()
        writer.name("points")
        writer.beginArray()
        for (point, _) in asked.prefix(wish.limit) { write(point, picture, moment.graph, to: &writer) }
        writer.endArray()
        writer.endObject()
        return Reply(unkept: writer)
    }

    private func write(
        _ point: SinglePoint, _ picture: ImpactPicture, _ topology: TopologyGraph, to writer: inout JSONWriter
    ) {
        func name(_ id: Int64) -> String { topology.objects[id]?.face?.name ?? "" }
        writer.beginObject()
        switch point.subject {
        case .node(let node):
            let id = picture.ids[node]
            writer.member("failed", String(id))
            writer.member("id", id)
            writer.member("kind", topology.objects[id]?.kind.rawValue ?? "")
            writer.member("name", name(id))
        case .relation(let relation):
            let (id, edge) = picture.edges[relation]
            writer.member("failed", id.text)
            writer.member("edge", id.text)
            writer.member("from", edge.from)
            writer.member("to", edge.to)
            writer.member("name", "\(name(edge.from)) – \(name(edge.to))")
        }
        writer.member("down", Int64(point.down))
        writer.member("degraded", Int64(point.degraded))
        writer.name("examples")
        writer.beginArray()
        for node in point.examples { writer.string(name(picture.ids[node])) }
        writer.endArray()
        writer.endObject()
    }

    private static let shape: JSONShape = .object([
        .init(name: "event_id", shape: .integer, isRequired: true, summary: "The newest event that was known."),
        .init(name: "failed", shape: .array(.string), isRequired: true),
        .init(
            name: "parts",
            shape: .array(
                .object([
                    .init(name: "failed", shape: .string, isRequired: true),
                    .init(
                        name: "kind", shape: .choice(FailedPlace.Kind.allCases.map(\.rawValue)), isRequired: false,
                        summary: "Of a rack, a location or an interface."),
                    .init(name: "name", shape: .string, isRequired: false),
                    .init(name: "nodes", shape: .array(.integer), isRequired: true),
                    .init(name: "edges", shape: .array(.string), isRequired: true),
                ])), isRequired: true, summary: "What each of them comes to on the map."),
        .init(
            name: "counts",
            shape: .object([
                .init(name: "down", shape: .integer, isRequired: true),
                .init(name: "degraded", shape: .integer, isRequired: true),
            ]), isRequired: true),
        .init(name: "down", shape: .array(.integer), isRequired: true, summary: "All of them, by id."),
        .init(name: "degraded", shape: .array(.integer), isRequired: true, summary: "All of them, by id."),
        .init(
            name: "affected",
            shape: .array(
                .object([
                    .init(name: "id", shape: .integer, isRequired: true),
                    .init(name: "kind", shape: MapShape.nodeKind, isRequired: true),
                    .init(name: "name", shape: .string, isRequired: true),
                    .init(name: "state", shape: .choice(["down", "degraded"]), isRequired: true),
                    .init(
                        name: "cut_off", shape: .boolean, isRequired: false,
                        summary: "Of what is down: it is still on, and nobody reaches it."),
                    .init(name: "reason", shape: reasons, isRequired: false),
                    .init(name: "path", shape: .array(step), isRequired: true, summary: "From what failed to here."),
                ])), isRequired: true, summary: "What is down, then what is degraded, the nearest first."),
        .init(
            name: "is_complete", shape: .boolean, isRequired: true,
            summary: "Whether every affected object that was asked for has its row."),
    ])

    private static let reasons: JSONShape = .choice(ImpactReason.allCases.map(\.rawValue))

    private static let step: JSONShape = .object([
        .init(name: "from", shape: .integer, isRequired: true),
        .init(name: "from_name", shape: .string, isRequired: true),
        .init(name: "to", shape: .integer, isRequired: true),
        .init(name: "to_name", shape: .string, isRequired: true),
        .init(name: "edge", shape: .string, isRequired: false),
        .init(name: "reason", shape: reasons, isRequired: true),
        .init(name: "left", shape: .integer, isRequired: true, summary: "How many alternatives still work."),
        .init(name: "of", shape: .integer, isRequired: true),
    ])

    static let pointKinds = ObjectKind.nodes + [.connection]

    private static let pointsShape: JSONShape = .object([
        .init(name: "event_id", shape: .integer, isRequired: true),
        .init(name: "count", shape: .integer, isRequired: true, summary: "How many there are of what was asked for."),
        .init(
            name: "kinds",
            shape: .object(pointKinds.map { .init(name: $0.rawValue, shape: .integer, isRequired: false) }),
            isRequired: true, summary: "How many there are of each kind, whatever was asked for."),
        .init(
            name: "points",
            shape: .array(
                .object([
                    .init(name: "failed", shape: .string, isRequired: true, summary: "As topology/impact takes it."),
                    .init(name: "id", shape: .integer, isRequired: false),
                    .init(name: "kind", shape: .string, isRequired: false),
                    .init(name: "edge", shape: .string, isRequired: false),
                    .init(name: "from", shape: .integer, isRequired: false),
                    .init(name: "to", shape: .integer, isRequired: false),
                    .init(name: "name", shape: .string, isRequired: true),
                    .init(name: "down", shape: .integer, isRequired: true),
                    .init(name: "degraded", shape: .integer, isRequired: true),
                    .init(name: "examples", shape: .array(.string), isRequired: true),
                ])), isRequired: true),
    ])
}
