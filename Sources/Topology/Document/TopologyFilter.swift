import HTTPKit
import Kernel

/// Which part of the graph is asked for, by the same rules as the page's own filter: any of the values of each facet,
/// and every word of the text.
struct TopologyFilter: Sendable, Equatable {
    private(set) var kinds: Set<String> = []
    private(set) var roles: Set<String> = []
    private(set) var environments: Set<String> = []
    private(set) var tags: Set<String> = []
    private(set) var statuses: Set<String> = []
    private(set) var words: [String] = []

    static let longestText = 200

    /// What a filter reads of a query, for every route that takes one.
    static let queryFields = [
        QueryField("kind", .string, "Only nodes of these kinds, separated by commas."),
        QueryField("role", .string, "Only nodes of these roles or types."),
        QueryField("environment", .string, "Only nodes of these environments, by name."),
        QueryField("tag", .string, "Only nodes with one of these tags."),
        QueryField("status", .string, "Only nodes of these states."),
        QueryField("q", .string, "Only nodes whose name, address, role, kind or tags hold every word."),
    ]

    /// Nil where nothing is left out. A facet's values stand behind one another with commas, or the name comes again.
    init?(_ items: [(name: String, value: String)]) throws {
        var problems: [String: String] = [:]
        for (name, value) in items {
            let values = value.split(separator: ",").map(String.init)
            switch name {
            case "map": continue
            case "kind":
                let unknown = values.filter { value in !ObjectKind.nodes.contains { $0.rawValue == value } }
                if !unknown.isEmpty { problems[name] = "No such kind is on the map." }
                kinds.formUnion(values)
            case "role": roles.formUnion(values)
            case "environment": environments.formUnion(values)
            case "tag": tags.formUnion(values)
            case "status": statuses.formUnion(values)
            case "q":
                if value.count > Self.longestText { problems[name] = "Use at most \(Self.longestText) characters." }
                words = value.prefix(Self.longestText).lowercased().split(whereSeparator: \.isWhitespace).map(
                    String.init)
            default: problems[name] = "There is no such filter."
            }
        }
        guard problems.isEmpty else {
            throw AppError(.invalid, "The map could not be filtered like this.", fields: problems)
        }
        if kinds.isEmpty, roles.isEmpty, environments.isEmpty, tags.isEmpty, statuses.isEmpty, words.isEmpty {
            return nil
        }
    }

    func matches(_ facts: ObjectFacts, in graph: TopologyGraph) -> Bool {
        guard let face = facts.face else { return false }
        if !kinds.isEmpty, !kinds.contains(facts.kind.rawValue) { return false }
        if !roles.isEmpty, !roles.contains(face.role ?? "") { return false }
        if !statuses.isEmpty, !statuses.contains(face.status ?? "unknown") { return false }
        if !environments.isEmpty {
            guard let name = graph.environmentName(face), environments.contains(name) else { return false }
        }
        if tags.isEmpty, words.isEmpty { return true }
        let names = graph.tagNames(face)
        if !tags.isEmpty, tags.isDisjoint(with: names) { return false }
        if words.isEmpty { return true }
        let shown = [face.name, face.ip ?? "", face.role ?? "", facts.kind.rawValue] + names
        let text = shown.joined(separator: " ").lowercased()
        return words.allSatisfy { text.contains($0) }
    }
}
