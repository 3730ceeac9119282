import ControlClient
import DaemonConfig
import JSONKit

/// A real write without any proof of who asks, directly and through the reverse proxy: it has to be refused. One that
/// is let through is taken back again.
struct AnonymousWrite: DoctorCheck {
    static let name = "Go-live check, delete me"

    func examine(_ patient: Patient) async -> [Finding] {
        var findings = [await attempt(at: patient.address, "access.anonymous", patient)]
        if let url = patient.configuration.server.publicURL, let address = ServerAddress(url: url),
            address.authority != patient.address.authority
        {
            findings.append(await attempt(at: address, "access.anonymous.proxy", patient))
        }
        return findings
    }

    private func attempt(at address: ServerAddress, _ id: String, _ patient: Patient) async -> Finding {
        var client = patient.client
        client.places = [.server(address)]
        client.token = nil
        client.timeLimit = .seconds(10)
        let place = client.places[0]
        do {
            let answer = try await client.ask(.post("hardware", ["name": .string(Self.name)]))
            let code = (try? answer.json())?.objectValue?["code"]?.stringValue
            switch answer.status {
            case 401:
                return Finding(id, .ok, "A write without signing in is refused at \(place).")
            case 200..<300, 409, 422:
                if (200..<300).contains(answer.status) { await takeBack(answer, client) }
                return Finding(
                    id, .bad, "A write without signing in is let through at \(place).",
                    mend: address == patient.address
                        ? "Stop the daemon, and install the version again: this must not be."
                        : "See that the reverse proxy adds no token or cookie of its own; print its configuration with "
                            + "`cb proxy-config`.")
            case _ where code == "setup_needed":
                return Finding(
                    id, .warn, "Set-up is still open at \(place): whoever has the code becomes the administrator.",
                    mend: "Finish set-up in the browser; `cb status` says where the code lies.")
            case 403:
                return Finding(id, .ok, "A write without signing in is refused at \(place).")
            default:
                return Finding(
                    id, .unknown, "A write without signing in was answered with \(answer.status) at \(place).",
                    mend: "`cb logs` may say why.")
            }
        } catch {
            return Finding(
                id, .unknown, "Whether a write without signing in is refused was not seen: \(error.message)",
                mend: error.hints.first.map { $0 + "." } ?? "Start the daemon, then run this again.")
        }
    }

    private func takeBack(_ answer: ControlAnswer, _ client: ControlClient) async {
        guard let id = (try? answer.json())?.objectValue?["id"]?.integerValue else { return }
        // Whoever could write can delete; what stays is named for what it is.
        _ = try? await client.ask(ControlRequest(.delete, "hardware/\(id)"))
    }
}
