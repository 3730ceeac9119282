import JSONKit

/// What the documentation would gain by a sighting: a new object, some fields, or nothing.
package struct Proposal: Sendable, Equatable {
    package enum Action: String, Sendable, CaseIterable {
        case add, change, same
    }

    package let sighting: Sighting
    package let action: Action
    /// The documented object it was recognised as.
    package let object: DocumentedObject?
    /// The kind it is, or would be added as.
    package let kind: String
    package let fields: [Difference]
    /// Everything it refers to is documented, so that it can be shown on its own.
    package let isReady: Bool

    package var key: String { sighting.key }
    /// As people know it: the name it has, or the one it would get.
    package var name: String { object?.name ?? sighting.title }

    /// A follower that lacks an end comes with that end and is not worth a line of its own.
    package var isShown: Bool { !sighting.isFollower || (isReady && action != .same) }
}

/// One field, seen and documented side by side.
package struct Difference: Sendable, Equatable {
    package enum State: String, Sendable {
        /// Seen, and nothing is documented.
        case new
        case changed, same
        /// Documented is enough: a first idea of the machine does not compete with it.
        case ignored
    }

    package let observed: Observed
    /// For people: references by their names.
    package let shown: JSONValue
    package let documented: JSONValue
    package let state: State
    /// A person or an import wrote what is documented.
    package let isWritten: Bool

    package var name: String { observed.name }
    var isOpen: Bool { state == .new || state == .changed }
}

/// What a kind of the inventory takes: the comparison leaves out what it has no field for.
package struct KindFields: Sendable {
    /// By kind, then by field: the kinds a reference takes, or nil for a plain value.
    let fields: [String: [String: [String]?]]

    package init(_ fields: [String: [String: [String]?]]) { self.fields = fields }

    package func knows(_ kind: String, _ field: String) -> Bool { fields[kind]?[field] != nil }

    func takes(_ kind: String, _ field: String, referenceTo target: String) -> Bool {
        guard let targets = fields[kind]?[field] ?? nil else { return false }
        return targets.contains(target)
    }
}

/// Everything the machine sees, beside what is documented. Pure.
package struct Comparison: Sendable, Equatable {
    package let proposals: [Proposal]
    private let positions: [String: Int]

    package init(_ view: MachineView, with documented: Documented, kinds: KindFields) {
        let recognition = Recognition(documented, view.sightings)
        let context = Context(
            found: recognition.found, names: documented.names, kinds: kinds,
            sightings: Dictionary(view.sightings.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first }))
        proposals = view.sightings.map(context.proposal)
        positions = Dictionary(
            proposals.enumerated().map { ($0.element.key, $0.offset) }, uniquingKeysWith: { first, _ in first })
    }

    package subscript(key: String) -> Proposal? { positions[key].map { proposals[$0] } }

    package var shown: [Proposal] { proposals.filter(\.isShown) }

    /// Changes with what a person would see on the page, and with nothing else.
    package var summary: String {
        shown.map { proposal in
            let open = proposal.fields.filter(\.isOpen).map { "\($0.name)=\($0.shown.text)" }
            return "\(proposal.key) \(proposal.action.rawValue) \(open.joined(separator: " "))"
        }.joined(separator: "\n")
    }

    package func count(_ action: Proposal.Action) -> Int { shown.count { $0.action == action } }
}

private struct Context {
    let found: [String: DocumentedObject]
    let names: [Int64: String]
    let kinds: KindFields
    let sightings: [String: Sighting]

    func kind(_ sighting: Sighting) -> String { found[sighting.key]?.kind ?? sighting.kinds[0] }

    func proposal(_ sighting: Sighting) -> Proposal {
        let object = found[sighting.key]
        let kind = kind(sighting)
        let fields = sighting.fields.filter { takes(kind, $0) }.map { difference($0, object) }
        let references = sighting.fields.compactMap { field -> String? in
            if case .sighting(let key) = field.value { key } else { nil }
        }
        let action: Proposal.Action = object == nil ? .add : fields.contains(where: \.isOpen) ? .change : .same
        return Proposal(
            sighting: sighting, action: action, object: object, kind: kind, fields: fields,
            isReady: references.allSatisfy { found[$0] != nil })
    }

    private func takes(_ kind: String, _ field: Observed) -> Bool {
        switch field.value {
        case .value: return kinds.knows(kind, field.name)
        case .sighting(let key):
            guard let target = sightings[key] else { return false }
            return kinds.takes(kind, field.name, referenceTo: self.kind(target))
        }
    }

    private func difference(_ field: Observed, _ object: DocumentedObject?) -> Difference {
        let documented = object?.values[field.name] ?? .null
        let (value, shown) = seen(field)
        let isReference = if case .sighting = field.value { true } else { false }
        let known = isReference ? documented.integerValue.flatMap { names[$0] }.map { .string($0) } : documented
        return Difference(
            observed: field, shown: shown, documented: known ?? .null,
            state: state(field, value, documented: documented, isKnown: object != nil),
            isWritten: object?.written.contains(field.name) ?? false)
    }

    /// The value, nil for a reference to what is not documented yet; and how it is shown.
    private func seen(_ field: Observed) -> (JSONValue?, JSONValue) {
        switch field.value {
        case .value(let value): return (value, value)
        case .sighting(let key):
            if let target = found[key] { return (.integer(target.id), .string(target.name)) }
            return (nil, .string(sightings[key]?.title ?? key))
        }
    }

    private func state(
        _ field: Observed, _ value: JSONValue?, documented: JSONValue, isKnown: Bool
    ) -> Difference.State {
        guard isKnown else { return .new }
        // Something else has to be documented first; then it shows.
        guard let value else { return .ignored }
        if Sameness.holds(field, value, documented: documented) { return .same }
        if field.weight == .guess { return .ignored }
        return documented.isNull || documented == "" ? .new : .changed
    }
}
