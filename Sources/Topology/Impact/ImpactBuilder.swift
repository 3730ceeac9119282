import ImpactAnalysis

/// Gathers what each edge means, and makes needs and links of it.
struct ImpactBuilder {
    private typealias Alternative = ImpactNeed.Alternative

    private struct DependencyKey: Hashable {
        let owner: Int
        let group: String
    }

    private struct Cable {
        let from: Int
        let to: Int
        let relation: Int
    }

    private let topology: TopologyGraph
    private let index: [Int64: Int]
    private let facts: [ObjectFacts]
    private var needs: [ImpactNeed] = []
    private var cables: [Cable] = []
    private var overlays: [Cable] = []
    private var plugs: [Cable] = []
    private var powerCables: [Cable] = []
    private var isGateway: [Bool]

    private var hosts: [(guest: Int, host: Alternative, hostNode: Int)] = []
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
        isGateway = [Bool](repeating: false, count: ids.count)
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
        let cable = Cable(from: from, to: to, relation: relation)
        switch ImpactRules.cable(topology.look(of: id)?.medium) {
        case .aside: return
        case .overlay: overlays.append(cable)
        case .plug: plugs.append(cable)
        case .traffic: cables.append(cable)
        case .power: powerCables.append(cable)
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
        let served = gatewaysOfOthers()
        let parts = facts.indices.map {
            ImpactRules.part(of: facts[$0], isGateway: isGateway[$0], servesOthers: served.contains($0))
        }
        let links = addLinks(parts)
        addHosts(parts)
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
        return ImpactGraph(
            nodeCount: facts.count, relationCount: relationCount, needs: needs, links: links, parts: parts,
            standbys: standbys)
    }

    /// A network of containers has nobody in it but what runs on its gateway.
    private func gatewaysOfOthers() -> Set<Int> {
        let hostOf = Dictionary(hosts.map { ($0.guest, $0.hostNode) }) { first, _ in first }
        var found: Set<Int> = []
        for (member, joined) in networks {
            var machine = member
            while let host = hostOf[machine] { machine = host }
            for item in joined {
                for gateway in gateways[item.network] ?? [] where gateway.node != machine { found.insert(gateway.node) }
            }
        }
        return found
    }

    /// Who is carried by a host or a network and has no cable inside of the lab reaches the outside that way: to whoever is
    /// joined with it alone it is the way, and loses nothing with it.
    private mutating func addLinks(_ parts: [TrafficPart]) -> [ImpactLink] {
        var isLinked = [Bool](repeating: false, count: facts.count)
        var isLinkedInside = isLinked
        for cable in cables {
            let isInside = parts[cable.from] != .outside && parts[cable.to] != .outside
            for end in [cable.from, cable.to] {
                isLinked[end] = true
                if isInside { isLinkedInside[end] = true }
            }
        }
        let guests = Set(hosts.map(\.guest))
        func isCarried(_ node: Int) -> Bool {
            parts[node] == .end && !isLinkedInside[node] && (guests.contains(node) || networks[node] != nil)
        }
        let joined = cables + overlays.filter { !isLinked[$0.from] || !isLinked[$0.to] }
        var links: [ImpactLink] = []
        var carriers: [Int: [Alternative]] = [:]
        var isReached = [Bool](repeating: false, count: facts.count)
        let overlaid = Set(overlays.map(\.relation))
        for cable in joined {
            let (from, to) = (cable.from, cable.to)
            if isCarried(from), parts[to] == .outside {
                carriers[to, default: []].append(Alternative(from, by: cable.relation))
            } else if isCarried(to), parts[from] == .outside {
                carriers[from, default: []].append(Alternative(to, by: cable.relation))
            } else if !overlaid.contains(cable.relation) || (!isCarried(from) && !isCarried(to)) {
                links.append(ImpactLink(from, to, by: cable.relation))
                isReached[from] = true
                isReached[to] = true
            }
        }
        for (outside, ways) in carriers.sorted(by: { $0.key < $1.key }) where !isReached[outside] {
            needs.append(ImpactNeed(of: outside, .link, .follows, anyOf: ways))
        }
        addPlugs(parts)
        return links
    }

    /// What is plugged into computers by USB and has no other way is a part of them.
    private mutating func addPlugs(_ parts: [TrafficPart]) {
        var hasWay = facts.indices.map { networks[$0] != nil }
        for cable in cables {
            for (end, other) in [(cable.from, cable.to), (cable.to, cable.from)]
            where parts[other] != .end || ImpactRules.isComputer(facts[other]) {
                hasWay[end] = true
            }
        }
        var ports: [Int: [Alternative]] = [:]
        for plug in plugs {
            for (end, other) in [(plug.from, plug.to), (plug.to, plug.from)]
            where !hasWay[end] && ImpactRules.isPeripheral(facts[end]) && ImpactRules.isComputer(facts[other]) {
                ports[end, default: []].append(Alternative(other, by: plug.relation))
            }
        }
        for (end, computers) in ports.sorted(by: { $0.key < $1.key }) {
            needs.append(ImpactNeed(of: end, .device, .follows, anyOf: computers))
        }
    }

    private mutating func addHosts(_ parts: [TrafficPart]) {
        var hasOwnCable = [Bool](repeating: false, count: facts.count)
        for cable in cables {
            for (end, other) in [(cable.from, cable.to), (cable.to, cable.from)]
            where facts[other].kind == .hardware && parts[other] != .end {
                hasOwnCable[end] = true
            }
        }
        for (guest, host, node) in hosts {
            var alternatives = [host]
            if facts[guest].kind == .computeUnit, facts[guest].redundancy?.count == 1 {
                alternatives += (clusters[node] ?? []).filter { facts[$0.cluster].face?.role != "ceph" }
                    .map { Alternative($0.cluster) }
            }
            needs.append(
                ImpactNeed(
                    of: guest, .host, .follows, anyOf: alternatives,
                    watch: hasOwnCable[guest] ? .power : networks[guest] == nil ? .all : .carrier,
                    sharesWeakness: facts[node].kind == .cluster))
        }
    }

    private mutating func addPower() {
        func rank(_ node: Int) -> Int { ImpactRules.powerRank(facts[node]) }
        // Drawn to it from what gives power, a cable says which way power goes.
        let inlets = Dictionary(grouping: powerCables.filter { rank($0.from) < 3 }, by: \.to)
        let fed = Set(inlets.keys).union(powerCables.filter { rank($0.to) < rank($0.from) }.map(\.from))
        var feeds: [Int: [Alternative]] = [:]
        for cable in powerCables {
            let (from, to) = (cable.from, cable.to)
            let isFeeder =
                ImpactRules.mayFeedStrips(facts[from]) && !fed.contains(to)
                && (inlets[from] ?? []).contains { $0.from != to }
            let isForward = rank(from) <= rank(to) || isFeeder
            feeds[isForward ? to : from, default: []].append(Alternative(isForward ? from : to, by: cable.relation))
        }
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
