import ImpactAnalysis

/// The lab in the integers of `ImpactGraph`, and what each of them stands for.
struct ImpactPicture: Sendable {
    /// By id, so that the same lab gives the same answer.
    let ids: [Int64]
    let edges: [(id: EdgeID, edge: Edge)]
    let graph: ImpactGraph
    private let index: [Int64: Int]

    init(_ topology: TopologyGraph) {
        ids = topology.objects.filter { $0.value.kind.isNode && !$0.value.isTrashed }.keys.sorted()
        var index: [Int64: Int] = [:]
        index.reserveCapacity(ids.count)
        for (place, id) in ids.enumerated() { index[id] = place }
        self.index = index
        edges = topology.edges.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        var builder = ImpactBuilder(topology, ids, index)
        for (relation, item) in edges.enumerated() { builder.take(item.id, item.edge, relation) }
        graph = builder.graph(relationCount: edges.count)
    }

    func node(_ id: Int64) -> Int? { index[id] }

    /// By an edge's name, or by the id of a relation.
    func relations(named text: String) -> [Int] {
        if let object = Int64(text) {
            // Relations have an id of their own; `hosts:7` belongs to a guest and is meant by its name only.
            guard node(object) == nil else { return [] }
            return relations(of: object)
        }
        guard let end = text.firstIndex(of: ":") else { return [] }
        let numbers = text[text.index(after: end)...].split(separator: "-", maxSplits: 1)
        guard let object = numbers.first.flatMap({ Int64($0) }) else { return [] }
        return relations(of: object).filter { edges[$0].id.text == text }
    }

    private func relations(of object: Int64) -> [Int] {
        var low = 0
        var high = edges.count
        while low < high {
            let middle = (low + high) / 2
            if edges[middle].id.object < object { low = middle + 1 } else { high = middle }
        }
        var found: [Int] = []
        while low < edges.count, edges[low].id.object == object {
            found.append(low)
            low += 1
        }
        return found
    }
}
