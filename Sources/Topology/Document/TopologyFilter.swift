import HTTPKit
import Inventory
import Kernel

/// Which part of the graph is asked for: any of the values of each facet, and what the query finds. The query is that of
/// every list (`role:switch vlan:20 -tag:retired "rack 2"`); it is asked once, when the filter is made.
struct TopologyFilter: Sendable, Equatable {
    private(set) var kinds: Set<String> = []
    private(set) var roles: Set<String> = []
    private(set) var environments: Set<String> = []
    private(set) var tags: Set<String> = []
    private(set) var statuses: Set<String> = []
    /// What the query finds; nil where there is none.
    private(set) var found: Set<Int64>?
    /// The query as plain words, which an alias may hold.
    private(set) var words: [String] = []

    static let longestText = QueryMatches.longest
    private static let kinds = ObjectKind.nodes.map(\.rawValue)

    /// What a filter reads of a query, for every route that takes one.
    static let queryFields = [
        QueryField("kind", .string, "Only nodes of these kinds, separated by commas."),
        QueryField("role", .string, "Only nodes of these roles or types."),
        QueryField("environment", .string, "Only nodes of these environments, by name."),
        QueryField("tag", .string, "Only nodes with one of these tags."),
        QueryField("status", .string, "Only nodes of these states."),
        QueryField(
            "q", .text(minimum: nil, maximum: longestText), "Only nodes that this finds. \(QueryMatches.summary)"),
    ]

    /// Nil where nothing is left out. A facet's values stand behind one another with commas, or the name comes again.
    /// `withTrash`: a query finds what is gone by now, too.
    init?(_ items: [(name: String, value: String)], by matches: QueryMatches, withTrash: Bool = false) async throws {
        var problems: [String: String] = [:]
        var text = ""
        for (name, value) in items {
            let values = value.split(separator: ",").map(String.init)
            switch name {
            case "map": continue
            case "kind":
                if !Set(values).isSubset(of: Self.kinds) { problems[name] = "No such kind is on the map." }
                kinds.formUnion(values)
            case "role": roles.formUnion(values)
            case "environment": environments.formUnion(values)
            case "tag": tags.formUnion(values)
            case "status": statuses.formUnion(values)
            case "q": text = value
            default: problems[name] = "There is no such filter."
            }
        }
        guard problems.isEmpty else {
            throw AppError(.invalid, "The map could not be filtered like this.", fields: problems)
        }
        words = text.lowercased().split(whereSeparator: \.isWhitespace).map(String.init)
        found = try await matches.ids(text, kinds: kinds.isEmpty ? Self.kinds : kinds.sorted(), withTrash: withTrash)
        if kinds.isEmpty, roles.isEmpty, environments.isEmpty, tags.isEmpty, statuses.isEmpty, found == nil {
            return nil
        }
    }

    /// `alias` is what the map that is asked for calls it: words of it are found as well.
    func matches(_ id: Int64, _ facts: ObjectFacts, alias: String?, in graph: TopologyGraph) -> Bool {
        guard let face = facts.face, found?.contains(id) ?? true || isCalled(alias, face.name) else { return false }
        if !kinds.isEmpty, !kinds.contains(facts.kind.rawValue) { return false }
        if !roles.isEmpty, !roles.contains(face.role ?? "") { return false }
        if !statuses.isEmpty, !statuses.contains(face.status ?? "unknown") { return false }
        if !environments.isEmpty {
            guard let name = graph.environmentName(face), environments.contains(name) else { return false }
        }
        return tags.isEmpty || !tags.isDisjoint(with: graph.tagNames(face))
    }

    /// The query language knows nothing of what a map calls things.
    private func isCalled(_ alias: String?, _ name: String) -> Bool {
        guard let alias, !words.isEmpty else { return false }
        let text = "\(alias) \(name)".lowercased()
        return words.allSatisfy { text.contains($0) }
    }
}
