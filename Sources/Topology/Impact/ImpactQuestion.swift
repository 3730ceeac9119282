import Kernel

/// What fails, and how much of the answer is wanted.
struct ImpactQuestion: Sendable {
    static let mostFailed = 100
    static let mostRows = 2_000
    static let usualRows = 200

    /// Ids of objects and names of edges, as they were asked for, each once.
    private(set) var failed: [String] = []
    private(set) var objects: [Int64] = []
    private(set) var limit = usualRows

    init(_ items: [(name: String, value: String)]) throws {
        var problems: [String: String] = [:]
        var seen = Set<String>()
        for (name, value) in items {
            let values = value.split(separator: ",").map { $0.split(separator: " ").joined(separator: " ") }
            switch name {
            case "failed": failed += values.filter { seen.insert($0).inserted }
            case "object":
                objects += values.compactMap { Int64($0) }
                if values.contains(where: { Int64($0) == nil }) { problems[name] = "Use the ids of objects." }
            case "limit":
                guard let number = Int(value), (0...Self.mostRows).contains(number) else {
                    problems[name] = "Use a whole number up to \(Self.mostRows)."
                    continue
                }
                limit = number
            default: problems[name] = "There is no such choice."
            }
        }
        if failed.isEmpty { problems["failed"] = "Say what fails: the id of an object or the name of an edge." }
        if max(failed.count, objects.count) > Self.mostFailed {
            problems[failed.count > Self.mostFailed ? "failed" : "object"] = "Use at most \(Self.mostFailed)."
        }
        guard problems.isEmpty else {
            throw AppError(.invalid, "What stops could not be told like this.", fields: problems)
        }
    }

    /// The indexes of what fails.
    func parts(in picture: ImpactPicture) throws -> (nodes: [Int], relations: [Int]) {
        var (nodes, relations): ([Int], [Int]) = ([], [])
        var unknown: [String] = []
        for text in failed {
            if let node = Int64(text).flatMap({ picture.node($0) }) {
                nodes.append(node)
                continue
            }
            let found = picture.relations(named: text)
            if found.isEmpty { unknown.append(text) } else { relations += found }
        }
        guard unknown.isEmpty else {
            let names = unknown.prefix(5).joined(separator: ", ")
            throw AppError(
                .invalid, "What stops could not be told like this.",
                fields: ["failed": "Not on the map: \(names). Use the id of an object or the name of an edge."])
        }
        return (nodes, relations)
    }
}
