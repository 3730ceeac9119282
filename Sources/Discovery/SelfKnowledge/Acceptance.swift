import Inventory
import JSONKit
import Kernel
import Persistence

/// What taking over did.
package struct Accepted: Sendable, Equatable {
    package struct Refusal: Sendable, Equatable {
        package let key: String
        package let name: String
        package let message: String
    }

    package internal(set) var created: [ObjectReference] = []
    package internal(set) var changed: [ObjectReference] = []
    package internal(set) var refused: [Refusal] = []
    /// Fields that differ and were left, because a person wrote them.
    package internal(set) var kept = 0
}

/// Writes the steps of a plan in an open transaction. A step that the inventory refuses leaves nothing behind and does
/// not stop the others.
struct Acceptance {
    let comparison: Comparison
    let caller: Caller
    let tx: any Session
    private(set) var result = Accepted()
    private(set) var firstError: AppError?
    /// Objects of this transaction by the key they were seen as.
    private var made: [String: Int64] = [:]

    /// Two sources may name one address; a machine says what it saw, and the inventory shows the conflict.
    private static let origin = "self"

    init(_ comparison: Comparison, by caller: Caller, in tx: any Session) {
        self.comparison = comparison
        self.caller = caller
        self.tx = tx
    }

    mutating func run(_ plan: AcceptPlan) throws {
        for key in plan.unknown {
            result.refused.append(.init(key: key, name: key, message: "The machine does not see this any more."))
        }
        for step in plan.steps {
            do {
                try tx.attempt { try write(step) }
            } catch let error as AppError where [.invalid, .conflict, .notFound].contains(error.kind) {
                firstError = firstError ?? error
                let reasons = error.fields.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
                let message = ([error.message] + reasons).joined(separator: " ")
                result.refused.append(.init(key: step.proposal.key, name: step.proposal.name, message: message))
            }
        }
    }

    private mutating func write(_ step: AcceptPlan.Step) throws {
        let proposal = step.proposal
        guard let kind = Kind.named(proposal.kind) else { return }
        if let object = proposal.object {
            try update(kind, object, step)
        } else {
            try create(kind, proposal)
        }
    }

    private mutating func create(_ kind: Kind, _ proposal: Proposal) throws {
        var draft = JSONObject()
        for field in proposal.fields { draft[field.name] = value(field.observed) }
        let origin = Origin(Self.origin, allowsConflicts: true)
        let id: Int64
        do {
            id = try tx.attempt { try ObjectWriter.create(kind, draft, origin: origin, by: caller, in: tx) }
        } catch let error as AppError where error.kind == .conflict && error.fields["name"] != nil {
            // Somebody else has the name. What was seen is still there.
            draft["name"] = .string("\(proposal.sighting.title) (\(machineName))")
            id = try ObjectWriter.create(kind, draft, origin: origin, by: caller, in: tx)
        }
        made[proposal.key] = id
        try DiscoveryLinks.save(proposal.key, id, by: caller.name, in: tx)
        result.created.append(
            ObjectReference(kind: kind.name, id: id, name: draft["name"]?.stringValue ?? proposal.name))
    }

    private mutating func update(_ kind: Kind, _ object: DocumentedObject, _ step: AcceptPlan.Step) throws {
        var patch = JSONObject()
        var kept = 0
        for field in step.proposal.fields where field.isOpen {
            if field.isWritten, !step.isChosen {
                kept += 1
            } else {
                patch[field.name] = value(field.observed)
            }
        }
        var isChanged = false
        if !patch.isEmpty {
            let origin = Origin(Self.origin, allowsConflicts: true, isChosen: step.isChosen)
            isChanged = try ObjectWriter.update(kind, id: object.id, patch, origin: origin, by: caller, in: tx)
        }
        try DiscoveryLinks.save(step.proposal.key, object.id, by: caller.name, in: tx)
        result.kept += kept
        if isChanged { result.changed.append(ObjectReference(kind: kind.name, id: object.id, name: object.name)) }
    }

    /// Nil for a reference to something that is not documented.
    private func value(_ observed: Observed) -> JSONValue? {
        switch observed.value {
        case .value(let value): value
        case .sighting(let key): (made[key] ?? comparison[key]?.object?.id).map { .integer($0) }
        }
    }

    private var machineName: String { comparison.proposals.first?.name ?? "this machine" }
}
