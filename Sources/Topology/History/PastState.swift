import JSONKit

/// The objects of the map as they were after one row of the audit trail. It goes back row by row: each says what was
/// before it. Objects in the trash are kept, hidden, as `TopologyGraph` keeps them.
struct PastState: Sendable {
    private(set) var objects: [Int64: ObjectFacts]
    private(set) var environments: [Int64: NamedThing]
    private(set) var tags: [Int64: NamedThing]
    /// Where nodes stood on the maps that are there today.
    private(set) var maps: SavedPlaces
    /// Objects that were there and cannot be drawn: their last row does not say how they were.
    private(set) var lost = 0
    private var livingTags: [String: Int64] = [:]

    init(_ graph: TopologyGraph) {
        objects = graph.objects
        environments = graph.environments
        tags = graph.tags
        maps = graph.maps
        for (id, tag) in tags where !tag.isTrashed { livingTags[tag.name] = id }
    }

    var graph: TopologyGraph {
        TopologyGraph(objects: objects, environments: environments, tags: tags, maps: maps)
    }

    /// How much of it there is to keep, in objects; a place takes an eighth of one.
    var size: Int { objects.count + maps.places.values.reduce(0) { $0 + $1.count } / 8 }

    /// Goes back behind a row. `before` is what it says was before it.
    mutating func undo(_ row: HistoryRow, _ before: JSONObject?) {
        switch row.subject {
        case .object(let kind): undo(row, kind, before)
        case .environment: environments[row.id] = thing(row, environments[row.id], before)
        case .map:
            // Rows of older versions do not say where nodes stood: then they stand where they stood later.
            for (id, place) in PlaceRecord.places(before) { maps.set(id, place, on: row.id) }
        case .tag:
            let old = tags[row.id]
            let new = thing(row, old, before)
            if let old, !old.isTrashed, livingTags[old.name] == row.id { livingTags[old.name] = nil }
            if let new, !new.isTrashed { livingTags[new.name] = row.id }
            tags[row.id] = new
            guard row.verb == .purged else { return }
            if before == nil { lost += 1 }
            giveBack(row.id, to: before?["tagged"]?.arrayValue ?? [])
        }
    }

    private func thing(_ row: HistoryRow, _ now: NamedThing?, _ before: JSONObject?) -> NamedThing? {
        let name = before?["name"]?.stringValue ?? now?.name ?? row.name
        switch row.verb {
        case .created: return nil
        case .deleted: return NamedThing(name: name)
        case .restored, .purged: return NamedThing(name: name, isTrashed: true)
        case .changed, .placed, .forgotten: return NamedThing(name: name, isTrashed: now?.isTrashed ?? false)
        }
    }

    private mutating func giveBack(_ tag: Int64, to holders: [JSONValue]) {
        for id in holders.compactMap(\.integerValue) where objects[id]?.face?.tags.contains(tag) == false {
            objects[id]?.face?.tags.append(tag)
            objects[id]?.face?.tags.sort()
        }
    }

    private mutating func undo(_ row: HistoryRow, _ kind: ObjectKind, _ before: JSONObject?) {
        switch row.verb {
        case .created: objects[row.id] = nil
        case .deleted: objects[row.id]?.isTrashed = false
        case .restored: objects[row.id]?.isTrashed = true
        case .changed:
            guard let before, var facts = objects[row.id] else { return }
            put(before, into: &facts)
            objects[row.id] = facts
        case .placed, .forgotten: return
        case .purged:
            guard let before else {
                lost += 1
                return
            }
            var facts = ObjectFacts(kind: kind)
            facts.isTrashed = true
            if kind.isNode { facts.face = NodeFace(name: row.name) }
            put(before, into: &facts)
            facts.face?.tags += (before["hidden_tags"]?.arrayValue ?? []).compactMap(\.integerValue)
            facts.face?.tags.sort()
            objects[row.id] = facts
            for (map, place) in PlaceRecord.places(before) { maps.set(row.id, place, on: map) }
        }
    }

    // MARK: Fields

    /// What a record names takes the place of what is known; the rest stays.
    private func put(_ fields: JSONObject, into facts: inout ObjectFacts) {
        let kind = facts.kind
        let references = kind.referenceFields
        if references.contains(where: { fields[$0] != nil }) {
            facts.references = References(
                references.enumerated().map { index, field in
                    guard let value = fields[field] else { return facts.references[index] }
                    return value.integerValue ?? 0
                })
        }
        if facts.face != nil { put(fields, kind, into: &facts) }
        if let names = kind.lookFields {
            facts.look = EdgeLook(
                medium: text(names.medium, fields, facts.look?.medium),
                speed: number(names.speed, fields, facts.look?.speed),
                label: text(names.label, fields, facts.look?.label))
        }
        if let names = kind.redundancyFields {
            facts.redundancy = Redundancy(
                word: text(names.word, fields, facts.redundancy?.word),
                group: text(names.group, fields, facts.redundancy?.group),
                count: number(names.count, fields, facts.redundancy?.count))
        }
    }

    private func put(_ fields: JSONObject, _ kind: ObjectKind, into facts: inout ObjectFacts) {
        guard var face = facts.face else { return }
        face.name = fields["name"]?.stringValue ?? face.name
        face.status = text("status", fields, face.status)
        face.icon = text("icon", fields, face.icon)
        face.role = text(kind.roleField, fields, face.role)
        face.ip = text(kind.addressField, fields, face.ip)
        if kind.hasEnvironment { face.environment = number("environment_id", fields, face.environment) ?? 0 }
        if let names = fields["tags"]?.arrayValue {
            // A record tells the tags that were seen; those in the trash stayed with the object.
            let hidden = face.tags.filter { tags[$0]?.isTrashed ?? false }
            face.tags = (hidden + names.compactMap { $0.stringValue.flatMap { livingTags[$0] } }).sorted()
        }
        facts.face = face
    }

    private func text(_ field: String?, _ fields: JSONObject, _ now: String?) -> String? {
        guard let field, let value = fields[field] else { return now }
        return value.stringValue
    }

    private func number(_ field: String?, _ fields: JSONObject, _ now: Int64?) -> Int64? {
        guard let field, let value = fields[field] else { return now }
        return value.integerValue ?? value.boolValue.map { $0 ? 1 : 0 }
    }
}
