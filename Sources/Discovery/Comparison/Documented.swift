import JSONKit
import NetAddress

/// An object of the inventory as the comparison needs it.
package struct DocumentedObject: Sendable, Equatable {
    package let id: Int64
    package let kind: String
    package let name: String
    /// Own fields and `name`; references are ids.
    package let values: [String: JSONValue]
    /// Fields that a person or an import wrote.
    package let written: Set<String>

    package init(id: Int64, kind: String, name: String, values: [String: JSONValue], written: Set<String> = []) {
        self.id = id
        self.kind = kind
        self.name = name
        self.values = values
        self.written = written
    }
}

/// The part of the inventory that could be what the machine saw.
package struct Documented: Sendable, Equatable {
    package private(set) var objects: [Int64: DocumentedObject] = [:]
    /// What was taken over before: the key of a sighting and the object it became.
    package var links: [String: Int64] = [:]
    /// What a reference points to, for people to read.
    package var names: [Int64: String] = [:]

    package init() {}

    package mutating func add(_ found: [DocumentedObject]) {
        for object in found {
            objects[object.id] = object
            names[object.id] = object.name
        }
    }

    func all(_ kinds: [String]) -> [DocumentedObject] {
        objects.values.filter { kinds.contains($0.kind) }.sorted { $0.id < $1.id }
    }
}

/// Recognises sightings among the documented objects. Each object is one thing only: what is recognised is claimed.
struct Recognition {
    private let documented: Documented
    private let byKind: [String: [DocumentedObject]]
    private var claimed: Set<Int64> = []
    private(set) var found: [String: DocumentedObject] = [:]

    init(_ documented: Documented, _ sightings: [Sighting]) {
        self.documented = documented
        byKind = Dictionary(grouping: documented.objects.values.sorted { $0.id < $1.id }, by: \.kind)
        // What was linked stays linked, whatever it is called now.
        for sighting in sightings {
            guard let id = documented.links[sighting.key], let object = documented.objects[id],
                sighting.kinds.contains(object.kind)
            else { continue }
            claim(object, sighting.key)
        }
        let ordered = sightings.filter { found[$0.key] == nil }.enumerated()
            .sorted { (Self.rank($0.element), $0.offset) < (Self.rank($1.element), $1.offset) }.map(\.element)
        // A strong sign of one goes before a weak sign of another.
        for rank in Set(ordered.map(Self.rank)).sorted() {
            let peers = ordered.filter { Self.rank($0) == rank }
            let most = peers.map(\.identities.count).max() ?? 0
            for position in 0..<most {
                for sighting in peers where found[sighting.key] == nil && position < sighting.identities.count {
                    if let object = match(sighting, sighting.identities[position]) { claim(object, sighting.key) }
                }
            }
        }
    }

    private mutating func claim(_ object: DocumentedObject, _ key: String) {
        guard claimed.insert(object.id).inserted else { return }
        found[key] = object
    }

    /// Hosts first: what belongs to them is recognised by them.
    static func rank(_ sighting: Sighting) -> Int {
        switch sighting.group {
        case .machine: 0
        case .gateway, .neighbours: 1
        case .networks: sighting.kinds == ["vlan"] ? 2 : 3
        case .guests: 4
        case .interfaces: 5
        case .addresses, .storage, .services: 6
        case .memberships: 7
        }
    }

    private func match(_ sighting: Sighting, _ identity: Identity) -> DocumentedObject? {
        let candidates = sighting.kinds.flatMap { byKind[$0] ?? [] }.filter { !claimed.contains($0.id) }
        switch identity {
        case .mac(let mac):
            let text = mac.description
            let holders = holders(through: "interface") { $0.text("mac") == text }
            return only(candidates.filter { $0.text("mac") == text || holders.contains($0.id) }, sighting)
        case .address(let address):
            let text = address.description
            let holders = holders(through: "address") { $0.text("address") == text }
            return only(
                candidates.filter {
                    $0.text("ip_address") == text || $0.text("management_ip") == text || holders.contains($0.id)
                }, sighting)
        case .hostname(let hostname):
            let wanted = hostname.lowercased()
            return only(
                candidates.filter {
                    ($0.text("hostname") ?? $0.name).lowercased() == wanted
                }, sighting)
        case .fields(let fields): return first(candidates, having: fields)
        case .port(let host, let ports):
            guard let host = found[host]?.id else { return nil }
            return candidates.first { object in
                object.values["runs_on_id"]?.integerValue == host
                    && !Self.bare(ports).isDisjoint(with: Self.bare(Set(ServicePortText.parts(object.text("ports")))))
            }
        }
    }

    private static func bare(_ ports: Set<String>) -> Set<String> {
        Set(ports.map { String($0.split(separator: ":").last ?? "") })
    }

    private func holders(through kind: String, _ isMeant: (DocumentedObject) -> Bool) -> Set<Int64> {
        Set((byKind[kind] ?? []).filter(isMeant).compactMap { $0.values["holder_id"]?.integerValue })
    }

    /// Two things with the same sign: neither is named by it. A serial number that says otherwise counts as well.
    private func only(_ found: [DocumentedObject], _ sighting: Sighting) -> DocumentedObject? {
        let serial = sighting.text("serial_number")?.lowercased()
        let possible = found.filter { object in
            guard let serial, let theirs = object.text("serial_number")?.lowercased() else { return true }
            return serial == theirs
        }
        return possible.count == 1 ? possible[0] : nil
    }

    private func first(
        _ candidates: [DocumentedObject], having fields: [String: Observed.Value]
    ) -> DocumentedObject? {
        var wanted: [String: JSONValue] = [:]
        for (name, value) in fields {
            switch value {
            case .value(let json): wanted[name] = json
            case .sighting(let key):
                guard let id = found[key]?.id else { return nil }
                wanted[name] = .integer(id)
            }
        }
        return candidates.first { object in
            wanted.allSatisfy { name, value in Sameness.isEqual(object.values[name] ?? .null, value) }
        }
    }
}

extension DocumentedObject {
    func text(_ field: String) -> String? { values[field]?.stringValue }
}

/// The parts of `443/tcp, 53/udp`.
enum ServicePortText {
    static func parts(_ text: String?) -> [String] {
        (text ?? "").split(separator: ",").map { $0.filter { !$0.isWhitespace }.lowercased() }
    }
}

/// When two values say the same.
enum Sameness {
    static func isEqual(_ one: JSONValue, _ other: JSONValue) -> Bool {
        if let one = one.stringValue, let other = other.stringValue { return fold(one) == fold(other) }
        return one == other
    }

    private static func fold(_ text: String) -> String {
        text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    static func holds(_ observed: Observed, _ value: JSONValue, documented: JSONValue) -> Bool {
        if isEqual(value, documented) || observed.alternatives.contains(where: { isEqual($0, documented) }) {
            return true
        }
        if observed.name == "ports" {
            return Set(ServicePortText.parts(value.stringValue)) == Set(ServicePortText.parts(documented.stringValue))
        }
        guard observed.tolerance > 0, let one = value.numberValue, let other = documented.numberValue else {
            return false
        }
        return abs(one - other) <= observed.tolerance * max(abs(one), abs(other))
    }
}
