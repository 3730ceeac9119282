import Glibc
import HostSystem
import Kernel

/// Starts the daemon and what belongs to it, restarts what runs with old files, and waits until it is really ready.
struct ServiceStep: Step {
    static let daemon = "circuit-breaker.service"
    static let port = "circuit-breaker.socket"

    /// Every unit that runs on an installed machine: sockets, paths and timers first.
    let units: [String]
    /// Files that the daemon reads once: a newer one means a restart.
    let daemonFiles: [String]
    let portFiles: [String]
    let before: UnitStates
    let clock: any WallClock
    let daemon: any InstalledDaemon

    var summary: String { "start \(units.joined(separator: ", ")) and wait until the service answers" }

    func isDone(on machine: any Machine) async throws -> Bool {
        let states = try await UnitStates.read(units, on: machine)
        guard units.allSatisfy({ states.isActive($0) && !states.needsReload($0) }) else { return false }
        return try !isStale(Self.daemon, daemonFiles, states, machine)
            && !isStale(Self.port, portFiles, states, machine)
    }

    func apply(to machine: any Machine) async throws {
        try await systemctl(["daemon-reload"], on: machine)
        let states = try await UnitStates.read(units, on: machine)
        let sockets = units.filter { $0.hasSuffix(".socket") }
        let mustRestart = try isStale(Self.daemon, daemonFiles, states, machine)
        if try isStale(Self.port, portFiles, states, machine) {
            // A socket cannot change while its service runs.
            try await systemctl(["stop", Self.daemon, Self.port], on: machine)
        }
        // After a start that failed systemd waits; this is a new attempt. Nothing to reset is no error.
        _ = try await machine.run(MachineCommand("systemctl", ["reset-failed"] + units))
        let others = units.filter { $0 != Self.daemon && !$0.hasSuffix(".socket") }
        if !sockets.isEmpty { try await systemctl(["start"] + sockets, on: machine) }
        do {
            try await systemctl([mustRestart ? "restart" : "start", Self.daemon], on: machine)
        } catch {
            throw AppError(
                .unavailable, "The service does not start. \(try await lastWords(on: machine))", cause: error)
        }
        if !others.isEmpty { try await systemctl(["start"] + others, on: machine) }
        try await daemon.waitUntilReady(within: .seconds(60))
    }

    /// Stops what did not run before; what did is started with its old files once they are back.
    func revert(on machine: any Machine) async throws {
        let strangers = units.filter { !before.isWanted($0) }
        if !strangers.isEmpty { _ = try await machine.run(MachineCommand("systemctl", ["stop"] + strangers)) }
    }

    /// For the plan, after the old files are back.
    func startAgain(on machine: any Machine) async throws {
        try await systemctl(["daemon-reload"], on: machine)
        let known = units.filter { before.isWanted($0) }
        if !known.isEmpty { try await systemctl(["restart"] + known.filter { $0 == Self.daemon }, on: machine) }
    }

    private func isStale(
        _ unit: String, _ files: [String], _ states: UnitStates, _ machine: any Machine
    ) throws -> Bool {
        guard units.contains(unit), let since = states.activeSince(unit), states.isWanted(unit) else { return false }
        var monotonic = timespec()
        clock_gettime(CLOCK_MONOTONIC, &monotonic)
        let elapsed = Int64(monotonic.tv_sec) * 1000 + Int64(monotonic.tv_nsec) / 1_000_000 - since / 1000
        let start = clock.now - .milliseconds(elapsed)
        return try files.contains { path in try machine.status(of: path).map { $0.modified > start } ?? false }
    }

    private func systemctl(_ arguments: [String], on machine: any Machine) async throws {
        guard arguments.count > 1 || arguments.first == "daemon-reload" else { return }
        let result = try await machine.run(MachineCommand("systemctl", arguments, timeLimit: .seconds(180)))
        guard result.status == 0 else {
            throw AppError(
                .unavailable, "`systemctl \(arguments.joined(separator: " "))` failed: \(result.complaintText)")
        }
    }

    private func lastWords(on machine: any Machine) async throws -> String {
        let look = "Look with `journalctl -u \(Self.daemon) -e`."
        guard machine.find("journalctl") != nil else { return look }
        let result = try await machine.run(
            MachineCommand("journalctl", ["-u", Self.daemon, "-n", "4", "-o", "cat", "--no-pager", "-q"]))
        let words = result.complaint.isEmpty ? result.complaintText : ""
        return words.isEmpty ? look : "Its last words: \(words) \(look)"
    }
}

/// The daemon of an installed machine, as far as the installer talks to it.
package protocol InstalledDaemon: Sendable {
    /// Returns when it answers over the address it serves, with a certificate of its own CA where it has one.
    func waitUntilReady(within limit: Duration) async throws
    /// The profile of its settings; nil when it cannot be asked.
    func profile() async -> InstallOptions.Profile?
    func setProfile(_ profile: InstallOptions.Profile) async throws
}

/// Puts the profile into the settings of a daemon that was set up before. A new one takes it from its configuration.
struct ProfileStep: Step {
    let profile: InstallOptions.Profile
    let daemon: any InstalledDaemon

    var summary: String { "set the profile \(profile.rawValue) in the settings" }

    func isDone(on machine: any Machine) async throws -> Bool { await daemon.profile() == profile }
    func apply(to machine: any Machine) async throws { try await daemon.setProfile(profile) }
}
