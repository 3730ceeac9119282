import HostSystem
import Kernel

/// Takes over what an older native install left: its configuration and environment stay in use, its unit and its
/// uninstaller go aside, its data goes to the new user. Nothing is deleted.
struct OlderEditionStep: Step {
    /// Whether certificates of the older local CA are replaced; they go aside as well.
    let replacesCertificates: Bool
    let state: String

    private static let unit = "\(Layout.administratorUnits)/circuit-breaker.service"
    private static let uninstaller = "/usr/local/bin/uninstall-circuit-breaker"
    /// Moved last: while it is there, the older install has not been taken over.
    private static let mark = "\(Layout.configuration)/install.conf"

    var summary: String {
        "take over the older native install: its unit, database and uninstaller go to \(Layout.olderEdition), "
            + "its configuration stays"
    }

    /// Whether there is one. Our own units are links, or lie below the prefix.
    static func isPresent(on machine: any Machine) throws -> Bool {
        if try machine.exists(mark) { return true }
        guard try machine.status(of: unit)?.kind == .file else { return false }
        let text = String(decoding: try machine.read(unit), as: UTF8.self)
        return text.contains("circuit-breaker --config") || text.contains("User=circuitbreaker")
    }

    func isDone(on machine: any Machine) async throws -> Bool { try !Self.isPresent(on: machine) }

    func apply(to machine: any Machine) async throws {
        if machine.isLive {
            // A unit that is not running is no error; one that does not stop is seen when its files are needed.
            _ = try await machine.run(MachineCommand("systemctl", ["stop", "circuit-breaker.service"]))
        }
        try machine.makeDirectories(Layout.configuration)
        try machine.makeDirectories(Layout.olderEdition, mode: 0o700)
        if replacesCertificates {
            for name in try machine.list(Layout.certificates)
            where try isFile("\(Layout.certificates)/\(name)", machine) {
                try machine.makeDirectories("\(Layout.olderEdition)/certs", mode: 0o700)
                try machine.rename("\(Layout.certificates)/\(name)", to: "\(Layout.olderEdition)/certs/\(name)")
            }
        }
        for name in ["app.db", "app.db-wal", "app.db-shm"] where try machine.exists("\(state)/\(name)") {
            try machine.rename("\(state)/\(name)", to: "\(state)/older-edition-\(name)")
        }
        try give(state, to: FileOwner(Layout.account, Layout.account), on: machine)
        for path in [Self.unit, Self.uninstaller, Self.mark] where try machine.exists(path) {
            let name = path.split(separator: "/").last.map(String.init) ?? ""
            let bytes = try machine.read(path)
            try machine.write(bytes, to: "\(Layout.olderEdition)/\(name)", mode: 0o600, owner: .root)
            try machine.remove(path)
        }
    }

    private func isFile(_ path: String, _ machine: any Machine) throws -> Bool {
        try machine.status(of: path)?.kind == .file
    }

    private func give(_ path: String, to owner: FileOwner, on machine: any Machine) throws {
        guard let status = try machine.status(of: path) else { return }
        switch status.kind {
        case .file: try machine.setMode(path, mode: status.mode & 0o770, owner: owner)
        case .directory:
            for name in try machine.list(path) { try give("\(path)/\(name)", to: owner, on: machine) }
            try machine.setMode(path, mode: status.mode & 0o770, owner: owner)
        case .symlink, .other: break
        }
    }
}
