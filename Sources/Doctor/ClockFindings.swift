/// Whether the clock can be believed: certificates, sessions and the audit trail live by it.
struct ClockFindings: DoctorCheck {
    func examine(_ patient: Patient) async -> [Finding] {
        guard let text = await patient.output("timedatectl", ["show", "-p", "NTPSynchronized", "--value"]) else {
            return [
                Finding(
                    "clock", .unknown, "Whether the clock is synchronised cannot be seen: timedatectl does not answer.")
            ]
        }
        return text.hasPrefix("yes")
            ? [Finding("clock", .ok, "The clock is synchronised.")]
            : [
                Finding(
                    "clock", .warn, "The clock is not synchronised with any server.",
                    mend: "`timedatectl set-ntp true`, or install chrony.")
            ]
    }
}
