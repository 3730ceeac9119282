import DaemonConfig
import HostSystem
import Kernel

/// Taking an installation away: programs, pages and units always; data, configuration, account and every trace with
/// `purge`. Each part can be told from its absence, so that whatever interrupted it, running it again goes on.
///
/// Nothing is taken back when a part fails: what was removed was meant to be, and the rest is named.
package struct Removal: Sendable {
    package struct Part: Sendable {
        package let summary: String
        let isNeeded: @Sendable (any Machine) async throws -> Bool
        let act: @Sendable (any Machine) async throws -> Void
    }

    package let parts: [Part]
    package let warnings: [String]

    package init(purge: Bool, machine: any Machine) throws {
        guard try !machine.exists("/var/lib/dpkg/info/circuit-breaker.list") else {
            throw AppError(
                .conflict,
                "Circuit Breaker was installed as a package. Use `apt remove circuit-breaker`, or `apt purge "
                    + "circuit-breaker` for its data as well.")
        }
        let record = try InstallationRecord.read(on: machine)
        let layout = Layout(prefix: record?.prefix ?? "/usr/local")
        let places = DataPlaces(machine)
        var parts = [Self.stop, Self.trust, Self.programs(record, layout)]
        if purge {
            parts += [
                Self.folder(places.directory, "remove the data in \(places.directory)", isDeadly: !places.isSafe),
                Self.account(record), Self.folder(Layout.configuration, "remove \(Layout.configuration)"),
                Self.traces(record),
            ]
        }
        self.parts = parts
        warnings = purge ? places.warnings : []
    }

    /// What there is to do now.
    package func survey(_ machine: any Machine) async throws -> [(summary: String, isDone: Bool)] {
        var result: [(String, Bool)] = []
        for part in parts { result.append((part.summary, try await !part.isNeeded(machine))) }
        return result
    }

    package func apply(to machine: any Machine, tell: (PlanEvent) -> Void) async throws {
        for part in parts where try await part.isNeeded(machine) {
            tell(.begun(part.summary))
            do {
                try await part.act(machine)
            } catch {
                tell(.failed(part.summary))
                throw error
            }
            tell(.done(part.summary))
        }
    }
}

extension Removal {
    /// By the names of the units: whatever of them runs.
    private static let stop = Part(summary: "stop the service") { machine in
        guard machine.isLive, machine.find("systemctl") != nil else { return false }
        let states = try await UnitStates.read(UnitFiles.running, on: machine)
        return UnitFiles.running.contains(where: states.isWanted)
    } act: { machine in
        let result = try await machine.run(
            MachineCommand("systemctl", ["stop"] + UnitFiles.running.reversed(), timeLimit: .seconds(120)))
        guard result.status == 0 else {
            throw AppError(.unavailable, "The service could not be stopped: \(result.complaintText)")
        }
        for name in try machine.list(Layout.runtime) { try machine.removeAll("\(Layout.runtime)/\(name)") }
    }

    private static let trust = Part(summary: "take the local CA out of every store it was put into") { machine in
        try await TrustStep.isAnything(on: machine)
    } act: { machine in
        try await TrustStep.removeAll(on: machine)
    }

    private static func programs(_ record: InstallationRecord?, _ layout: Layout) -> Part {
        let dropIns = ["circuit-breaker.service.d/hardened.conf", "circuit-breaker.socket.d/installer.conf"]
            .map { "\(Layout.administratorUnits)/\($0)" }
        let files = (record?.files ?? []) + dropIns
        return Part(summary: "remove programs, pages and units below \(layout.prefix)") { machine in
            try files.contains { try machine.exists($0) } || machine.exists(layout.share)
        } act: { machine in
            for path in files.reversed() { try machine.remove(path) }
            try machine.removeAll(layout.share)
            for folder in Set(dropIns.map(\.parent)) where try machine.list(folder).isEmpty {
                try machine.remove(folder)
            }
            for folder in (record?.directories ?? []).reversed() where folder.hasPrefix(layout.prefix + "/") {
                if try machine.list(folder).isEmpty { try machine.remove(folder) }
            }
            if machine.isLive, machine.find("systemctl") != nil {
                _ = try await machine.run(MachineCommand("systemctl", ["daemon-reload"]))
                // Units that failed stay listed until they are forgotten; none of them is no error.
                _ = try await machine.run(MachineCommand("systemctl", ["reset-failed", "circuit-breaker*"]))
            }
        }
    }

    private static func folder(_ path: String, _ summary: String, isDeadly: Bool = false) -> Part {
        Part(summary: summary) { machine in
            try !isDeadly && machine.exists(path)
        } act: { machine in
            try machine.removeAll(path)
        }
    }

    /// Only an account that this installer made.
    private static func account(_ record: InstallationRecord?) -> Part {
        Part(summary: "remove the user and group \(Layout.account)") { machine in
            try record?.madeAccount == true && AccountText(machine).isPresent
        } act: { machine in
            try AccountText(machine).remove(on: machine)
        }
    }

    /// Last, because all of this is what a run that was interrupted needs to go on.
    private static func traces(_ record: InstallationRecord?) -> Part {
        let stamps = "/var/lib/systemd/timers"
        return Part(summary: "remove the last traces: stamps of timers, and directories that were made") { machine in
            try machine.exists(Layout.memory) || machine.list(stamps).contains(where: isStamp)
                || machine.exists(Layout.runtime)
        } act: { machine in
            for name in try machine.list(stamps) where isStamp(name) { try machine.remove("\(stamps)/\(name)") }
            try machine.removeAll(Layout.runtime)
            for folder in (record?.directories ?? []).reversed() where try machine.list(folder).isEmpty {
                try machine.remove(folder)
            }
            try machine.removeAll(Layout.memory)
        }
    }

    private static func isStamp(_ name: String) -> Bool { name.hasPrefix("stamp-circuit-breaker") }
}

/// Where the data lies, as far as the configuration can still be read.
struct DataPlaces {
    let directory: String
    /// Whether it may be removed whole: the product's own place, or one that plainly holds its data.
    let isSafe: Bool
    let warnings: [String]

    init(_ machine: any Machine) {
        var warnings: [String] = []
        let configuration = try? Configuration.load(environment: [:], files: .of(machine))
        let directory = configuration?.data.directory ?? Layout.state
        if configuration?.data.databaseURL != nil {
            warnings.append("The PostgreSQL database is not removed. Drop it there when it is no longer needed.")
        }
        let isDeep = directory.split(separator: "/").count >= 2 && !directory.split(separator: "/").contains("..")
        let holdsData = [".env", "app.db"].contains { (try? machine.exists("\(directory)/\($0)")) == true }
        isSafe = directory == Layout.state || (isDeep && holdsData && !Self.isShared(directory))
        if !isSafe, (try? machine.exists(directory)) == true {
            warnings.append("\(directory) is left: it does not look like a directory of this service alone.")
        }
        self.directory = directory
        self.warnings = warnings
    }

    private static func isShared(_ path: String) -> Bool {
        ["/etc", "/usr", "/var/lib", "/var/log", "/var/cache", "/home", "/root", "/boot", "/opt", "/srv"].contains(path)
            || path.hasPrefix("/home/") && path.split(separator: "/").count == 2
    }
}

extension ConfigurationFiles {
    /// The files of a machine, or of an image.
    static func of(_ machine: any Machine) -> ConfigurationFiles {
        ConfigurationFiles(read: { path in
            do {
                guard try machine.exists(path) else { return .failure(.missing) }
                return .success(try machine.read(path))
            } catch {
                return .failure(.other(error.sentence))
            }
        })
    }
}
