import JSONKit
import Persistence

/// Events of the inventory and of the maps, as changes of the graph.
extension TopologyGraph {
    /// Whether an event of that subject may change the picture.
    static func concerns(_ subject: String) -> Bool { Subject(subject) != nil }

    private enum Subject {
        case object(ObjectKind, verb: Substring)
        case environment(verb: Substring)
        case tag(verb: Substring)
        case map(verb: Substring)
        case positions
        case appearances

        init?(_ text: String) {
            let words = text.split(separator: ".")
            guard words.count == 3 else { return nil }
            switch (words[0], words[1]) {
            case ("inventory", "environment"): self = .environment(verb: words[2])
            case ("inventory", "tag"): self = .tag(verb: words[2])
            case ("inventory", let kind):
                guard let kind = ObjectKind(rawValue: String(kind)) else { return nil }
                self = .object(kind, verb: words[2])
            case ("topology", "map"): self = .map(verb: words[2])
            case ("topology", "positions"): self = .positions
            case ("topology", "appearances"): self = .appearances
            default: return nil
            }
        }
    }

    /// What an event changes. Throws where its payload says less than it should: then the graph is to be read anew.
    mutating func apply(_ event: StoredEvent) throws -> GraphChange {
        guard let subject = Subject(event.subject) else { return GraphChange() }
        guard let payload = try JSONParser.parse(event.payload).objectValue else { throw GraphError.unreadable(event) }
        switch subject {
        case .object(let kind, let verb):
            guard let id = payload["id"]?.integerValue else { throw GraphError.unreadable(event) }
            return object(id, kind, verb, payload)
        case .environment(let verb), .tag(let verb):
            guard let id = payload["id"]?.integerValue else { throw GraphError.unreadable(event) }
            let name = payload["name"]?.stringValue ?? ""
            let thing = verb == "purged" ? nil : NamedThing(name: name, isTrashed: verb == "deleted")
            if case .tag = subject { return setTag(id, thing) }
            return setEnvironment(id, thing)
        case .map(let verb):
            guard let id = payload["id"]?.integerValue else { throw GraphError.unreadable(event) }
            if verb == "deleted" { removeMap(id) } else { setMap(id, isDefault: payload["is_default"] == true) }
            return GraphChange()
        case .positions:
            guard let map = payload["map"]?.integerValue else { throw GraphError.unreadable(event) }
            if payload["all_forgotten"] == true { return forgetPlaces(on: map) }
            return place(Self.places(payload["positions"]?.arrayValue ?? []), on: map)
        case .appearances:
            guard let map = payload["map"]?.integerValue else { throw GraphError.unreadable(event) }
            return dress(Self.appearances(payload["appearances"]?.arrayValue ?? []), on: map)
        }
    }

    private static func places(_ items: [JSONValue]) -> [Int64: Place?] {
        var places: [Int64: Place?] = [:]
        for item in items {
            guard let object = item.objectValue, let id = object["id"]?.integerValue else { continue }
            guard let x = object["x"]?.numberValue, let y = object["y"]?.numberValue else {
                places[id] = .some(nil)
                continue
            }
            places[id] = Place(x: x, y: y, isPinned: object["pinned"] == true)
        }
        return places
    }

    private static func appearances(_ items: [JSONValue]) -> [Int64: Appearance] {
        var found: [Int64: Appearance] = [:]
        for item in items {
            guard let object = item.objectValue, let id = object["id"]?.integerValue else { continue }
            found[id] = Appearance(
                alias: object["alias"]?.stringValue,
                colour: object["colour"]?.stringValue.flatMap(Annotation.Colour.init),
                icon: object["icon"]?.stringValue, revision: object["revision"]?.integerValue ?? 0)
        }
        return found
    }

    private mutating func object(
        _ id: Int64, _ kind: ObjectKind, _ verb: Substring, _ payload: JSONObject
    ) -> GraphChange {
        switch verb {
        case "purged":
            let change = set(id, nil)
            forgetPlaces(of: id)
            return change
        case "deleted":
            // The payload is the head only; the rest is kept for the day it comes back.
            guard var facts = objects[id] else { return GraphChange() }
            facts.isTrashed = true
            return set(id, facts)
        default:
            return set(id, facts(of: kind, payload, before: objects[id]))
        }
    }

    /// An object's payload as facts. A reference to something in the trash reads as none there; it is kept, as the
    /// database keeps it, until it is pointed at something else or its target is purged.
    private func facts(of kind: ObjectKind, _ payload: JSONObject, before: ObjectFacts?) -> ObjectFacts {
        var facts = ObjectFacts(kind: kind)
        facts.references = References(
            kind.referenceFields.enumerated().map { index, field in
                if let target = payload[field]?.integerValue { return target }
                let old = before?.references[index] ?? 0
                return old != 0 && isHidden(old) ? old : 0
            })
        if kind.isNode { facts.face = face(of: kind, payload, before: before?.face) }
        if let fields = kind.lookFields {
            facts.look = EdgeLook(
                medium: fields.medium.flatMap { payload[$0]?.stringValue },
                speed: fields.speed.flatMap { payload[$0]?.integerValue },
                label: fields.label.flatMap { payload[$0]?.stringValue })
        }
        if let fields = kind.redundancyFields {
            let count = fields.count.flatMap { payload[$0] }
            facts.redundancy = Redundancy(
                word: fields.word.flatMap { payload[$0]?.stringValue },
                group: fields.group.flatMap { payload[$0]?.stringValue },
                count: count?.integerValue ?? count?.boolValue.map { $0 ? 1 : 0 })
        }
        return facts
    }

    private func isHidden(_ id: Int64) -> Bool { objects[id]?.isTrashed ?? false }

    private func face(of kind: ObjectKind, _ payload: JSONObject, before: NodeFace?) -> NodeFace {
        var face = NodeFace(name: payload["name"]?.stringValue ?? "")
        face.status = payload["status"]?.stringValue
        face.icon = payload["icon"]?.stringValue
        face.role = kind.roleField.flatMap { payload[$0]?.stringValue }
        face.ip = kind.addressField.flatMap { payload[$0]?.stringValue }
        if kind.hasEnvironment {
            if let environment = payload["environment_id"]?.integerValue {
                face.environment = environment
            } else if let old = before?.environment, environments[old]?.isTrashed ?? false {
                face.environment = old
            }
        }
        let names = (payload["tags"]?.arrayValue ?? []).compactMap(\.stringValue).sorted()
        if let before, tagNames(before) == names {
            // The same as before: tags in the trash have stayed with it as well.
            face.tags = before.tags
        } else {
            let hidden = (before?.tags ?? []).filter { tags[$0]?.isTrashed ?? false }
            face.tags = (hidden + names.compactMap(tagID)).sorted()
        }
        return face
    }

    private func tagID(_ name: String) -> Int64? {
        // A name may be in the trash several times, and alive once.
        tags.first { $0.value.name == name && !$0.value.isTrashed }?.key
    }
}

enum GraphError: Error {
    case unreadable(StoredEvent)
    /// The event is older than what is remembered; only the whole document tells what it changed.
    case forgotten(eventID: Int64)
    /// One event changed so much that fetching the document anew is cheaper.
    case tooMuch(eventID: Int64, bytes: Int)
}
