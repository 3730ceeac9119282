import DaemonConfig

/// Whether the daemon would start with this configuration.
struct ConfigurationFindings: DoctorCheck {
    func examine(_ patient: Patient) async -> [Finding] {
        guard patient.problems.isEmpty else {
            return patient.problems.map { problem in
                let isHidden = problem.description.contains("may not be read by this user")
                return Finding(
                    "config", isHidden ? .unknown : .bad, problem.description,
                    mend: isHidden ? "Run this as root." : "`cb config check` shows the place; then `cb restart`.")
            }
        }
        let notices = patient.configuration.notices.map {
            Finding("config", .warn, $0, mend: "See `cb config check`.")
        }
        return notices.isEmpty ? [Finding("config", .ok, "The configuration is valid.")] : notices
    }
}
