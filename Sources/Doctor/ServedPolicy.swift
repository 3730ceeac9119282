import ControlClient
import DaemonConfig
import SecurityPolicy

/// Whether the policy that is served is the table's, directly and through the reverse proxy.
struct ServedPolicy: DoctorCheck {
    func examine(_ patient: Patient) async -> [Finding] {
        var client = patient.client
        client.token = nil
        client.timeLimit = Patient.patience
        let direct: String
        do {
            direct = try await client.ask(.get("health")).header("content-security-policy") ?? ""
        } catch {
            return [
                Finding("policy", .unknown, "The policy was not looked at, because nobody answered. \(error.message)")
            ]
        }
        guard ForeignOrigins(ofPolicy: direct) != nil else {
            return [
                Finding(
                    "policy", .bad, "The policy the daemon sends is not one of this version.",
                    mend:
                        "`cb version` says whether both are of one version; `cb restart` starts the installed one."
                )
            ]
        }
        let ok = Finding("policy", .ok, "The daemon sends the content policy of its settings.")
        guard let url = patient.configuration.server.publicURL, let address = ServerAddress(url: url) else {
            return [ok]
        }
        return [ok, await proxied(address, direct, client)]
    }

    private func proxied(_ address: ServerAddress, _ direct: String, _ client: ControlClient) async -> Finding {
        var client = client
        client.places = [.server(address)]
        do {
            let seen = try await client.ask(.get("health")).headers("content-security-policy")
            if seen == [direct] {
                return Finding("policy.proxy", .ok, "The same policy arrives through \(client.places[0]).")
            }
            let why = seen.isEmpty ? "no policy" : seen.count > 1 ? "\(seen.count) policies" : "another policy"
            return Finding(
                "policy.proxy", .bad, "\(why) arrives through \(client.places[0]).",
                mend: "Print the proxy's configuration again with `cb proxy-config`.")
        } catch {
            return Finding("policy.proxy", .unknown, error.message, mend: "See that server.public_url is right.")
        }
    }
}
