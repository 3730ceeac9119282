import GraphLayout
import JSONKit
import Kernel
import Persistence

/// Makes the scene of a map: what is drawn, and where.
struct ExportDesk: Sendable {
    /// More is no picture any more, and no tool opens it.
    static let most = 20_000

    let picture: TopologyPicture
    let maps: Maps
    let layouts: LayoutDesk

    /// `items` choose a layout and filter. Saved places stay unless a layout is asked for.
    func scene(
        _ items: [(name: String, value: String)], map: Int64?, redaction: Redaction = .init(), countsAnew: Bool = false
    ) async throws -> ExportScene {
        let asked = items.contains { $0.name == "layout" }
        let request = try LayoutRequest(items + [("pins", asked ? "free" : "placed")], map: map)
        guard let moment = picture.moment else { throw TopologyDocuments.notLoaded }
        let map = request.map ?? moment.version.defaultMap
        guard moment.graph.maps.has(map) else { throw AppError.notFound("This map") }
        let (saved, now, drawn, standing) = try await maps.store.read { tx in
            let drawn = try AnnotationStore.list(on: map, in: tx)
            let isByPlace = drawn.contains { $0.grouping == .location }
            return (
                try MapStore.require(map, in: tx), tx.now, drawn,
                isByPlace ? try NodeGroup.standing(in: tx) : .init()
            )
        }
        let part = LaidOutGraph(moment.graph, on: map, request)
        guard part.ids.count <= Self.most else {
            throw AppError(
                .tooLarge, "The map has \(part.ids.count) nodes; a file can have \(Self.most). Narrow it by a filter.")
        }
        let places = try await places(of: part, request.kind ?? saved.layout)
        var scene = ExportScene(
            moment.graph, part: part, places: places, title: saved.name, date: Self.text(of: now), redaction: redaction,
            countsAnew: countsAnew)
        var groups: [Annotation.Grouping: [NodeGroup]] = [:]
        for grouping in Set(drawn.compactMap(\.grouping)) {
            groups[grouping] = NodeGroup.all(
                by: grouping, in: moment.graph, standing: standing)
        }
        let byID = Dictionary(zip(part.ids, places)) { first, _ in first }
        scene.annotate(drawn, groups: groups, at: byID, redaction: redaction)
        return scene
    }

    /// Nothing is computed where every node has its place.
    private func places(of part: LaidOutGraph, _ kind: LayoutKind) async throws -> [LayoutPoint] {
        let saved = part.graph.nodes.compactMap(\.pin)
        if saved.count == part.graph.nodes.count { return saved }
        return try await layouts.places(of: part.graph, Layout(kind))
    }

    /// `2026-11-29 07:30 UTC`.
    static func text(of instant: Instant) -> String {
        let text = RFC3339.text(instant.milliseconds)
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
    }
}
