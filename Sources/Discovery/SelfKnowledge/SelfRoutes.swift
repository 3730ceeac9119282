import HTTPKit
import HTTPTypes
import Kernel

struct SelfRoutes {
    let knowledge: SelfKnowledge

    func register(in api: inout API) {
        api.component("SelfLook", SelfLook.shape)
        let look = BodyShape.json(.named("SelfLook"))
        api.get(
            "discovery/self", "What this machine sees, beside what is documented", needs: .may(.viewDiscovery),
            EndpointDetails(answer: look)
        ) { [knowledge] _ in
            try await knowledge.look()
        }
        api.post(
            "discovery/self/refresh", "Read this machine again", needs: .may(.runDiscovery),
            EndpointDetails(answer: look, status: .ok)
        ) { [knowledge] (_: Call<Nothing>) in
            try await knowledge.refresh()
        }
        api.post(
            "discovery/self/accept", "Take over what this machine sees", needs: .may(.editInventory),
            EndpointDetails(status: .ok)
        ) { [knowledge] (call: Call<AcceptRequest>) in
            try await knowledge.accept(call.body.choice(), by: call.caller)
        }
    }
}

/// `{"keys": […]}`, or `{"all": true}`.
struct AcceptRequest: JSONBody {
    let keys: [String]?
    let all: Bool?

    private static let most = 5_000

    func choice() throws -> AcceptPlan.Choice {
        switch (keys, all ?? false) {
        case (nil, true): return .all
        case (let keys?, false):
            guard !keys.isEmpty, keys.count <= Self.most else {
                throw AppError(.invalid, "Name 1 to \(Self.most) keys.", fields: ["keys": "1 to \(Self.most)."])
            }
            return .keys(keys)
        case (nil, false):
            throw AppError(.invalid, "Say what to take over.", fields: ["keys": "Name keys, or send \"all\": true."])
        case (_?, true):
            throw AppError(.invalid, "Send keys or \"all\", not both.", fields: ["all": "Not together with keys."])
        }
    }
}
