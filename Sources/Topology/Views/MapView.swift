import GraphLayout
import HTTPKit

/// The ways to look at the same lab, as on the page (`view.model.js`; a test holds the two together): a view shows lines of
/// some types, the nodes at their ends, nodes that belong to it without a line, and lays them out in its own way.
enum MapView: String, Sendable, CaseIterable {
    case all
    /// Cables and ports.
    case physical
    /// Networks and addresses.
    case logical
    /// What runs on what.
    case workloads
    /// What needs what.
    case dependencies

    static let choices = allCases.map(\.rawValue).joined(separator: ", ")

    static let queryField = QueryField(
        "view", .string, "One of \(choices): only what this view shows, and in its layout unless another is asked for.")

    /// Nil is every type.
    var edges: Set<EdgeType>? {
        switch self {
        case .all: nil
        case .physical: [.connection]
        case .logical: [.inNetwork, .gateway, .peers]
        case .workloads: [.hosts, .runs, .stores, .mounted, .member]
        case .dependencies: [.depends]
        }
    }

    /// Drawn without a line, too.
    var kinds: Set<ObjectKind> {
        switch self {
        case .all: Set(ObjectKind.nodes)
        case .physical: [.hardware]
        case .logical: [.network]
        case .workloads: [.computeUnit, .service]
        case .dependencies: []
        }
    }

    /// Nil: saved places, and the layout of the map.
    var layout: LayoutKind? {
        switch self {
        case .all: nil
        case .physical, .dependencies: .hierarchical
        case .logical: .force
        case .workloads: .tree
        }
    }

    /// What of these nodes, and of the lines between them, the view shows; both in their order.
    func part(of shown: [Int64], in graph: TopologyGraph) -> (ids: [Int64], edges: [(EdgeID, Edge)]) {
        let there = Set(shown)
        let types = edges
        let lines = graph.edges.filter { id, edge in
            types?.contains(id.type) ?? true && there.contains(edge.from) && there.contains(edge.to)
        }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        guard types != nil else { return (shown, lines) }
        let joined = Set(lines.flatMap { [$0.1.from, $0.1.to] })
        let ids = shown.filter { id in
            joined.contains(id) || graph.objects[id].map { kinds.contains($0.kind) } ?? false
        }
        return (ids, lines)
    }
}
