import JSONKit

/// The map as `MapShape` says it: `MapNode` and `MapEdge` of the pages.
extension TopologyGraph {
    /// Without a place or an appearance, the one a page knows stays as it is.
    func writeNode(_ id: Int64, at place: Place? = nil, as appearance: Appearance? = nil, to writer: inout JSONWriter) {
        guard let facts = objects[id], let face = facts.face else { return }
        writer.beginObject()
        writer.nodeHead(id, facts.kind, named: face.name, status: face.status ?? "unknown")
        if let icon = face.icon { writer.member("icon", icon) }
        if let role = face.role { writer.member("role", role) }
        if let ip = face.ip { writer.member("ip", ip) }
        if let environment = environmentName(face) { writer.member("environment", environment) }
        let tags = tagNames(face)
        if !tags.isEmpty { writer.member("tags", tags) }
        if let place {
            writer.member("x", place.x)
            writer.member("y", place.y)
            writer.member("pinned", place.isPinned)
        }
        if let appearance {
            writer.name("appearance")
            writer.beginObject()
            appearance.writeMembers(to: &writer)
            writer.endObject()
        }
        writer.endObject()
    }

    func writeEdge(_ id: EdgeID, _ edge: Edge, to writer: inout JSONWriter) {
        writer.edge(id.text, id.type, from: edge.from, to: edge.to, look(of: id))
    }

    /// The nodes that are drawn, or those of them that a filter leaves on that map, sorted.
    func shownIDs(_ filter: TopologyFilter?, on map: Int64) -> [Int64] {
        let appearances = maps.appearances[map] ?? [:]
        var ids: [Int64] = []
        ids.reserveCapacity(filter?.found?.count ?? objects.count)
        for (id, facts) in objects where facts.kind.isNode && !facts.isTrashed {
            if filter?.matches(id, facts, alias: appearances[id]?.alias, in: self) ?? true { ids.append(id) }
        }
        ids.sort()
        return ids
    }

    /// The whole document, or the part a filter leaves, in the order of ids: the same graph gives the same bytes.
    func document(
        on map: Int64, eventID: Int64, filter: TopologyFilter? = nil, past: PastHead? = nil
    ) -> [UInt8] {
        var writer = JSONWriter(capacity: objects.count * 96 + edges.count * 72 + 128)
        writer.beginObject()
        writer.name("event_id")
        writer.integer(eventID)
        writer.name("map")
        writer.integer(map)
        if let past { past.write(to: &writer) }
        let ids = shownIDs(filter, on: map)
        let places = maps.places[map] ?? [:]
        let appearances = maps.appearances[map] ?? [:]
        writer.name("nodes")
        writer.beginArray()
        for id in ids { writeNode(id, at: places[id], as: appearances[id], to: &writer) }
        writer.endArray()
        let shown = filter == nil ? nil : Set(ids)
        writer.name("edges")
        writer.beginArray()
        for (id, edge) in edges.sorted(by: { $0.key < $1.key }) {
            if let shown, !shown.contains(edge.from) || !shown.contains(edge.to) { continue }
            writeEdge(id, edge, to: &writer)
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    /// The members of a frame of the live stream: `TopologyDelta` of the pages, with the map beside each place.
    func members(of change: GraphChange) -> [UInt8] {
        var writer = JSONWriter(capacity: 256)
        writer.beginObject()
        if !change.setNodes.isEmpty || !change.removedNodes.isEmpty {
            writer.name("nodes")
            writer.beginObject()
            writer.name("set")
            writer.beginArray()
            for id in change.setNodes.sorted() { writeNode(id, to: &writer) }
            writer.endArray()
            writer.name("removed")
            writer.beginArray()
            for id in change.removedNodes.sorted() { writer.integer(id) }
            writer.endArray()
            writer.endObject()
        }
        if !change.setEdges.isEmpty || !change.removedEdges.isEmpty {
            writer.name("edges")
            writer.beginObject()
            writer.name("set")
            writer.beginArray()
            for id in change.setEdges.sorted() {
                if let edge = edges[id] { writeEdge(id, edge, to: &writer) }
            }
            writer.endArray()
            writer.name("removed")
            writer.beginArray()
            for id in change.removedEdges.sorted() { writer.string(id.text) }
            writer.endArray()
            writer.endObject()
        }
        if !change.placed.isEmpty { write(change.placed, to: &writer) }
        if !change.dressed.isEmpty { write(change.dressed, to: &writer) }
        writer.endObject()
        // Without the braces: the frame has its own.
        return Array(writer.bytes.dropFirst().dropLast())
    }

    private func write(_ dressed: [NodeOnMap], to writer: inout JSONWriter) {
        writer.name("appearances")
        writer.beginArray()
        for node in dressed.sorted(by: { ($0.map, $0.id) < ($1.map, $1.id) }) {
            writer.beginObject()
            writer.member("map", node.map)
            writer.member("id", node.id)
            (maps.appearances[node.map]?[node.id] ?? Appearance()).writeMembers(to: &writer)
            writer.endObject()
        }
        writer.endArray()
    }

    private func write(_ placed: [PlacedNode], to writer: inout JSONWriter) {
        writer.name("positions")
        writer.beginArray()
        for node in placed.sorted(by: { ($0.map, $0.id) < ($1.map, $1.id) }) {
            writer.beginObject()
            writer.member("map", node.map)
            writer.member("id", node.id)
            writer.member("x", node.place?.x)
            writer.member("y", node.place?.y)
            writer.member("pinned", node.place?.isPinned ?? false)
            writer.endObject()
        }
        writer.endArray()
    }
}
