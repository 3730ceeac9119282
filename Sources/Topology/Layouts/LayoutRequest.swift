import GraphLayout
import Kernel

/// Which layout of what is asked for.
struct LayoutRequest: Sendable {
    let kind: LayoutKind
    let map: Int64?
    let seed: UInt64
    /// Whether nodes that people pinned stay where they are; otherwise everything is laid out anew.
    let keepsPins: Bool
    let filter: TopologyFilter?

    init(_ items: [(name: String, value: String)], map: Int64?) throws {
        var problems: [String: String] = [:]
        var kind: LayoutKind?
        var seed: UInt64 = 1
        var keepsPins = true
        for (name, value) in items {
            switch name {
            case "layout":
                kind = LayoutKind(rawValue: value)
                if kind == nil {
                    problems[name] = "Use one of \(LayoutKind.allCases.map(\.rawValue).joined(separator: ", "))."
                }
            case "seed":
                guard let number = UInt64(value), number <= UInt64(UInt32.max) else {
                    problems[name] = "Use a whole number up to 4294967295."
                    continue
                }
                seed = number
            case "pins":
                guard ["keep", "free"].contains(value) else {
                    problems[name] = "Use keep or free."
                    continue
                }
                keepsPins = value == "keep"
            default: continue
            }
        }
        guard problems.isEmpty else {
            throw AppError(.invalid, "The map could not be laid out like this.", fields: problems)
        }
        self.kind = kind ?? .force
        self.map = map
        self.seed = seed
        self.keepsPins = keepsPins
        filter = try TopologyFilter(items.filter { !["layout", "seed", "pins"].contains($0.name) })
    }
}
