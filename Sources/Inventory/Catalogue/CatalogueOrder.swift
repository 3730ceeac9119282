import JSONKit
import Kernel
import Persistence

/// Hardware made from a model.
struct CatalogueOrder: Sendable {
    let model: CatalogueModel
    let hasPorts: Bool
    let allowsConflicts: Bool

    func place(_ draft: JSONObject, on store: any Store, by caller: Caller) async throws -> ObjectReply {
        try await store.write { tx in try create(draft, by: caller, in: tx) }
    }

    /// What the draft says wins, also when it says null; the model fills in the rest. All or nothing.
    private func create(_ draft: JSONObject, by caller: Caller, in tx: any Session) throws -> ObjectReply {
        var hardware = draft
        for member in model.hardware.members where draft[member.name] == nil { hardware[member.name] = member.value }
        let origin = Origin(Origin.person.source, allowsConflicts: allowsConflicts)
        let id = try ObjectWriter.create(.hardware, hardware, origin: origin, by: caller, in: tx)
        for interface in hasPorts ? model.interfaces(of: id) : [] {
            try ObjectWriter.create(.interface, interface, origin: origin, by: caller, in: tx)
        }
        return try ObjectReply(.hardware, ObjectStore.require(.hardware, id: id, in: tx), in: tx)
    }
}
