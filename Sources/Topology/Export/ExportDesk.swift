import GraphLayout
import HTTPKit
import Inventory
import JSONKit
import Kernel
import Persistence

/// Makes the scene of a map: what is drawn, and where.
struct ExportDesk: Sendable {
    /// More is no picture any more, and no tool opens it.
    static let most = 20_000
    static let mostPictureBytes = 2 << 20

    let picture: TopologyPicture
    let maps: Maps
    let layouts: LayoutDesk
    let matches: QueryMatches

    /// What is asked for, and everything that its scene is drawn from: from the same order follows the same scene.
    struct Order: Sendable, Equatable {
        let request: LayoutRequest
        let map: SavedMap
        /// Counts changes of the graph.
        let generation: UInt64
        fileprivate let drawn: [Annotation]
        fileprivate let standing: NodeGroup.Standing
        fileprivate let ports: [Int64: String]
    }

    /// `items` choose a view, a layout, and filter. Saved places stay unless a layout or a view is asked for.
    /// `seen`: where nodes stand on somebody's screen.
    func scene(
        _ items: [(name: String, value: String)], map: Int64?, redaction: Redaction = .init(),
        seen: [Int64: LayoutPoint] = [:]
    ) async throws -> ExportScene {
        let (order, moment) = try await order(items, map: map)
        return try await scene(of: order, at: moment, redaction: redaction, countsAnew: false, seen: seen)
    }

    func order(
        _ items: [(name: String, value: String)], map: Int64?
    ) async throws -> (Order, TopologyPicture.Moment) {
        let isLaidOut = items.contains {
            $0.name == "layout" || ($0.name == "view" && $0.value != MapView.all.rawValue)
        }
        let request = try await LayoutRequest(
            items + [("pins", isLaidOut ? "free" : "placed")], map: map, by: matches)
        let moment = try await picture.latest()
        let map = request.map ?? moment.version.defaultMap
        guard moment.graph.maps.has(map) else { throw AppError.notFound("This map") }
        let order = try await maps.store.read { tx in
            let drawn = try AnnotationStore.list(on: map, in: tx)
            let isByPlace = drawn.contains { $0.grouping == .location }
            return Order(
                request: request, map: try MapStore.require(map, in: tx), generation: moment.version.generation,
                drawn: drawn, standing: isByPlace ? try NodeGroup.standing(in: tx) : .init(),
                ports: request.view == .physical ? try CablePorts.all(in: tx) : [:])
        }
        return (order, moment)
    }

    func scene(
        of order: Order, at moment: TopologyPicture.Moment, redaction: Redaction, countsAnew: Bool,
        seen: [Int64: LayoutPoint] = [:]
    ) async throws -> ExportScene {
        let (request, map) = (order.request, order.map)
        let part = LaidOutGraph(moment.graph, on: map.id, request)
        guard part.ids.count <= Self.most else {
            throw AppError(
                .tooLarge, "The map has \(part.ids.count) nodes; a file can have \(Self.most). Narrow it by a filter.")
        }
        let layout = request.kind ?? request.view.layout ?? map.layout
        let places = try await places(of: part, layout, seen: seen)
        let now = try await maps.store.read { $0.now }
        var scene = ExportScene(
            moment.graph, part: part, places: places, title: map.name, date: Self.text(of: now), redaction: redaction,
            countsAnew: countsAnew, view: request.view, ports: order.ports)
        try await addPictures(to: &scene)
        var groups: [Annotation.Grouping: [NodeGroup]] = [:]
        for grouping in Set(order.drawn.compactMap(\.grouping)) {
            groups[grouping] = NodeGroup.all(by: grouping, in: moment.graph, standing: order.standing)
        }
        let byID = Dictionary(zip(part.ids, places)) { first, _ in first }
        if request.view == .all, layout.isByGroup {
            scene.band(NodeGroup.lanes(in: moment.graph), at: byID, areAligned: layout == .lanes)
        }
        // A label stands at a place of the whole map; a view has other places.
        let drawn = order.drawn.filter { request.view == .all || $0.kind == .boundary }
        scene.annotate(drawn, groups: groups, at: byID, redaction: redaction)
        return scene
    }

    /// Icons that people brought, as far as a file may grow by them: what is left out is drawn as the icon of its role.
    private func addPictures(to scene: inout ExportScene) async throws {
        let wanted = Set(scene.nodes.compactMap(\.picture)).sorted()
        guard !wanted.isEmpty else { return }
        var left = Self.mostPictureBytes
        for (id, picture) in try await maps.store.read({ try IconShelf.pictures(wanted, in: $0) }).sorted(by: {
            $0.key < $1.key
        }) where picture.bytes.count <= left {
            left -= picture.bytes.count
            scene.pictures[id] = picture
        }
        for index in scene.nodes.indices {
            if let id = scene.nodes[index].picture, scene.pictures[id] == nil { scene.nodes[index].picture = nil }
        }
    }

    /// Nothing is computed where every node has its place.
    private func places(
        of part: LaidOutGraph, _ kind: LayoutKind, seen: [Int64: LayoutPoint]
    ) async throws -> [LayoutPoint] {
        let known = zip(part.ids, part.graph.nodes).compactMap { id, node in seen[id] ?? node.pin }
        if known.count == part.ids.count { return known }
        let laid = try await layouts.places(of: part.graph, Layout(kind))
        return zip(part.ids, laid).map { id, place in seen[id] ?? place }
    }

    /// `2026-11-29 07:30 UTC`.
    static func text(of instant: Instant) -> String {
        let text = RFC3339.text(instant.milliseconds)
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
    }
}
