import JSONKit
import NetAddress

/// One thing the machine saw, in the words of the inventory: what it would be documented as, which of its fields were
/// seen, and how to recognise it among what is documented. It says nothing of what is documented already.
package struct Sighting: Sendable, Equatable {
    package enum Group: String, Sendable, CaseIterable {
        case machine = "Machine"
        case interfaces = "Interfaces"
        case addresses = "Addresses"
        case networks = "Networks"
        case gateway = "Gateway"
        case neighbours = "Neighbours"
        case services = "Services"
        case guests = "Guests"
        case storage = "Storage"
        case memberships = "Memberships"
    }

    /// Names the same thing in every reading, whatever it is called meanwhile.
    package let key: String
    package let group: Group
    /// Kinds it may be documented as; the first is what it would be added as.
    package let kinds: [String]
    package let title: String
    /// Where it was seen, for the person who wonders.
    package let evidence: String
    package var fields: [Observed] = []
    /// How it is recognised, the strongest sign first.
    package var identities: [Identity] = []
    /// It comes along by itself as soon as everything it refers to is documented.
    package var isFollower = false

    package init(_ key: String, _ group: Group, as kinds: String..., title: String, evidence: String) {
        self.key = key
        self.group = group
        self.kinds = kinds
        self.title = title.clipped(to: 120)
        self.evidence = evidence
    }
}

/// One field as it was seen.
package struct Observed: Sendable, Equatable {
    package enum Value: Sendable, Equatable {
        case value(JSONValue)
        /// Another sighting, by its key.
        case sighting(String)
    }

    package enum Weight: Sendable, Equatable {
        /// Seen: what is documented otherwise differs.
        case fact
        /// A first idea for something new. Once documented it is a person's matter.
        case guess
    }

    package let name: String
    package let value: Value
    package let weight: Weight
    /// What else would be as true: another address of the same device.
    package var alternatives: [JSONValue] = []
    /// Numbers this close are the same, as a share: what the kernel leaves of the memory is less than what was bought.
    package var tolerance = 0.0
}

/// A sign by which a documented object is recognised as the thing that was seen.
package enum Identity: Sendable, Equatable {
    /// A hardware address given by a maker, of the object or of one of its interfaces.
    case mac(MACAddress)
    /// An address, of the object or held by it.
    case address(IPAddress)
    /// Its host name, or its name if that is the host name.
    case hostname(String)
    /// All of these fields have these values.
    case fields([String: Observed.Value])
    /// On the same host, and listening on one of these ports (`443/tcp`).
    case port(on: String, Set<String>)
}

extension Sighting {
    mutating func fact(_ name: String, _ text: String?) {
        if let text, !text.isEmpty { add(name, .string(text.clipped(to: 200)), .fact) }
    }

    mutating func fact(_ name: String, _ number: (some BinaryInteger)?) {
        if let number, number > 0 { add(name, .integer(Int64(clamping: number)), .fact) }
    }

    mutating func fact(_ name: String, _ flag: Bool) { add(name, .bool(flag), .fact) }

    mutating func guess(_ name: String, _ text: String?) {
        if let text, !text.isEmpty { add(name, .string(text.clipped(to: name == "name" ? 120 : 1_000)), .guess) }
    }

    mutating func guess(_ name: String, _ flag: Bool?) {
        if let flag { add(name, .bool(flag), .guess) }
    }

    mutating func refer(_ name: String, to key: String?, _ weight: Observed.Weight = .fact) {
        if let key { fields.append(Observed(name: name, value: .sighting(key), weight: weight)) }
    }

    mutating func add(
        _ name: String, _ value: JSONValue, _ weight: Observed.Weight, or alternatives: [JSONValue] = [],
        tolerance: Double = 0
    ) {
        fields.append(
            Observed(
                name: name, value: .value(value), weight: weight, alternatives: alternatives, tolerance: tolerance))
    }

    package func field(_ name: String) -> Observed? { fields.first { $0.name == name } }

    /// The text of a field, for finding one's way in tests and titles.
    package func text(_ name: String) -> String? {
        if case .value(let value)? = field(name)?.value { value.stringValue } else { nil }
    }

    /// The key a field refers to.
    package func reference(_ name: String) -> String? {
        if case .sighting(let key)? = field(name)?.value { key } else { nil }
    }
}

extension String {
    func clipped(to length: Int) -> String { unicodeScalars.count <= length ? self : String(prefix(length - 1)) + "…" }
}
