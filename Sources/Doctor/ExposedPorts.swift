import DaemonConfig
import HostSystem

/// What the daemon's process listens on, against what the configuration says. Other programs' ports are not our
/// business.
struct ExposedPorts: DoctorCheck {
    struct Listening: Sendable, Hashable {
        var address: String
        var port: Int
        var inode: String
    }

    func examine(_ patient: Patient) async -> [Finding] {
        let processes = await Self.processes(patient)
        guard !processes.isEmpty else {
            return [Finding("ports", .unknown, "The daemon does not run, so it listens nowhere.")]
        }
        var inodes: Set<String> = []
        for process in processes { inodes.formUnion(Self.sockets(of: process, patient.machine)) }
        guard !inodes.isEmpty else {
            return [
                Finding(
                    "ports", .unknown, "The daemon's sockets cannot be seen by this user.", mend: "Run this as root.")
            ]
        }
        let listening = ["tcp", "tcp6"].flatMap { name -> [Listening] in
            let text = (try? patient.machine.read("/proc/net/\(name)")).map { String(decoding: $0, as: UTF8.self) }
            return Self.listening(in: text ?? "")
        }.filter { inodes.contains($0.inode) }
        let server = patient.configuration.server
        let wanted = Set([server.port] + (server.redirectPort.map { [$0] } ?? []))
        let found = Set(listening.map(\.port))
        let surplus = found.subtracting(wanted)
        guard server.port != 0 else {
            return [Finding("ports", .ok, "The daemon listens on \(Self.text(found)).")]
        }
        if found.isDisjoint(with: [server.port]) {
            return [
                Finding(
                    "ports", .warn, "The daemon listens on \(Self.text(found)), not on server.port \(server.port).",
                    mend:
                        "`cb restart` takes a changed configuration; circuit-breaker.socket has its own port."
                )
            ]
        }
        guard surplus.isEmpty else {
            return [
                Finding(
                    "ports", .warn, "The daemon also listens on \(Self.text(surplus)), which config.yaml does not say.",
                    mend: "See `systemctl list-sockets 'circuit-breaker*'`.")
            ]
        }
        return [Finding("ports", .ok, "The daemon listens on \(Self.text(found)), as the configuration says.")]
    }

    private static func text(_ ports: Set<Int>) -> String {
        ports.isEmpty ? "no port" : ports.sorted().map(String.init).joined(separator: ", ")
    }

    /// The service's process; without systemd those that have the daemon's name and hold this data directory.
    private static func processes(_ patient: Patient) async -> [String] {
        let arguments = ["show", "-p", "MainPID", "--value", "circuit-breaker.service"]
        let main = (await patient.output("systemctl", arguments) ?? "").prefix { $0.isNumber }
        guard main.isEmpty || main == "0" else { return [String(main)] }
        let named = named(patient.machine)
        let data = patient.configuration.data.directory + "/"
        let holding = named.filter { process in
            targets(of: process, patient.machine).contains { $0.hasPrefix(data) }
        }
        // Somebody else's descriptors cannot be looked at: then the name has to be enough.
        return holding.isEmpty ? named.filter { targets(of: $0, patient.machine).isEmpty } : holding
    }

    private static func named(_ machine: any Machine) -> [String] {
        ((try? machine.list("/proc")) ?? []).filter { name in
            guard name.allSatisfy(\.isNumber), let comm = try? machine.read("/proc/\(name)/comm") else { return false }
            return String(decoding: comm, as: UTF8.self) == "circuit-breaker\n"
        }
    }

    static func sockets(of process: String, _ machine: any Machine) -> Set<String> {
        Set(
            targets(of: process, machine).compactMap { target in
                guard target.hasPrefix("socket:[") else { return nil }
                return String(target.dropFirst("socket:[".count).dropLast())
            })
    }

    /// What its descriptors stand for: paths, and names such as `socket:[4711]`.
    private static func targets(of process: String, _ machine: any Machine) -> [String] {
        let folder = "/proc/\(process)/fd"
        return ((try? machine.list(folder)) ?? []).compactMap { name in
            guard case .symlink(let target)? = try? machine.status(of: "\(folder)/\(name)")?.kind else { return nil }
            return target
        }
    }

    /// The rows of /proc/net/tcp in state 0A, LISTEN.
    static func listening(in table: String) -> [Listening] {
        table.split(separator: "\n").dropFirst().compactMap { row in
            let cells = row.split(separator: " ")
            guard cells.count > 9, cells[3] == "0A" else { return nil }
            let local = cells[1].split(separator: ":")
            guard local.count == 2, let port = Int(local[1], radix: 16) else { return nil }
            return Listening(address: String(local[0]), port: port, inode: String(cells[9]))
        }
    }
}
