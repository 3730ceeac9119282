import HostSystem

/// Whether the service runs, and in the sandbox it was promised.
struct UnitSandbox: DoctorCheck {
    /// The promised exposure of `systemd-analyze security`, in tenths.
    static let promised = [("circuit-breaker.service", 14), ("circuit-breaker-scanner.service", 19)]

    func examine(_ patient: Patient) async -> [Finding] {
        guard patient.machine.isLive, let state = await patient.output("systemctl", ["is-active", Self.promised[0].0])
        else {
            return [
                Finding(
                    "service", .unknown, "systemd cannot be asked here, so neither service nor sandbox was looked at.")
            ]
        }
        let word = state.split(separator: "\n").first.map(String.init) ?? "unknown"
        var findings = [
            word == "active"
                ? Finding("service", .ok, "circuit-breaker.service is active.")
                : Finding(
                    "service", word == "unknown" ? .unknown : .bad, "circuit-breaker.service is \(word).",
                    mend: "`cb restart`; `cb logs -n 50` shows why it does not run.")
        ]
        for (unit, limit) in Self.promised {
            if let finding = await exposure(of: unit, atMost: limit, patient) { findings.append(finding) }
        }
        return findings
    }

    private func exposure(of unit: String, atMost limit: Int, _ patient: Patient) async -> Finding? {
        guard let loaded = await patient.output("systemctl", ["show", "-p", "LoadState", "--value", unit]),
            loaded.hasPrefix("loaded")
        else { return nil }
        guard let report = await patient.output("systemd-analyze", ["security", "--no-pager", unit]),
            let tenths = Self.tenths(in: report)
        else { return Finding("sandbox", .unknown, "systemd-analyze does not say how exposed \(unit) is.") }
        let figure = "\(tenths / 10).\(tenths % 10)"
        let promise = "\(limit / 10).\(limit % 10)"
        return tenths <= limit
            ? Finding("sandbox", .ok, "\(unit) has exposure \(figure); \(promise) is promised.")
            : Finding(
                "sandbox", .bad, "\(unit) has exposure \(figure), and \(promise) is promised.",
                mend:
                    "`systemctl cat \(unit)` shows what a drop-in relaxes; take that back."
            )
    }

    /// From `→ Overall exposure level for circuit-breaker.service: 1.3 OK :-)`: the face has a colon too.
    static func tenths(in report: String) -> Int? {
        guard let line = report.split(separator: "\n").last(where: { $0.contains("Overall exposure level") }),
            let colon = line.firstIndex(of: ":")
        else { return nil }
        let parts = line[line.index(after: colon)...].drop { $0 == " " }.prefix { $0 != " " }.split(separator: ".")
        guard parts.count == 2, let whole = Int(parts[0]), let tenth = Int(parts[1].prefix(1)) else { return nil }
        return whole * 10 + tenth
    }
}
