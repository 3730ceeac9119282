import TestSupport

@testable import ImpactAnalysis

/// Graphs that look like nothing in particular, the same for the same seed.
enum RandomGraphs {
    static func graph(_ random: inout SplitMix) -> ImpactGraph {
        let count = Int.random(in: 2...30, using: &random)
        var relations = 0
        func relation(_ random: inout SplitMix) -> Int? {
            guard Int.random(in: 0..<5, using: &random) > 0 else { return nil }
            relations += 1
            return relations - 1
        }
        let effects: [ImpactNeed.Effect] = [.stops, .stops, .follows, .cutsOff, .weakens]
        let watches: [ImpactNeed.Watch] = [.all, .all, .carrier, .power]
        let needs = (0..<Int.random(in: 0...(count * 2), using: &random)).map { _ in
            let alternatives = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                ImpactNeed.Alternative(Int.random(in: 0..<count, using: &random), by: relation(&random))
            }
            return ImpactNeed(
                of: Int.random(in: 0..<count, using: &random), .needs, effects.randomElement(using: &random) ?? .stops,
                anyOf: alternatives, required: Int.random(in: 1...2, using: &random),
                watch: watches.randomElement(using: &random) ?? .all,
                sharesWeakness: Bool.random(using: &random))
        }
        var links: [ImpactLink] = []
        for _ in 0..<Int.random(in: 0...(count * 2), using: &random) {
            let (first, second) = (Int.random(in: 0..<count, using: &random), Int.random(in: 0..<count, using: &random))
            guard first != second else { continue }
            links.append(ImpactLink(first, second, by: relations))
            relations += 1
        }
        let parts = (0..<count).map { _ in self.part(&random) }
        return ImpactGraph(
            nodeCount: count, relationCount: relations, needs: needs, links: links, parts: parts,
            standbys: [(0, count - 1)])
    }

    private static func part(_ random: inout SplitMix) -> TrafficPart {
        let parts: [TrafficPart] = [
            .end, .end, .end, .relay, .relay, .relay, .modem, .router, .gateway, .gateway, .gatewayHost, .outside,
        ]
        return parts.randomElement(using: &random) ?? .end
    }

    static func failures(of graph: ImpactGraph, _ random: inout SplitMix) -> (nodes: [Int], relations: [Int]) {
        let nodes = (0..<Int.random(in: 1...3, using: &random)).map { _ in
            Int.random(in: 0..<graph.nodeCount, using: &random)
        }
        guard graph.relationCount > 0 else { return (nodes, []) }
        let relations = (0..<Int.random(in: 0...2, using: &random)).map { _ in
            Int.random(in: 0..<graph.relationCount, using: &random)
        }
        return (nodes, relations)
    }

    /// One gateway, switches and ends, so that what is expected can be found by trying.
    static func links(_ random: inout SplitMix) -> LinkPlan {
        let count = Int.random(in: 3...14, using: &random)
        var links: [(Int, Int)] = []
        for _ in 0..<Int.random(in: count...(count * 2), using: &random) {
            let (first, second) = (Int.random(in: 0..<count, using: &random), Int.random(in: 0..<count, using: &random))
            if first != second { links.append((first, second)) }
        }
        let parts = (0..<count).map { node in
            node == 0 ? TrafficPart.gateway : Int.random(in: 0..<3, using: &random) == 0 ? .end : .relay
        }
        return LinkPlan(count: count, links: links, parts: parts)
    }
}

struct LinkPlan {
    let count: Int
    let links: [(Int, Int)]
    let parts: [TrafficPart]

    var graph: ImpactGraph {
        ImpactGraph(
            nodeCount: count, relationCount: links.count, needs: [],
            links: links.enumerated().map { ImpactLink($1.0, $1.1, by: $0) }, parts: parts)
    }

    /// Of each node the links that lead to the gateway without passing through the node itself or through an end.
    func ways(withoutNodes gone: Set<Int>, withoutLinks broken: Set<Int>) -> [Set<Int>] {
        let net = graph.links
        return (0..<count).map { node in
            // Behind an end other rules hold; these are tried elsewhere.
            guard !gone.contains(node), net.depth[node] >= 0, !net.isBehind[node] else { return [] }
            let reached = reached(from: net.roots.map(Int.init), without: gone.union([node]), broken)
            return Set(
                links.indices.filter { link in
                    guard !broken.contains(link) else { return false }
                    let (first, second) = links[link]
                    return (first == node && reached.contains(second)) || (second == node && reached.contains(first))
                })
        }
    }

    /// A part that hangs together without the gateway looks to its own switches.
    private func reached(from roots: [Int], without gone: Set<Int>, _ broken: Set<Int>) -> Set<Int> {
        var queue = roots.filter { !gone.contains($0) }
        var found = Set(queue)
        while let node = queue.popLast() {
            for (link, (first, second)) in links.enumerated() where !broken.contains(link) {
                guard first == node || second == node else { continue }
                let other = first == node ? second : first
                guard parts[other] != .end, !gone.contains(other), found.insert(other).inserted else { continue }
                queue.append(other)
            }
        }
        return found
    }
}
