import GraphLayout
import HTTPKit
import HTTPTypes
import Inventory
import JSONKit
import Kernel

/// `GET /topology/layout`: places for the nodes of a map, computed and not saved.
struct LayoutRoutes: Sendable {
    let picture: TopologyPicture
    let maps: Maps
    let matches: QueryMatches
    var desk = LayoutDesk()

    func register(in api: inout API) {
        let routes = self
        let kinds = LayoutKind.allCases.map(\.rawValue).joined(separator: ", ")
        api.get(
            "topology/layout", "Lay out a map; nothing is saved", needs: .may(.viewMap),
            .init(
                query: [
                    QueryField(
                        "layout", .string, "One of \(kinds). Without, that of the view, or the one chosen for the map."),
                    QueryField(
                        "map", .integer, "The map whose pinned nodes stay; without, the first one.", mayBeMissing: true),
                    QueryField(
                        "pins", .string,
                        "keep (the default), free, or placed: what people pinned stays, nothing does, or every saved place does and only other nodes are answered."
                    ),
                    QueryField("seed", .integer, "Another number gives another picture."),
                    QueryField("ids", .string, "Only these nodes, separated by commas."),
                    MapView.queryField,
                ] + TopologyFilter.queryFields, answer: .json(Self.shape))
        ) { call in try await routes.answer(call) }
    }

    private func answer(_ call: Call<Nothing>) async throws -> Reply {
        let request = try await LayoutRequest(call.queryItems, map: try call.queryID("map"), by: matches)
        let moment = try await picture.latest()
        let map = request.map ?? moment.version.defaultMap
        guard moment.graph.maps.has(map) else { throw AppError.notFound("This map") }
        let kind: LayoutKind
        if let wish = request.kind ?? request.view.layout { kind = wish } else { kind = try await maps.layout(of: map) }
        let part = LaidOutGraph(moment.graph, on: map, request)
        var options = LayoutOptions()
        options.seed = request.seed
        // Where every place is saved there is nothing to lay out, and nothing to answer.
        let isNothingAsked = request.pins == .placed && !part.isAnyFree
        let places = isNothingAsked ? [] : try await desk.places(of: part.graph, Layout(kind, options))

        var writer = JSONWriter()
        writer.beginObject()
        writer.member("event_id", moment.version.eventID)
        writer.member("map", map)
        writer.member("layout", kind.rawValue)
        writer.name("places")
        writer.beginArray()
        for (index, place) in places.enumerated() {
            if request.pins == .placed, part.graph.nodes[index].pin != nil { continue }
            writer.beginObject()
            writer.member("id", part.ids[index])
            // A tenth of a pixel is as fine as anybody sees.
            writer.member("x", (place.x * 10).rounded() / 10)
            writer.member("y", (place.y * 10).rounded() / 10)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        // Numbers of nodes and places: nothing in it is secret.
        return Reply(unkept: writer).compressed(for: call)
    }

    private static let shape: JSONShape = .object([
        .init(name: "event_id", shape: .integer, isRequired: true, summary: "The newest event that was known."),
        .init(name: "map", shape: .integer, isRequired: true),
        .init(name: "layout", shape: .choice(LayoutKind.allCases.map(\.rawValue)), isRequired: true),
        .init(
            name: "places",
            shape: .array(
                .object([
                    .init(name: "id", shape: .integer, isRequired: true),
                    .init(name: "x", shape: .number, isRequired: true),
                    .init(name: "y", shape: .number, isRequired: true),
                ])), isRequired: true),
    ])
}
