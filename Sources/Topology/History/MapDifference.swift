import Inventory
import JSONKit

/// What is different between two moments of the map: objects and relations that came, went, changed or moved. Moved is
/// what belongs elsewhere now: to another host, rack, location or network, or a relation that joins others; and a node
/// that stands elsewhere on the map.
struct MapDifference: Sendable {
    enum Verb: String, Sendable, CaseIterable {
        case removed, added, moved, changed
    }

    struct Field: Sendable {
        let name: String
        let label: String
        let isPlace: Bool
        let before: JSONValue
        let after: JSONValue
        /// What a reference points to.
        let targets: [String]?
    }

    struct Item: Sendable {
        let id: Int64
        let kind: ObjectKind
        let name: String
        let verb: Verb
        /// The node to look at: itself, or who has the interface or the address.
        let on: Int64?
        let fields: [Field]
    }

    struct Relation: Sendable {
        let id: EdgeID
        let edge: Edge
        let names: (from: String, to: String)
        let verb: Verb
        let fields: [Field]
        /// It follows from an object that is told of: its end came or went, or it is one of its fields.
        var isImplied = false
    }

    private(set) var items: [Item] = []
    private(set) var relations: [Relation] = []
    let isComplete: Bool

    private let older: TopologyGraph
    private let newer: TopologyGraph
    private let map: Int64
    private let changes: FieldChanges

    init(from older: TopologyGraph, to newer: TopologyGraph, on map: Int64, _ changes: FieldChanges) {
        self.older = older
        self.newer = newer
        self.map = map
        self.changes = changes
        isComplete = changes.isComplete
        relations = compareEdges()
        items = compareObjects()
        items.sort {
            ($0.verb.rank, $0.kind.rawValue, $0.name, $0.id) < ($1.verb.rank, $1.kind.rawValue, $1.name, $1.id)
        }
        let comings = Set(items.filter { $0.kind.isNode && ($0.verb == .added || $0.verb == .removed) }.map(\.id))
        for (index, relation) in relations.enumerated() {
            let isOfObject = relation.id.network != 0 || Self.fieldTypes.contains(relation.id.type)
            relations[index].isImplied =
                isOfObject || comings.contains(relation.edge.from) || comings.contains(relation.edge.to)
        }
        relations.sort { ($0.verb.rank, $0.names.from, $0.id) < ($1.verb.rank, $1.names.from, $1.id) }
    }

    /// What a person would count: a guest that came with its host line is one thing.
    var count: Int { items.count + relations.count { !$0.isImplied } }

    /// What is news for who did this: their own moves are none.
    func count(for actor: String) -> Int {
        count
            - items.count { item in
                item.fields.count == 1 && item.fields[0].name == Field.place
                    && changes.movers(of: item.id, on: map) == [actor]
            }
    }

    private static let fieldTypes: Set<EdgeType> = [.hosts, .runs, .stores, .mounted, .gateway]

    /// Of one of the moments, the later one where both have it.
    func name(of id: Int64, wasThen: Bool) -> String? {
        let (first, second) = wasThen ? (older, newer) : (newer, older)
        return first.objects[id]?.face?.name ?? second.objects[id]?.face?.name
    }

    // MARK: Objects

    private func compareObjects() -> [Item] {
        let networks = networkMoves()
        var found: [Item] = []
        for (id, facts) in newer.objects where Self.isListed(facts.kind) && !facts.isTrashed {
            guard let then = older.objects[id], !then.isTrashed else {
                found.append(item(id, facts, newer, .added, []))
                continue
            }
            var fields = fields(of: id, facts.kind)
            if let face = facts.face, let before = then.face { fields += named(face, before, fields) }
            if let move = networks[id] { fields.append(move) }
            if facts.kind.isNode, let move = moved(id) { fields.append(move) }
            guard !fields.isEmpty else { continue }
            found.append(item(id, facts, newer, fields.contains(where: \.isPlace) ? .moved : .changed, fields))
        }
        for (id, facts) in older.objects where Self.isListed(facts.kind) && !facts.isTrashed {
            if newer.objects[id]?.isTrashed ?? true { found.append(item(id, facts, older, .removed, [])) }
        }
        // What goes or comes with its device is said by the device.
        return found.filter { item in
            guard !item.kind.isNode, let on = item.on else { return true }
            return item.verb == .added ? older.isShown(on) : item.verb == .removed ? newer.isShown(on) : true
        }
    }

    private static func isListed(_ kind: ObjectKind) -> Bool { kind.isNode || kind == .interface || kind == .address }

    private func item(
        _ id: Int64, _ facts: ObjectFacts, _ graph: TopologyGraph, _ verb: Verb, _ fields: [Field]
    ) -> Item {
        let on = facts.kind.isNode ? id : graph.holder(of: facts)
        let name = facts.face?.name ?? on.flatMap { graph.objects[$0]?.face?.name } ?? ""
        return Item(id: id, kind: facts.kind, name: name, verb: verb, on: on, fields: fields)
    }

    private func fields(of id: Int64, _ kind: ObjectKind) -> [Field] {
        changes.of(id).map { name, change in
            Field(kind.rawValue, name, before: change.before.json, after: change.after.json)
        }
    }

    /// Words that a node shows of others: an environment or a tag that was renamed, deleted or brought back.
    private func named(_ face: NodeFace, _ before: NodeFace, _ known: [Field]) -> [Field] {
        var fields: [Field] = []
        let (old, new) = (older.environmentName(before), newer.environmentName(face))
        if old != new, !known.contains(where: { $0.name == "environment_id" }) {
            fields.append(
                Field(
                    name: "environment", label: "Environment", isPlace: false,
                    before: old.map(JSONValue.string) ?? .null,
                    after: new.map(JSONValue.string) ?? .null, targets: nil))
        }
        let (oldTags, newTags) = (older.tagNames(before), newer.tagNames(face))
        if oldTags != newTags, !known.contains(where: { $0.name == "tags" }) {
            fields.append(
                Field(
                    name: "tags", label: "Tags", isPlace: false, before: .array(oldTags.map(JSONValue.string)),
                    after: .array(newTags.map(JSONValue.string)), targets: nil))
        }
        return fields
    }

    /// A node that was moved by hand or by a layout, or has lost its place. Pinning alone moves nothing, and a first place
    /// that is no pin is where it stood already.
    private func moved(_ id: Int64) -> Field? {
        let (old, new) = (older.maps.places[map]?[id], newer.maps.places[map]?[id])
        guard old?.x != new?.x || old?.y != new?.y, old != nil || new?.isPinned == true else { return nil }
        func value(_ place: Place?) -> JSONValue {
            place.map { ["x": .number($0.x), "y": .number($0.y)] } ?? .null
        }
        return Field(
            name: Field.place, label: "Place on the map", isPlace: true, before: value(old), after: value(new),
            targets: nil)
    }

    /// Who left one network and is in another.
    private func networkMoves() -> [Int64: Field] {
        func networks(_ verb: Verb) -> [Int64: [String]] {
            var found: [Int64: [String]] = [:]
            for relation in relations where relation.id.type == .inNetwork && relation.verb == verb {
                found[relation.edge.from, default: []].append(relation.names.to)
            }
            return found
        }
        let (left, joined) = (networks(.removed), networks(.added))
        var moves: [Int64: Field] = [:]
        for (id, names) in left {
            guard let others = joined[id], Set(names) != Set(others) else { continue }
            moves[id] = Field(
                name: "networks", label: "Networks", isPlace: true,
                before: .array(names.sorted().map(JSONValue.string)),
                after: .array(others.sorted().map(JSONValue.string)), targets: nil)
        }
        return moves
    }

    // MARK: Relations

    private func compareEdges() -> [Relation] {
        var found: [Relation] = []
        for (id, edge) in newer.edges {
            guard let before = older.edges[id] else {
                found.append(relation(id, edge, newer, .added, []))
                continue
            }
            // The reference behind `hosts` and the like is a field of the object, and told there.
            let kind = id.network == 0 ? newer.objects[id.object]?.kind : nil
            let fields = kind.flatMap { $0.isNode ? nil : self.fields(of: id.object, $0) } ?? []
            if edge != before {
                found.append(relation(id, edge, newer, .moved, fields))
            } else if !fields.isEmpty {
                found.append(relation(id, edge, newer, .changed, fields))
            }
        }
        for (id, edge) in older.edges where newer.edges[id] == nil {
            found.append(relation(id, edge, older, .removed, []))
        }
        return found
    }

    private func relation(
        _ id: EdgeID, _ edge: Edge, _ graph: TopologyGraph, _ verb: Verb, _ fields: [Field]
    ) -> Relation {
        func name(_ id: Int64) -> String { graph.objects[id]?.face?.name ?? "" }
        return Relation(id: id, edge: edge, names: (name(edge.from), name(edge.to)), verb: verb, fields: fields)
    }
}

extension MapDifference.Verb {
    /// What is gone is said first.
    fileprivate var rank: Int {
        switch self {
        case .removed: 0
        case .added: 1
        case .moved: 2
        case .changed: 3
        }
    }
}

extension MapDifference.Field {
    static let place = "place"

    /// Fields that say where something belongs.
    private static let places: Set<String> = [
        "hardware_id", "runs_on_id", "parent_id", "rack_id", "rack_unit", "rack_face", "location_id", "network_id",
        "gateway_hardware_id", "holder_id", "interface_id",
    ]

    init(_ kind: String, _ name: String, before: JSONValue, after: JSONValue) {
        let field = Kind.named(kind)?.field(name)
        let label = field?.label ?? (name == "tags" ? "Tags" : name == "custom" ? "Custom fields" : name)
        self.init(
            name: name, label: label, isPlace: Self.places.contains(name), before: before, after: after,
            targets: field?.targets)
    }
}
