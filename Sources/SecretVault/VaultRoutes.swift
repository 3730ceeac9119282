import HTTPKit
import HTTPTypes
import JSONKit
import Kernel

struct ConfirmationBody: JSONBody {
    var parts: [String]
}

struct RekeyBody: JSONBody {
    /// Keys, separated by commas, spaces or lines.
    var keys: Secret<String>
}

struct ProofBody: JSONBody {
    var proof: String
}

/// Where the code of a recovery lies.
struct ProofPlace: JSONAnswer {
    let file: String

    static let shape: JSONShape = .object([.init(name: "file", shape: .string, isRequired: true)])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("file", file)
        writer.endObject()
    }
}

struct VaultRoutes: Sendable {
    let vault: SecretVault

    func register(in api: inout API) {
        api.component("Vault", VaultStatus.shape)
        let answer = EndpointDetails(answer: .json(.named("Vault")), status: .ok)
        api.get("vault", "How the vault stands, and which secrets are locked", needs: .may(.manageVault), answer) { _ in
            try await vault.status()
        }
        registerRotation(in: &api, answer)
        registerCeremony(in: &api, answer)
        registerRecovery(in: &api, answer)
    }

    private func registerRotation(in api: inout API, _ answer: EndpointDetails) {
        api.post(
            "vault/rotation", "Change the vault's key, and seal every secret anew", needs: .may(.manageVault),
            stepUp: .recent, answer
        ) { (call: Call<Nothing>) in
            try await vault.rotate(by: call.caller)
            return try await vault.status()
        }
        api.post(
            "vault/retirement", "Let earlier keys go, once no secret needs them", needs: .may(.manageVault),
            stepUp: .recent, answer
        ) { (call: Call<Nothing>) in
            try await vault.retire(by: call.caller)
            return try await vault.status()
        }
    }

    private func registerCeremony(in api: inout API, _ answer: EndpointDetails) {
        api.post(
            "vault/ceremony", "Show the vault's key, until a copy is confirmed", needs: .may(.manageVault),
            stepUp: .recent, .init(status: .ok)
        ) { (call: Call<Nothing>) in
            try await vault.showKey(to: call.caller)
        }
        api.post(
            "vault/ceremony/confirmation", "Confirm a copy of the key by groups of it", needs: .may(.manageVault),
            .init(answer: .json(.named("Vault")), status: .ok, bodyLimit: 4096)
        ) { (call: Call<ConfirmationBody>) in
            try await vault.confirmKey(call.body.parts, by: call.caller)
            return try await vault.status()
        }
    }

    private func registerRecovery(in api: inout API, _ answer: EndpointDetails) {
        api.post(
            "vault/rekey", "Open what is locked with keys that were kept", needs: .may(.manageVault),
            stepUp: .recent,
            .init(answer: .json(.named("Vault")), status: .ok, bodyLimit: 65_536)
        ) { (call: Call<RekeyBody>) in
            try await vault.rekey(from: KeyList.keys(call.body.keys), by: call.caller)
            return try await vault.status()
        }
        api.post(
            "vault/recovery/proof", "Write a one-time code into the data directory",
            needs: .mayOrConsole(.manageVault), stepUp: .recent, .init(status: .ok)
        ) { (call: Call<Nothing>) in
            ProofPlace(file: try vault.beginRecovery())
        }
        api.post(
            "vault/recovery", "Give a vault whose key is lost a new one",
            needs: .mayOrConsole(.manageVault), stepUp: .recent,
            .init(answer: .json(.named("Vault")), status: .ok, bodyLimit: 4096)
        ) { (call: Call<ProofBody>) in
            try await vault.recover(proof: call.body.proof, by: call.caller)
            return try await vault.status()
        }
    }
}
