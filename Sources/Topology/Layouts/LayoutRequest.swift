import GraphLayout
import Inventory
import Kernel

/// Which layout of what is asked for.
struct LayoutRequest: Sendable, Equatable {
    /// nil: that of the view, or the one that was chosen for the map.
    let kind: LayoutKind?
    let map: Int64?
    let seed: UInt64
    let pins: Pins
    /// Only these nodes, for themselves; nil: all.
    let ids: Set<Int64>?
    let filter: TopologyFilter?
    let view: MapView

    enum Pins: String, CaseIterable {
        /// What people pinned stays.
        case keep
        /// Everything is laid out anew.
        case free
        /// Every place that was saved stays, and only the other nodes are answered.
        case placed
    }

    /// In one request.
    static let mostIDs = 2_000

    init(_ items: [(name: String, value: String)], map: Int64?, by matches: QueryMatches) async throws {
        var problems: [String: String] = [:]
        var kind: LayoutKind?
        var seed: UInt64 = 1
        var pins = Pins.keep
        var ids: Set<Int64>?
        var view = MapView.all
        for (name, value) in items {
            switch name {
            case "layout":
                kind = LayoutKind(rawValue: value)
                if kind == nil {
                    problems[name] = LayoutKind.choices
                }
            case "seed":
                guard let number = UInt64(value), number <= UInt64(UInt32.max) else {
                    problems[name] = "Use a whole number up to 4294967295."
                    continue
                }
                seed = number
            case "pins":
                guard let wish = Pins(rawValue: value) else {
                    problems[name] = "Use keep, free or placed."
                    continue
                }
                pins = wish
            case "ids":
                let numbers = value.split(separator: ",").map { Int64($0) }
                guard !numbers.isEmpty, numbers.count <= Self.mostIDs, !numbers.contains(nil) else {
                    problems[name] = "Use up to \(Self.mostIDs) ids of nodes, separated by commas."
                    continue
                }
                ids = Set(numbers.compactMap(\.self))
            case "view":
                guard let wish = MapView(rawValue: value) else {
                    problems[name] = "Use one of \(MapView.choices)."
                    continue
                }
                view = wish
            default: continue
            }
        }
        guard problems.isEmpty else {
            throw AppError(.invalid, "The map could not be laid out like this.", fields: problems)
        }
        self.kind = kind
        self.map = map
        self.seed = seed
        self.pins = pins
        self.ids = ids
        self.view = view
        let rest = items.filter { !["layout", "seed", "pins", "ids", "view"].contains($0.name) }
        filter = try await TopologyFilter(rest, by: matches)
    }
}

extension LayoutKind {
    /// What a refused name is told.
    static var choices: String { "Use one of \(allCases.map(\.rawValue).joined(separator: ", "))." }
}
