import HTTPKit
import HTTPTypes
import Kernel

struct PasswordResetRoutes: Sendable {
    let resets: PasswordResets

    func register(in api: inout API) {
        api.post(
            "auth/reset", "Ask for a mail with a link to a new password", needs: .nothing,
            .init(answer: .nothing, bodyLimit: 4096)
        ) { (call: Call<ResetRequest>) in
            try refuseForeignPage(call.facts)
            try await resets.request(call.body, by: call.caller.asStranger)
            return Nothing()
        }
        api.post(
            "auth/reset/confirm", "Choose a new password with the link of a mail", needs: .nothing,
            .init(answer: .nothing, bodyLimit: 16 << 10)
        ) { (call: Call<ResetConfirmation>) in
            try refuseForeignPage(call.facts)
            try await resets.confirm(call.body, by: call.caller.asStranger)
            return Nothing()
        }
        api.post(
            "auth/reset/vault-key", "Choose a new password with the vault key", needs: .nothing,
            .init(answer: .nothing, bodyLimit: 16 << 10)
        ) { (call: Call<VaultKeyReset>) in
            try refuseForeignPage(call.facts)
            try await resets.byVaultKey(call.body, by: call.caller.asStranger)
            return Nothing()
        }
    }
}
