import DaemonConfig
import HostSystem
import Kernel
import LocalCA

/// One installation, thought through: everything that can be refused has been refused, and nothing was changed yet.
package struct Installation: Sendable {
    package let plan: Plan
    /// What a person should know, and does not stop it.
    package let warnings: [String]
    package let version: ProductVersion
    package let layout: Layout
    let intentions: Intentions
    let options: InstallOptions
    let isImage: Bool

    /// `passphrase` is asked when a provided key needs one and no file holds it; `daemon` talks to the service on a
    /// machine that runs.
    package init(
        _ options: InstallOptions, payload: Payload, machine: any Machine, clock: any WallClock = SystemClock(),
        passphrase: @Sendable () -> Secret<String>? = { nil },
        daemon: @Sendable (Configuration) -> any InstalledDaemon, tell: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws {
        if let contradiction = options.contradiction { throw AppError(.malformed, contradiction) }
        let known = try InstallationRecord.read(on: machine)
        let layout = try Self.layout(options, payload, known)
        self.layout = layout
        self.options = options
        version = payload.version
        // An image may become many machines; one that has a name is for one.
        isImage = !machine.isLive && options.hostNames.isEmpty
        try Self.refuseDowngrade(to: payload.version, layout, known, on: machine)
        intentions = try Intentions(
            options, layout: layout, at: clock.now, on: machine, isImage: isImage, passphrase: passphrase)
        warnings = intentions.warnings
        let builder = try await PlanBuilder(
            options: options, layout: layout, payload: payload, known: known, intentions: intentions, machine: machine,
            clock: clock, daemon: daemon(intentions.configuration), isImage: isImage, tell: tell)
        plan = try builder.plan()
    }

    private static func layout(
        _ options: InstallOptions, _ payload: Payload, _ known: InstallationRecord?
    ) throws -> Layout {
        var prefix = options.prefix ?? known?.prefix ?? (payload.kind == .installation ? payload.folder : "/usr/local")
        while prefix.hasSuffix("/") { prefix.removeLast() }
        if let known, known.prefix != prefix {
            throw AppError(
                .conflict,
                "Circuit Breaker is installed below \(known.prefix). Take that away with `installer --uninstall` before "
                    + "installing below \(prefix); data and configuration stay.")
        }
        if payload.kind == .installation, payload.folder != prefix, !options.isPackaged {
            throw AppError(
                .conflict, "This installer belongs to \(payload.folder). Unpack the archive to install below \(prefix)."
            )
        }
        return Layout(prefix: prefix)
    }

    private static func refuseDowngrade(
        to version: ProductVersion, _ layout: Layout, _ known: InstallationRecord?, on machine: any Machine
    ) throws {
        var installed = known.flatMap { ProductVersion($0.version) }
        if try machine.exists(layout.versionFile) {
            let there = ProductVersion(String(decoding: try machine.read(layout.versionFile), as: UTF8.self))
            installed = [installed, there].compactMap(\.self).max()
        }
        guard let installed, version < installed else { return }
        throw AppError(
            .conflict,
            "Version \(installed) is installed and this is \(version). An older version cannot read a newer one's data: "
                + "install \(installed) or newer, or restore a backup that was made with \(version).")
    }
}
