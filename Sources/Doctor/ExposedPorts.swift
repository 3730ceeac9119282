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

    /// The service's process; without systemd every one that has the daemon's name.
    private static func processes(_ patient: Patient) async -> [String] {
        let arguments = ["show", "-p", "MainPID", "--value", "circuit-breaker.service"]
        let main = (await patient.output("systemctl", arguments) ?? "").prefix { $0.isNumber }
        return main.isEmpty || main == "0" ? named(patient.machine) : [String(main)]
    }

    private static func named(_ machine: any Machine) -> [String] {
        ((try? machine.list("/proc")) ?? []).filter { name in
            guard name.allSatisfy(\.isNumber), let comm = try? machine.read("/proc/\(name)/comm") else { return false }
            return String(decoding: comm, as: UTF8.self) == "circuit-breaker\n"
        }
    }

    static func sockets(of process: String, _ machine: any Machine) -> Set<String> {
        let folder = "/proc/\(process)/fd"
        let names = (try? machine.list(folder)) ?? []
        return Set(
            names.compactMap { name in
                guard case .symlink(let target)? = try? machine.status(of: "\(folder)/\(name)")?.kind,
                    target.hasPrefix("socket:[")
                else { return nil }
                return String(target.dropFirst("socket:[".count).dropLast())
            })
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
