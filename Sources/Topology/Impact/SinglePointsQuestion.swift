import Kernel

/// Which single points are asked for.
struct SinglePointsQuestion: Sendable {
    static let most = 500

    private(set) var limit = 50
    /// Empty: all.
    private(set) var kinds: Set<ObjectKind> = []

    init(_ items: [(name: String, value: String)]) throws {
        var problems: [String: String] = [:]
        for (name, value) in items {
            switch name {
            case "limit":
                if let number = Int(value), (1...Self.most).contains(number) {
                    limit = number
                } else {
                    problems[name] = "Use a whole number from 1 to \(Self.most)."
                }
            case "kind":
                let wanted = value.split(separator: ",").map { ObjectKind(rawValue: String($0)) }
                if wanted.contains(where: { $0.map(ImpactRoutes.pointKinds.contains) != true }) {
                    problems[name] = "Use kinds that stand on the map, or connection."
                }
                kinds.formUnion(wanted.compactMap(\.self))
            default: problems[name] = "There is no such choice."
            }
        }
        guard problems.isEmpty else {
            throw AppError(.invalid, "What stops could not be told like this.", fields: problems)
        }
    }
}
