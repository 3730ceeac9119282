import DaemonConfig

/// Whether the API token is kept where only root and the daemon read it.
struct TokenPlace: DoctorCheck {
    func examine(_ patient: Patient) async -> [Finding] {
        let origin = patient.configuration.origin(of: "access.api_token") ?? .fallback
        let mend = "Move it into /etc/circuit-breaker/env as CB_API_TOKEN=…, and run `cb restart`."
        switch origin {
        case .fallback:
            let isHidden = patient.problems.contains { $0.description.contains("may not be read by this user") }
            return [
                isHidden
                    ? Finding(
                        "token", .unknown, "Whether a token is set cannot be seen by this user.",
                        mend: "Run this as root.")
                    : Finding(
                        "token", .warn, "No CB_API_TOKEN is set; programs need a named token of their own.",
                        mend: "Run the installer again, which makes one, or make a named token in the settings.")
            ]
        case .environmentFile(let path, _, _), .credential(let path), .secretFile(_, let path):
            return [Finding("token", .ok, "The API token is kept in \(path).")]
        case .environment(let name):
            return [
                Finding("token", .warn, "The API token is in the environment (\(name)) and nowhere else.", mend: mend)
            ]
        case .file(let path, _, _):
            return [Finding("token", .warn, "The API token is written into \(path).", mend: mend)]
        case .flag:
            return [Finding("token", .bad, "The API token is given on a command line.", mend: mend)]
        }
    }
}
