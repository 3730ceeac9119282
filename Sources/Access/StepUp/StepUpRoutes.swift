import HTTPKit
import HTTPTypes
import Kernel

/// A password or a code, one of them.
struct StepUpBody: JSONBody {
    var password: Secret<String>?
    var code: String?
}

struct StepUpRoutes: Sendable {
    let stepUps: StepUps

    func register(in api: inout API) {
        api.get("auth/step-up", "How one can prove once more who one is", needs: .may(.ownAccount)) { call in
            try await stepUps.ways(of: call.caller)
        }
        api.post(
            "auth/step-up", "Prove once more who one is, by password or code", needs: .may(.ownAccount),
            .init(status: .ok, bodyLimit: 4096)
        ) { (call: Call<StepUpBody>) in
            switch (call.body.password, call.body.code) {
            case (let password?, nil): return try await stepUps.prove(password: password, by: call.caller)
            case (nil, let code?): return try await stepUps.prove(code: code, by: call.caller)
            case (nil, nil), (_?, _?):
                throw AppError(.invalid, "Give a password or a code.", fields: ["code": "Give one of the two."])
            }
        }
        api.post(
            "auth/step-up/passkey/options", "What to ask the passkey", needs: .may(.ownAccount), .init(status: .ok)
        ) { (call: Call<Nothing>) in
            try await stepUps.request(by: call.caller, at: PasskeySite(call.facts.origin))
        }
        api.post(
            "auth/step-up/passkey", "Prove once more who one is, by passkey", needs: .may(.ownAccount),
            .init(status: .ok, bodyLimit: 64 << 10)
        ) { (call: Call<PasskeyAnswer>) in
            try await stepUps.prove(passkey: call.body, at: PasskeySite(call.facts.origin), by: call.caller)
        }
    }
}
