/// Which proposals are taken over, in an order in which each finds what it refers to. Pure.
package struct AcceptPlan: Sendable, Equatable {
    package enum Choice: Sendable, Equatable {
        /// Everything that is new, and every field no person wrote.
        case all
        /// These lines, which a person read: what they say is meant.
        case keys([String])
    }

    package struct Step: Sendable, Equatable {
        package let proposal: Proposal
        /// A person chose this line, so it may replace what a person wrote.
        package let isChosen: Bool
    }

    package let steps: [Step]
    /// Keys that name nothing the machine sees now.
    package let unknown: [String]

    package init(_ choice: Choice, of comparison: Comparison) {
        var wanted: Set<String> = []
        var chosen: Set<String> = []
        var missing: [String] = []
        switch choice {
        case .all: wanted = Set(comparison.proposals.filter { $0.action != .same && $0.isShown }.map(\.key))
        case .keys(let keys):
            for key in keys where !missing.contains(key) {
                if comparison[key] == nil { missing.append(key) } else { chosen.insert(key) }
            }
            wanted = chosen
        }
        for key in wanted.sorted() { Self.addNeeds(of: key, in: comparison, to: &wanted) }
        for proposal in comparison.proposals where proposal.sighting.isFollower && proposal.action == .add {
            let ends = proposal.references
            let isComplete = ends.allSatisfy { wanted.contains($0) || comparison[$0]?.object != nil }
            // It comes with an end that is new; between two known things it is a line of its own.
            if isComplete, ends.contains(where: { wanted.contains($0) }) { wanted.insert(proposal.key) }
        }
        unknown = missing
        steps = Self.ordered(comparison.proposals.filter { wanted.contains($0.key) && $0.action != .same })
            .map { Step(proposal: $0, isChosen: chosen.contains($0.key)) }
    }

    /// A new thing takes along what it belongs to; an address makes no sense without its interface.
    private static func addNeeds(of key: String, in comparison: Comparison, to wanted: inout Set<String>) {
        guard let proposal = comparison[key], proposal.action == .add else { return }
        for need in proposal.needs {
            guard let other = comparison[need], other.object == nil, wanted.insert(need).inserted else { continue }
            addNeeds(of: need, in: comparison, to: &wanted)
        }
    }

    private static func ordered(_ proposals: [Proposal]) -> [Proposal] {
        let byKey = Dictionary(proposals.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        var done: Set<String> = []
        var result: [Proposal] = []
        func visit(_ proposal: Proposal) {
            guard done.insert(proposal.key).inserted else { return }
            for key in proposal.references { byKey[key].map(visit) }
            result.append(proposal)
        }
        for proposal in proposals.sorted(by: { Recognition.rank($0.sighting) < Recognition.rank($1.sighting) }) {
            visit(proposal)
        }
        return result
    }
}

extension Proposal {
    /// Keys of what it refers to, without the fields its kind does not take.
    package var references: [String] {
        fields.compactMap { field in
            if case .sighting(let key) = field.observed.value { key } else { nil }
        }
    }

    /// What it belongs to and makes no sense without.
    package var needs: [String] {
        let owners: Set = [
            "holder_id", "interface_id", "runs_on_id", "hardware_id", "member_id", "network_id", "vlan_id",
        ]
        let isPart = sighting.group != .interfaces
        return fields.compactMap { field in
            guard case .sighting(let key) = field.observed.value, owners.contains(field.name) else { return nil }
            // A port is a port also without the network it is in.
            return isPart || field.name == "holder_id" ? key : nil
        }
    }
}
