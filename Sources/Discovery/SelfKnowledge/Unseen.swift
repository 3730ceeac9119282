import Probes

/// Something the daemon could not see of its machine, and what would grant it. The daemon asks for nothing by itself:
/// each of these is a person's choice.
package struct Unseen: Sendable, Equatable {
    package let part: String
    package let reason: String
    /// Nil where nothing on this machine would help.
    package let command: String?

    static func all(of report: MachineReport, omissions: [String]) -> [Unseen] {
        var found: [Unseen] = []
        func add(_ part: String, _ reason: String?, _ command: String? = nil) {
            if let reason { found.append(Unseen(part: part, reason: reason, command: command)) }
        }
        add(
            "Serial numbers", report.system.reason,
            "sudo chgrp circuit-breaker \(serials) && sudo chmod 0440 \(serials)")
        add("Disks", report.disks.reason)
        add("File systems", report.fileSystems.reason)
        add("Interfaces", report.interfaces.reason)
        add("Routes", report.routes.reason)
        add("Neighbours", report.neighbours.reason)
        let isHidden = report.listeners.reason?.contains("hidden") ?? false
        add("Listening programs", report.listeners.reason, isHidden ? trace : nil)
        add("Services", report.services.reason)
        for (socket, group) in [("/run/docker.sock", "docker"), ("/run/podman/podman.sock", "podman")] {
            guard let reason = report.workloads.reason, reason.contains("\(socket): the daemon may not read") else {
                continue
            }
            add(
                "Containers of \(group)",
                "The daemon may not read \(socket). Whoever may, can become root; so this is for you to decide.",
                "sudo usermod -aG \(group) circuit-breaker && sudo systemctl restart circuit-breaker")
        }
        if let reason = report.workloads.reason, !reason.contains("the daemon may not read") {
            add("Guests and containers", reason)
        }
        for omission in omissions { add("Lists", omission) }
        return found
    }

    private static let serials = "/sys/class/dmi/id/product_serial"
    private static let trace = """
        sudo mkdir -p /etc/systemd/system/circuit-breaker.service.d && printf \
        '[Service]\\nCapabilityBoundingSet=CAP_SYS_PTRACE CAP_DAC_READ_SEARCH\\nAmbientCapabilities=CAP_SYS_PTRACE \
        CAP_DAC_READ_SEARCH\\nPrivateUsers=no\\n' | sudo tee \
        /etc/systemd/system/circuit-breaker.service.d/see-programs.conf && sudo systemctl daemon-reload && \
        sudo systemctl restart circuit-breaker
        """
}
