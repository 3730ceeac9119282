import DaemonConfig
import HostSystem

/// Modes and owners of everything that the product lays out.
struct FileModes: DoctorCheck {
    struct Expectation: Sendable {
        var path: String
        /// No more than these permission bits.
        var mode: UInt32
        var owners: [FileOwner]
        var isNeeded = true
    }

    private static let daemon = FileOwner("circuit-breaker", "circuit-breaker")
    private static let shared = FileOwner("root", "circuit-breaker")

    static func expectations(_ configuration: Configuration) -> [Expectation] {
        let (certs, data) = (configuration.tls.directory, configuration.data.directory)
        let isLocal = configuration.tls.mode == .local
        var list = [
            Expectation(path: "/etc/circuit-breaker/config.yaml", mode: 0o640, owners: [shared]),
            Expectation(path: "/etc/circuit-breaker/env", mode: 0o640, owners: [shared], isNeeded: false),
            Expectation(path: data, mode: 0o700, owners: [daemon]),
            Expectation(path: "\(data)/.env", mode: 0o600, owners: [daemon], isNeeded: false),
            Expectation(path: "\(data)/setup-code", mode: 0o600, owners: [daemon], isNeeded: false),
            Expectation(
                path: "\(data)/app.db", mode: 0o640, owners: [daemon],
                isNeeded: configuration.data.databaseURL == nil),
            Expectation(path: "/run/circuit-breaker", mode: 0o750, owners: [daemon, shared], isNeeded: false),
        ]
        if configuration.tls.mode != .off {
            list.append(Expectation(path: certs, mode: 0o750, owners: [shared], isNeeded: isLocal))
        }
        if isLocal {
            list += [
                Expectation(path: "\(certs)/ca.key", mode: 0o600, owners: [.root]),
                Expectation(path: "\(certs)/server.key", mode: 0o640, owners: [shared, daemon]),
            ]
        }
        if case .provided(_, let key) = configuration.tls.mode {
            list.append(Expectation(path: key, mode: 0o640, owners: [shared, daemon, .root]))
        }
        return list
    }

    func examine(_ patient: Patient) async -> [Finding] {
        Self.expectations(patient.configuration).compactMap { finding($0, patient.machine) }
    }

    private func finding(_ wanted: Expectation, _ machine: any Machine) -> Finding? {
        let id = "files"
        let owner = wanted.owners[0]
        let mend =
            "`chown \(owner.user):\(owner.group) \(wanted.path)` and "
            + "`chmod 0\(String(wanted.mode, radix: 8)) \(wanted.path)`"
        let found: FileStatus
        let names: FileOwner
        do {
            guard let status = try machine.status(of: wanted.path) else {
                guard wanted.isNeeded else { return nil }
                return Finding(
                    id, .bad, "\(wanted.path) does not exist.",
                    mend: "Run the installer again: it repairs what is missing.")
            }
            found = status
            names = try machine.accountNames(user: status.user, group: status.group)
        } catch {
            return Finding(id, .unknown, "\(wanted.path) cannot be looked at by this user.", mend: "Run this as root.")
        }
        if case .symlink(let target) = found.kind {
            return Finding(
                id, .warn, "\(wanted.path) is a link to \(target), which is not looked at.",
                mend: "See that the file it leads to has mode 0\(String(wanted.mode, radix: 8)).")
        }
        let excess = found.mode & ~wanted.mode
        if excess != 0 {
            let isOpen = excess & 0o007 != 0
            let mode = String(found.mode, radix: 8)
            return Finding(
                id, isOpen ? .bad : .warn,
                "\(wanted.path) has mode 0\(mode)" + (isOpen ? ", which lets everybody in." : ", more than it needs."),
                mend: mend)
        }
        guard wanted.owners.contains(names) else {
            return Finding(
                id, .bad,
                "\(wanted.path) belongs to \(names.user):\(names.group), not to \(owner.user):\(owner.group).",
                mend: mend)
        }
        return Finding(id, .ok, "\(wanted.path): mode 0\(String(found.mode, radix: 8)), \(names.user):\(names.group).")
    }
}
