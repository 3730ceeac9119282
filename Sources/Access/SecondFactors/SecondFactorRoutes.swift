import HTTPKit
import HTTPTypes
import Kernel

struct PasskeyName: JSONBody {
    var name: String
}

struct SecondFactorRoutes: Sendable {
    let factors: SecondFactors

    func register(in api: inout API) {
        api.get("me/second-factors", "One's second factors", needs: .may(.ownAccount)) { call in
            try await factors.state(of: call.caller, host: call.facts.origin)
        }
        api.post(
            "me/totp", "Begin with an authenticator app; its secret is shown only in this answer",
            needs: .may(.ownAccount), stepUp: .recent
        ) { (call: Call<Nothing>) in
            try await factors.beginTOTP(by: call.caller, host: call.facts.origin.host)
        }
        api.post(
            "me/totp/confirm", "The first code of the app", needs: .may(.ownAccount), stepUp: .recent,
            .init(status: .noContent)
        ) { (call: Call<TypedCode>) in
            try await factors.confirmTOTP(call.body.code, by: call.caller)
            return Nothing()
        }
        api.delete("me/totp", "Remove the authenticator app", needs: .may(.ownAccount), stepUp: .recent) { call in
            try await factors.removeTOTP(by: call.caller)
        }
        api.post(
            "me/recovery-codes", "Ten new recovery codes in place of the old; shown only in this answer",
            needs: .may(.ownAccount), stepUp: .recent
        ) { (call: Call<Nothing>) in
            try await factors.renewRecoveryCodes(by: call.caller)
        }
        api.post(
            "me/passkeys/options", "What to make a passkey with", needs: .may(.ownAccount), stepUp: .recent,
            .init(status: .ok)
        ) { (call: Call<Nothing>) in
            try await factors.passkeyCreation(by: call.caller, at: PasskeySite(call.facts.origin))
        }
        api.post(
            "me/passkeys", "Add a passkey", needs: .may(.ownAccount), stepUp: .recent, .init(bodyLimit: 96 << 10)
        ) { (call: Call<PasskeyDraft>) in
            try await factors.addPasskey(call.body, at: PasskeySite(call.facts.origin), by: call.caller)
        }
        api.patch("me/passkeys/:id", "Rename a passkey", needs: .may(.ownAccount)) { (call: Call<PasskeyName>) in
            try await factors.renamePasskey(call.path("id"), call.body.name, by: call.caller)
        }
        api.delete("me/passkeys/:id", "Remove a passkey", needs: .may(.ownAccount), stepUp: .recent) { call in
            try await factors.removePasskey(call.path("id"), by: call.caller)
        }
        api.delete(
            "users/:id/second-factors", "Remove a person's second factors, when they are lost",
            needs: .may(.manageUsers), stepUp: .recent
        ) { call in
            try await factors.removeAll(of: call.path("id"), by: call.caller)
        }
    }
}
