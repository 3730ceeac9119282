import ImpactAnalysis

/// Gathers what each edge means, and makes needs and links of it.
struct ImpactBuilder {
    private typealias Alternative = ImpactNeed.Alternative

    private struct DependencyKey: Hashable {
        let owner: Int
        let group: String
    }

    private let topology: TopologyGraph
    private let index: [Int64: Int]
    private let facts: [ObjectFacts]
    private var needs: [ImpactNeed] = []
    private var links: [ImpactLink] = []
    private var overlays: [(first: Int, second: Int, relation: Int)] = []
    private var isLinked: [Bool]
    private var isGateway: [Bool]

    private var hosts: [(guest: Int, host: Alternative, hostNode: Int)] = []
    private var feeds: [Int: [Alternative]] = [:]
    private var networks: [Int: [(network: Int, alternative: Alternative)]] = [:]
    private var gateways: [Int: [(node: Int, relation: Int)]] = [:]
    private var blocks: [Int: [Alternative]] = [:]
    private var members: [Int: [(node: Int, relation: Int, isWitness: Bool)]] = [:]
    private var clusters: [Int: [(cluster: Int, relation: Int)]] = [:]
    private var choices: [DependencyKey: (isHard: Bool, alternatives: [Alternative])] = [:]

    init(_ topology: TopologyGraph, _ ids: [Int64], _ index: [Int64: Int]) {
        self.topology = topology
        self.index = index
        facts = ids.compactMap { topology.objects[$0] }
        isLinked = [Bool](repeating: false, count: ids.count)
        isGateway = isLinked
    }

    mutating func take(_ id: EdgeID, _ edge: Edge, _ relation: Int) {
        guard let from = index[edge.from], let to = index[edge.to] else { return }
        switch id.type {
        case .hosts: hosts.append((to, Alternative(from, by: relation), from))
        case .runs: hosts.append((to, Alternative(from, by: relation), from))
        case .stores:
            needs.append(ImpactNeed(of: to, .device, .follows, anyOf: [Alternative(from, by: relation)]))
        case .mounted: takePart(from, to, relation)
        case .gateway:
            gateways[to, default: []].append((from, relation))
            isGateway[from] = true
        case .connection: takeConnection(id, from, to, relation)
        case .depends: takeDependency(id, from, to, relation)
        case .member:
            let isWitness = topology.look(of: id)?.label?.lowercased() == "witness"
            members[from, default: []].append((to, relation, isWitness))
            clusters[to, default: []].append((from, relation))
        case .inNetwork: networks[from, default: []].append((to, Alternative(to, by: relation)))
        case .peers: return
        }
    }

    private mutating func takePart(_ parent: Int, _ child: Int, _ relation: Int) {
        if ImpactRules.isBuildingBlock(facts[child], of: facts[parent]) {
            blocks[parent, default: []].append(Alternative(child, by: relation))
        } else {
            let whole = [Alternative(parent, by: relation)]
            needs.append(ImpactNeed(of: child, .inside, .follows, anyOf: whole, sharesWeakness: true))
        }
    }

    private mutating func takeConnection(_ id: EdgeID, _ from: Int, _ to: Int, _ relation: Int) {
        guard from != to else { return }
        switch ImpactRules.cable(topology.look(of: id)?.medium) {
        case .aside: return
        case .overlay: overlays.append((from, to, relation))
        case .traffic:
            links.append(ImpactLink(from, to, by: relation))
            isLinked[from] = true
            isLinked[to] = true
        case .power:
            let isForward = ImpactRules.powerRank(facts[from]) <= ImpactRules.powerRank(facts[to])
            feeds[isForward ? to : from, default: []].append(Alternative(isForward ? from : to, by: relation))
        }
    }

    private mutating func takeDependency(_ id: EdgeID, _ from: Int, _ to: Int, _ relation: Int) {
        let said = topology.objects[id.object]?.redundancy
        let isHard = said?.word != "soft"
        let needed = Alternative(to, by: relation)
        guard let group = said?.group?.lowercased(), !group.isEmpty else {
            needs.append(ImpactNeed(of: from, isHard ? .needs : .uses, isHard ? .stops : .weakens, anyOf: [needed]))
            return
        }
        let key = DependencyKey(owner: from, group: group)
        choices[key, default: (false, [])].alternatives.append(needed)
        if isHard { choices[key]?.isHard = true }
    }

    // MARK: The whole

    mutating func graph(relationCount: Int) -> ImpactGraph {
        addHosts()
        addPower()
        let standbys = addGateways()
        addNetworks(standbys)
        addStorage()
        addClusters()
        for (key, choice) in choices.sorted(by: { ($0.key.owner, $0.key.group) < ($1.key.owner, $1.key.group) }) {
            needs.append(
                ImpactNeed(
                    of: key.owner, choice.isHard ? .needs : .uses, choice.isHard ? .stops : .weakens,
                    anyOf: choice.alternatives))
        }
        for overlay in overlays where !isLinked[overlay.first] || !isLinked[overlay.second] {
            links.append(ImpactLink(overlay.first, overlay.second, by: overlay.relation))
        }
        let parts = facts.indices.map { ImpactRules.part(of: facts[$0], isGateway: isGateway[$0]) }
        return ImpactGraph(
            nodeCount: facts.count, relationCount: relationCount, needs: needs, links: links, parts: parts,
            standbys: standbys)
    }

    private mutating func addHosts() {
        for (guest, host, node) in hosts {
            var alternatives = [host]
            if facts[guest].kind == .computeUnit, facts[guest].redundancy?.count == 1 {
                alternatives += (clusters[node] ?? []).map { Alternative($0.cluster) }
            }
            needs.append(
                ImpactNeed(
                    of: guest, .host, .follows, anyOf: alternatives, watch: networks[guest] == nil ? .all : .carrier,
                    sharesWeakness: facts[node].kind == .cluster))
        }
    }

    private mutating func addPower() {
        for (node, sources) in feeds.sorted(by: { $0.key < $1.key }) {
            let hasBattery = ImpactRules.hasBattery(facts[node])
            needs.append(
                ImpactNeed(
                    of: node, hasBattery ? .battery : .power, hasBattery ? .weakens : .stops, anyOf: sources,
                    watch: .power))
        }
    }

    /// A network needs its gateway, or another router of the gateway's cluster.
    private mutating func addGateways() -> [(gateway: Int, other: Int)] {
        var standbys: [(gateway: Int, other: Int)] = []
        for (network, own) in gateways.sorted(by: { $0.key < $1.key }) {
            var alternatives = own.map { Alternative($0.node, by: $0.relation) }
            for (gateway, _) in own {
                for mate in mates(of: gateway) {
                    alternatives.append(Alternative(mate))
                    standbys.append((gateway, mate))
                }
            }
            needs.append(ImpactNeed(of: network, .gateway, .stops, anyOf: alternatives))
        }
        return standbys
    }

    private func mates(of gateway: Int) -> [Int] {
        let others = (clusters[gateway] ?? []).flatMap { members[$0.cluster] ?? [] }.map(\.node)
        return Set(others).filter { node in
            let role = facts[node].face?.role
            return node != gateway && facts[node].kind == .hardware
                && (isGateway[node] || role == "router" || role == "firewall")
        }.sorted()
    }

    /// Whoever is a gateway works on inside of its own networks when another one fails.
    private mutating func addNetworks(_ standbys: [(gateway: Int, other: Int)]) {
        let others = Set(standbys.map(\.other))
        for (member, found) in networks.sorted(by: { $0.key < $1.key }) {
            let isInside = isGateway[member] || others.contains(member)
            let needed = found.filter { item in
                !isInside || !(gateways[item.network] ?? []).contains { $0.node == member }
            }
            guard !needed.isEmpty else { continue }
            needs.append(
                ImpactNeed(of: member, .network, isInside ? .weakens : .cutsOff, anyOf: needed.map(\.alternative)))
        }
    }

    private mutating func addStorage() {
        for (storage, parts) in blocks.sorted(by: { $0.key < $1.key }) {
            let spare = ImpactRules.spareDisks(facts[storage].redundancy?.word, of: parts.count)
            needs.append(
                ImpactNeed(
                    of: storage, .part, .stops, anyOf: parts, required: parts.count - spare, sharesWeakness: true))
        }
    }

    /// A witness has a vote and carries nothing.
    private mutating func addClusters() {
        for (cluster, found) in members.sorted(by: { $0.key < $1.key }) {
            let all = found.map { Alternative($0.node, by: $0.relation) }
            let carriers = found.filter { !$0.isWitness }.map { Alternative($0.node, by: $0.relation) }
            let needed = Int(clamping: facts[cluster].redundancy?.count ?? 1)
            if !carriers.isEmpty { needs.append(ImpactNeed(of: cluster, .member, .stops, anyOf: carriers)) }
            if needed > 1 || carriers.isEmpty || carriers.count < all.count {
                needs.append(ImpactNeed(of: cluster, .member, .stops, anyOf: all, required: needed))
            }
        }
    }
}
