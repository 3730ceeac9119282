import DaemonConfig
import HostSystem
import Kernel
import LocalCA
import NetAddress

/// Puts the steps in their order.
struct PlanBuilder {
    let options: InstallOptions
    let layout: Layout
    let payload: Payload
    let known: InstallationRecord?
    let intentions: Intentions
    let machine: any Machine
    let clock: any WallClock
    let daemon: any InstalledDaemon
    let isImage: Bool
    let tell: @Sendable (String) -> Void

    private let items: [Payload.Item]
    private let links: [(path: String, target: String)]
    private let before: UnitStates?
    private var laysFiles: Bool { payload.kind == .archive && !options.isPackaged }
    private var state: String { intentions.configuration.data.directory }

    init(
        options: InstallOptions, layout: Layout, payload: Payload, known: InstallationRecord?, intentions: Intentions,
        machine: any Machine, clock: any WallClock, daemon: any InstalledDaemon, isImage: Bool,
        tell: @escaping @Sendable (String) -> Void
    ) async throws {
        self.options = options
        self.layout = layout
        self.payload = payload
        self.known = known
        self.intentions = intentions
        self.machine = machine
        self.clock = clock
        self.daemon = daemon
        self.isImage = isImage
        self.tell = tell
        items = payload.items(for: layout)
        let units = UnitFiles(items: items, layout: layout)
        links = options.isPackaged ? [] : payload.kind == .archive ? try units.links() : []
        before =
            machine.isLive && !options.isPackaged ? try await UnitStates.read(UnitFiles.running, on: machine) : nil
    }

    func plan() throws -> Plan {
        let service = before.map(serviceStep)
        var steps: [any Step] = []
        let record = try makeRecord()
        if !options.isPackaged {
            steps.append(NoteIntentionsStep(planned: record))
            steps.append(AccountStep(description: sysusersFile))
            if try OlderEditionStep.isPresent(on: machine) {
                steps.append(OlderEditionStep(replacesCertificates: intentions.https == .local, state: state))
            }
            steps.append(DirectoriesStep(state: state))
            steps += fileSteps
        }
        steps += try configurationSteps()
        if let service { steps.append(service) }
        if let profile = options.profile, service != nil { steps.append(ProfileStep(profile: profile, daemon: daemon)) }
        if intentions.https == .local, options.trust != .none, !isImage {
            steps.append(
                TrustStep(
                    wish: options.trust, port: options.isPackaged ? nil : intentions.configuration.server.port,
                    subject: subject, tell: tell))
        }
        if !options.isPackaged || record.follow != known?.follow { steps.append(NoteResultStep(planned: record)) }
        return Plan(steps) { machine in try await service?.startAgain(on: machine) }
    }

    private var fileSteps: [any Step] {
        guard laysFiles else { return [] }
        let old = Set(known?.files ?? []).subtracting(items.map(\.destination)).subtracting(links.map(\.path))
        func group(_ folder: String) -> [Payload.Item] { items.filter { $0.destination.hasPrefix(folder + "/") } }
        func gone(_ folder: String) -> [String] { old.filter { $0.hasPrefix(folder + "/") }.sorted() }
        let share = group(layout.share)
        let programs = group(layout.programs)
        let units = items.filter { UnitFiles.isUnit($0.destination, in: layout) }
        let rest = items.filter { !share.contains($0) && !programs.contains($0) && !units.contains($0) }
        let others = old.filter { !$0.hasPrefix(layout.share + "/") && !$0.hasPrefix(layout.programs + "/") }.sorted()
        return [
            FilesStep(
                what: "pages and catalogue in \(layout.share)", items: share, obsolete: [], ownFolder: layout.share),
            FilesStep(what: "manual pages, completions and accounts", items: rest, obsolete: others),
            FilesStep(
                what: "units in \(layout.units)", items: units, obsolete: [], rewrite: UnitFiles.rewrite(for: layout)),
            FilesStep(
                what: "programs in \(layout.programs)", items: programs,
                obsolete: gone(layout.programs)),
            LinksStep(
                what: "link \(layout.programs)/installer, and the units to what starts them", links: links),
        ]
    }

    private func configurationSteps() throws -> [any Step] {
        let group = FileOwner("root", Layout.account)
        var steps: [any Step] = [
            TextFileStep(
                summary: "write \(Layout.configurationFile); what is in it stays", path: Layout.configurationFile,
                text: intentions.yaml, mode: 0o640, owner: group),
            TextFileStep(
                summary: "write \(Layout.environmentFile) with a token for programs; what is in it stays",
                path: Layout.environmentFile, text: intentions.environment, mode: 0o640, owner: group),
        ]
        if intentions.https == .local, !isImage {
            steps.append(LocalCertificatesStep(subject: subject, names: try names, clock: clock))
        }
        if let provided = intentions.provided { steps.append(try ProvidedCertificateStep(provided)) }
        steps.append(
            TextFileStep(
                summary: "have the port unit listen where the configuration says",
                path: "\(Layout.administratorUnits)/circuit-breaker.socket.d/installer.conf",
                text: SocketDropIn(intentions.configuration).text))
        if let profile = options.profile { steps.append(try hardening(profile)) }
        return steps
    }

    private func hardening(_ profile: InstallOptions.Profile) throws -> any Step {
        let name = "circuit-breaker.service.d/hardened.conf"
        let offered = items.first { $0.destination == "\(layout.dropIns)/\(name)" }?.source
        var text: [UInt8]?
        if profile == .hardened {
            text = try offered.map { try LiveMachine().read($0) } ?? machine.read("\(layout.dropIns)/\(name)")
        }
        return TextFileStep(
            summary: profile == .hardened ? "narrow the service's sandbox" : "give the service its usual sandbox",
            path: "\(Layout.administratorUnits)/\(name)", text: text)
    }

    private func serviceStep(_ before: UnitStates) -> ServiceStep {
        let dropIns = ["service", "socket"].map { "\(Layout.administratorUnits)/circuit-breaker.\($0).d" }
        func files(_ folder: String) -> [String] {
            ["installer.conf", "hardened.conf"].map { "\(folder)/\($0)" } + [folder]
        }
        return ServiceStep(
            units: UnitFiles.running,
            daemonFiles: [
                Layout.configurationFile, Layout.environmentFile, "\(layout.programs)/circuit-breaker",
                "\(layout.units)/\(ServiceStep.daemon)",
            ] + files(dropIns[0]),
            portFiles: ["\(layout.units)/\(ServiceStep.port)"] + files(dropIns[1]),
            before: before, clock: clock, daemon: daemon)
    }

    private func makeRecord() throws -> InstallationRecord {
        var record = InstallationRecord(prefix: layout.prefix, version: payload.version.description)
        let paths = laysFiles ? items.map(\.destination) + links.map(\.path) : known?.files ?? []
        record.files = Set(paths).sorted()
        record.directories = Set(known?.directories ?? []).union(try newDirectories(for: record.files)).sorted()
        record.madeAccount = try known?.madeAccount ?? !AccountText(machine).isPresent
        record.follow = options.https == nil ? known?.follow : follow
        return record
    }

    private var follow: InstallationRecord.Source? {
        guard options.isFollowed, let certificateFile = options.certificateFile else { return nil }
        return .init(
            certificateFile: certificateFile, keyFile: options.keyFile, passphraseFile: options.passphraseFile)
    }

    /// Directories that are not there yet, other than the product's own, which a purge removes by name.
    private func newDirectories(for files: [String]) throws -> Set<String> {
        var wanted = Set<String>()
        let own = [layout.share, Layout.configuration, Layout.memory, state]
        for file in files + ["\(state)/.", "/var/lib/systemd/timers/."] {
            var folder = file.parent
            while folder != "/" {
                if !own.contains(where: { folder == $0 || folder.hasPrefix($0 + "/") }) { wanted.insert(folder) }
                folder = folder.parent
            }
        }
        return try wanted.filter { try !machine.exists($0) }
    }

    private var sysusersFile: String? {
        items.first { $0.destination.hasPrefix(layout.users + "/") }?.source
            ?? (try? machine.list(layout.users))?.first { $0 == "circuit-breaker.conf" }.map { "\(layout.users)/\($0)" }
    }

    private var subject: CertificateAuthority.Subject { .init(machineID: MachineNames.machineID) }

    private var names: ServerNames {
        get throws {
            let tls = intentions.configuration.tls
            let asked = tls.names + tls.addresses.map(\.description)
            guard machine.isLive else {
                // The image of one machine, which has the names it was given and not those of the builder.
                return try ServerNames(hostName: asked.first ?? "localhost", addresses: [], asked: asked)
            }
            return try MachineNames.current(asked: asked)
        }
    }
}

/// Where the port unit listens, when it is not where the shipped unit does.
struct SocketDropIn {
    let text: [UInt8]?

    init(_ configuration: Configuration) {
        let server = configuration.server
        let host = server.host.description
        guard server.port != Layout.shippedPort || !["::", "0.0.0.0"].contains(host) else {
            text = nil
            return
        }
        let address: String
        switch host {
        case "::": address = "\(server.port)"
        case _ where host.contains(":"): address = "[\(host)]:\(server.port)"
        default: address = "\(host):\(server.port)"
        }
        text = Array(
            """
            # Written by the installer from server.host and server.port of /etc/circuit-breaker/config.yaml.
            [Socket]
            ListenStream=
            ListenStream=\(address)
            FreeBind=yes

            """.utf8)
    }
}
