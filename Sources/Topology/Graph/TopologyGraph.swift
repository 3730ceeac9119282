/// The lab as nodes and edges, in memory. A value: a copy taken for encoding stays as it was.
///
/// It keeps facts about every object it follows, also those in the trash, and the edges that follow from them. An edge
/// is there exactly when the object behind it and both its ends are. Inventory is the truth; this only mirrors it.
struct TopologyGraph: Sendable {
    private(set) var objects: [Int64: ObjectFacts] = [:]
    /// Whose references name an object: the other direction of `ObjectFacts.references`.
    private var referrers: [Int64: [Int64]] = [:]
    private(set) var edges: [EdgeID: Edge] = [:]
    private(set) var environments: [Int64: NamedThing] = [:]
    private(set) var tags: [Int64: NamedThing] = [:]
    private(set) var maps = SavedPlaces()
    /// Counts changed objects: what follows from more than the picture shows knows by it whether it is still right.
    private(set) var revision: UInt64 = 0

    init() {}

    /// For loading: faster than `set` one by one, since edges are made once at the end.
    init(
        objects: [Int64: ObjectFacts], environments: [Int64: NamedThing], tags: [Int64: NamedThing], maps: SavedPlaces
    ) {
        self.objects = objects
        self.environments = environments
        self.tags = tags
        self.maps = maps
        referrers.reserveCapacity(objects.count)
        for (id, facts) in objects { facts.references.forEach { referrers[$0, default: []].append(id) } }
        edges.reserveCapacity(objects.count)
        for id in objects.keys {
            for edge in edgeIDs(of: id) {
                if let found = self.edge(edge) { edges[edge] = found }
            }
        }
    }

    // MARK: Asking

    /// A node that is drawn.
    func isShown(_ id: Int64) -> Bool {
        guard let facts = objects[id] else { return false }
        return facts.kind.isNode && !facts.isTrashed
    }

    /// The names a node shows, sorted, without tags in the trash.
    func tagNames(_ face: NodeFace) -> [String] {
        face.tags.isEmpty ? [] : face.tags.compactMap { tags[$0] }.filter { !$0.isTrashed }.map(\.name).sorted()
    }

    func environmentName(_ face: NodeFace) -> String? {
        guard face.environment != 0, let found = environments[face.environment], !found.isTrashed else { return nil }
        return found.name
    }

    func look(of id: EdgeID) -> EdgeLook? { id.network == 0 ? objects[id.object]?.look : nil }

    /// The edges that go by an interface: its cables, and the networks that nothing else of its holder is in.
    func edges(through interface: Int64) -> [EdgeID] {
        guard let facts = objects[interface], facts.kind == .interface, !facts.isTrashed else { return [] }
        let holder = facts.references.first
        let users = (referrers[interface] ?? []).compactMap { id in objects[id].map { (id, $0) } }
        let cables = users.filter { $1.kind == .connection }.map { EdgeID(type: .connection, object: $0.0) }
        let networks = [facts.references.second] + users.filter { $1.kind == .address }.map(\.1.references.second)
        let memberships = Set(networks).filter { derivedMembership(of: holder, in: $0, without: interface) == nil }
            .map { EdgeID(type: .inNetwork, object: holder, network: $0) }
        return (cables + memberships).filter { edges[$0] != nil }.sorted()
    }

    // MARK: Edges from facts

    /// The edges an object may give, whether they are there or not.
    private func edgeIDs(of id: Int64) -> [EdgeID] {
        guard let facts = objects[id] else { return [] }
        switch facts.kind {
        case .hardware, .externalNode, .cluster, .miscItem: return []
        case .computeUnit: return [EdgeID(type: .hosts, object: id)]
        case .service: return [EdgeID(type: .runs, object: id)]
        case .storage: return [EdgeID(type: .stores, object: id), EdgeID(type: .mounted, object: id)]
        case .network: return [EdgeID(type: .gateway, object: id)]
        case .connection: return [EdgeID(type: .connection, object: id)]
        case .dependency: return [EdgeID(type: .depends, object: id)]
        case .networkPeer: return [EdgeID(type: .peers, object: id)]
        case .clusterMember: return [EdgeID(type: .member, object: id)]
        case .networkMembership:
            // It stands for what its member's interfaces and addresses say of the same network.
            let (member, network) = (facts.references.first, facts.references.second)
            return [EdgeID(type: .inNetwork, object: id), EdgeID(type: .inNetwork, object: member, network: network)]
        case .interface, .address:
            guard let holder = holder(of: facts), facts.references.second != 0 else { return [] }
            return [EdgeID(type: .inNetwork, object: holder, network: facts.references.second)]
        }
    }

    /// Who has the interface or the address.
    func holder(of facts: ObjectFacts) -> Int64? {
        if facts.references.first != 0 { return facts.references.first }
        guard facts.kind == .address, let interface = objects[facts.references.third], !interface.isTrashed else {
            return nil
        }
        return interface.references.first
    }

    /// The edge of that name, if it is there.
    private func edge(_ id: EdgeID) -> Edge? {
        if id.network != 0 { return derivedMembership(of: id.object, in: id.network) }
        guard let facts = objects[id.object], !facts.isTrashed else { return nil }
        let references = facts.references
        switch id.type {
        case .hosts, .runs, .stores, .gateway: return edge(references.first, id.object)
        case .mounted: return edge(references.second, id.object)
        case .connection: return edge(end(references.first), end(references.second))
        case .depends, .peers, .member, .inNetwork: return edge(references.first, references.second)
        }
    }

    private func edge(_ from: Int64, _ to: Int64) -> Edge? {
        isShown(from) && isShown(to) ? Edge(from: from, to: to) : nil
    }

    /// The node at the end of a connection: of an interface its holder.
    private func end(_ id: Int64) -> Int64 {
        guard let facts = objects[id], facts.kind == .interface else { return id }
        return facts.isTrashed ? 0 : facts.references.first
    }

    /// One edge for all interfaces and addresses that join a holder with a network, and none where somebody documented
    /// the membership itself. Without an interface, its addresses do not count either.
    private func derivedMembership(of holder: Int64, in network: Int64, without lost: Int64? = nil) -> Edge? {
        guard let edge = edge(holder, network) else { return nil }
        var isThere = false
        for id in referrers[holder] ?? [] where id != lost {
            guard let facts = objects[id], !facts.isTrashed else { continue }
            switch facts.kind {
            case .networkMembership where facts.references.second == network: return nil
            case .address where facts.references.second == network && facts.references.third != lost: isThere = true
            case .interface where facts.references.second == network: isThere = true
            case .interface where !isThere: isThere = hasLooseAddress(on: id, in: network)
            default: continue
            }
        }
        return isThere ? edge : nil
    }

    /// An address that names its interface but not who has it.
    private func hasLooseAddress(on interface: Int64, in network: Int64) -> Bool {
        (referrers[interface] ?? []).contains { id in
            guard let facts = objects[id], facts.kind == .address, !facts.isTrashed else { return false }
            return facts.references.first == 0 && facts.references.second == network
        }
    }

    // MARK: Changing

    /// Puts what is known of an object in place of what was, or forgets it, and says what changed on the picture.
    mutating func set(_ id: Int64, _ facts: ObjectFacts?) -> GraphChange {
        let before = objects[id]
        guard before != facts else { return GraphChange() }
        revision += 1
        let wasShown = isShown(id)
        // A face or a look touches no edge but the object's own; anything else may touch its neighbours'.
        let isLocal = before?.references == facts?.references && before?.isTrashed == facts?.isTrashed
        var touched: Set<EdgeID> = isLocal ? Set(edgeIDs(of: id)) : edgesAround(id)
        link(id, from: before?.references, to: facts?.references)
        objects[id] = facts
        if !isLocal { touched.formUnion(edgesAround(id)) }

        var change = GraphChange()
        if isShown(id) {
            if !wasShown || before?.face != facts?.face { change.setNodes.append(id) }
            if !wasShown {
                change.placed = maps.places(of: id)
                change.dressed = maps.appearances(of: id)
            }
        } else if wasShown {
            change.removedNodes.append(id)
        }
        let hasNewLook = before?.look != facts?.look
        for edge in touched {
            let found = self.edge(edge)
            if let found {
                if edges[edge] != found || (hasNewLook && edge.object == id) { change.setEdges.append(edge) }
                edges[edge] = found
            } else if edges.removeValue(forKey: edge) != nil {
                change.removedEdges.append(edge)
            }
        }
        return change
    }

    private mutating func link(_ id: Int64, from old: References?, to new: References?) {
        guard old != new else { return }
        old?.forEach { target in
            referrers[target]?.removeAll { $0 == id }
            if referrers[target]?.isEmpty == true { referrers[target] = nil }
        }
        new?.forEach { target in
            // Both ends of a connection may be one object.
            if referrers[target]?.contains(id) != true { referrers[target, default: []].append(id) }
        }
    }

    /// Every edge that may come or go with an object: its own, those of what refers to it, and through its interfaces
    /// those of their connections and addresses.
    private func edgesAround(_ id: Int64) -> Set<EdgeID> {
        var found = Set(edgeIDs(of: id))
        for referrer in referrers[id] ?? [] {
            found.formUnion(edgeIDs(of: referrer))
            guard objects[referrer]?.kind == .interface else { continue }
            for second in referrers[referrer] ?? [] { found.formUnion(edgeIDs(of: second)) }
        }
        return found
    }

    /// A new or changed name; nodes that show it change with it.
    mutating func setEnvironment(_ id: Int64, _ thing: NamedThing?) -> GraphChange {
        guard environments[id] != thing else { return GraphChange() }
        environments[id] = thing
        return nodes { $0.environment == id }
    }

    mutating func setTag(_ id: Int64, _ thing: NamedThing?) -> GraphChange {
        guard tags[id] != thing else { return GraphChange() }
        tags[id] = thing
        return nodes { $0.tags.contains(id) }
    }

    private func nodes(where matches: (NodeFace) -> Bool) -> GraphChange {
        var change = GraphChange()
        for (id, facts) in objects {
            guard let face = facts.face, !facts.isTrashed, matches(face) else { continue }
            change.setNodes.append(id)
        }
        return change
    }

    mutating func place(_ places: [Int64: Place?], on map: Int64) -> GraphChange {
        var change = GraphChange()
        for (id, place) in places where maps.set(id, place, on: map) && isShown(id) {
            change.placed.append(PlacedNode(map: map, id: id, place: place))
        }
        return change
    }

    mutating func forgetPlaces(on map: Int64) -> GraphChange {
        place((maps.places[map] ?? [:]).mapValues { _ in nil }, on: map)
    }

    mutating func dress(_ nodes: [Int64: Appearance], on map: Int64) -> GraphChange {
        var change = GraphChange()
        for (id, appearance) in nodes where maps.dress(id, appearance, on: map) && isShown(id) {
            change.dressed.append(NodeOnMap(map: map, id: id))
        }
        return change
    }

    mutating func dress(as other: SavedPlaces) { maps = maps.dressed(as: other) }

    mutating func forgetPlaces(of id: Int64) { maps.forget(id) }
    mutating func setMap(_ id: Int64, isDefault: Bool) { maps.add(id, isDefault: isDefault) }
    mutating func removeMap(_ id: Int64) { maps.remove(id) }
}

/// What one event changed on the picture: ids only, read back when it is written out.
struct GraphChange: Sendable, Equatable {
    var setNodes: [Int64] = []
    var removedNodes: [Int64] = []
    var setEdges: [EdgeID] = []
    var removedEdges: [EdgeID] = []
    var placed: [PlacedNode] = []
    /// Shown in another way on that map.
    var dressed: [NodeOnMap] = []

    var isEmpty: Bool {
        setNodes.isEmpty && removedNodes.isEmpty && setEdges.isEmpty && removedEdges.isEmpty && placed.isEmpty
            && dressed.isEmpty
    }
}

/// A node on one map.
struct NodeOnMap: Sendable, Equatable {
    let map: Int64
    let id: Int64
}

/// Where one map shows a node now; no place means that nobody gave it one any more.
struct PlacedNode: Sendable, Equatable {
    let map: Int64
    let id: Int64
    let place: Place?
}
