import HTTPKit
import HTTPTypes
import Kernel

struct VaultRoutes: Sendable {
    let vault: SecretVault

    func register(in api: inout API) {
        api.component("Vault", VaultStatus.shape)
        let answer = EndpointDetails(answer: .json(.named("Vault")), status: .ok)
        api.get("vault", "How the vault stands, and which secrets are locked", needs: .may(.manageVault), answer) { _ in
            try await vault.status()
        }
        api.post(
            "vault/rotation", "Change the vault's key, and seal every secret anew", needs: .may(.manageVault), answer
        ) { (call: Call<Nothing>) in
            try await vault.rotate(by: call.caller)
            return try await vault.status()
        }
        api.post(
            "vault/retirement", "Let earlier keys go, once no secret needs them", needs: .may(.manageVault), answer
        ) { (call: Call<Nothing>) in
            try await vault.retire(by: call.caller)
            return try await vault.status()
        }
    }
}
