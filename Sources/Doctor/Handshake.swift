import ControlClient

/// A real TLS handshake and a request behind it, as a browser on this machine would do it.
struct Handshake: DoctorCheck {
    func examine(_ patient: Patient) async -> [Finding] {
        guard patient.address.isTLS else {
            return [Finding("handshake", .ok, "tls.mode is off: there is no handshake.")]
        }
        var client = patient.client
        client.places = [.server(patient.address)]
        client.token = nil
        client.timeLimit = Patient.patience
        do {
            _ = try await client.send(.get("health"))
            return [Finding("handshake", .ok, "A client of this machine trusts what is served at \(client.places[0]).")]
        } catch {
            return [
                Finding(
                    "handshake", error.kind == .notReachable ? .unknown : .bad, error.message,
                    mend: error.hints.first.map { $0 + "." })
            ]
        }
    }
}
