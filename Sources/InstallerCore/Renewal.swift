import DaemonConfig
import HostSystem
import Kernel
import LocalCA
import NetAddress

/// `installer --renew`: brings certificates up to date as root and lets the daemon know. Says nothing when nothing was
/// to do, because a timer runs it every day.
package struct Renewal: Sendable {
    private let machine: any Machine
    private let clock: any WallClock
    private let wish: CertificateFiles.RollOverWish

    package init(
        machine: any Machine, clock: any WallClock = SystemClock(),
        rollOver wish: CertificateFiles.RollOverWish = .whenDue
    ) {
        self.machine = machine
        self.clock = clock
        self.wish = wish
    }

    /// What was done, each a sentence; empty when nothing was.
    package func run() async throws -> [String] {
        let configuration: Configuration
        do {
            configuration = try Configuration.load(environment: [:], files: .of(machine))
        } catch {
            throw AppError(
                .invalid,
                "The configuration has errors; nothing was renewed. See them with `circuit-breaker config check`.",
                cause: error)
        }
        let sentences: [String]
        switch configuration.tls.mode {
        case .off: return []
        case .local: sentences = try await renewLocal(configuration.tls)
        case .provided: sentences = try followProvided()
        }
        if !sentences.isEmpty { try await reload() }
        return sentences
    }

    private func renewLocal(_ tls: Configuration.TLS) async throws -> [String] {
        let names = try MachineNames.current(asked: tls.names + tls.addresses.map(\.description))
        try CertificateDirectory.sweep(tls.directory, on: machine)
        let files = CertificateFiles(
            directory: try machine.place(of: tls.directory), subject: .init(machineID: MachineNames.machineID))
        let outcome = try files.ensure(names: names, at: clock.now, rollOver: wish)
        try CertificateDirectory.giveKey("\(tls.directory)/server.key", on: machine)
        guard outcome.hasChanged else { return [] }
        return outcome.sentences + (try await TrustStep.refresh(outcome.roots.all, on: machine))
    }

    /// A pair that was provided with `--follow` is checked as on the first day; one that is refused changes nothing.
    private func followProvided() throws -> [String] {
        guard let source = try InstallationRecord.read(on: machine)?.follow else { return [] }
        let pair = ProvidedPair(certificateFile: source.certificateFile, keyFile: source.keyFile)
        let passphrase = try source.passphraseFile.map { try ProvidedPair.passphrase(inFile: $0) }
        let identity = try pair.load(at: clock.now, passphrase: passphrase)
        let (certificate, key) = (try identity.certificatePEM(), try identity.keyPEM())
        let isCurrent =
            try
            (machine.exists(Layout.providedCertificate) && machine.exists(Layout.providedKey)
            && machine.read(Layout.providedCertificate) == certificate && machine.read(Layout.providedKey) == key)
        guard !isCurrent else { return [] }
        try machine.write(key, to: Layout.providedKey, mode: 0o640, owner: FileOwner("root", Layout.account))
        try machine.write(certificate, to: Layout.providedCertificate, mode: 0o644, owner: .root)
        return ["Picked up the certificate in \(source.certificateFile), which was renewed."]
    }

    /// The daemon watches the files as well; this makes it certain, and is no error where it does not run.
    private func reload() async throws {
        guard machine.isLive, machine.find("systemctl") != nil else { return }
        let state = try await machine.run(MachineCommand("systemctl", ["is-active", "--quiet", ServiceStep.daemon]))
        guard state.status == 0 else { return }
        let result = try await machine.run(MachineCommand("systemctl", ["reload", ServiceStep.daemon]))
        guard result.status == 0 else {
            throw AppError(.unavailable, "The service did not reload: \(result.complaintText)")
        }
    }
}

/// The directory of the local CA, as root looks after it.
enum CertificateDirectory {
    /// The daemon reads the server's key through its group; the CA's key it must not read.
    static func giveKey(_ path: String, on machine: any Machine) throws {
        guard let status = try machine.status(of: path) else { return }
        let owner = FileOwner("root", Layout.account)
        if try status.mode == 0o640 && machine.accountNames(user: status.user, group: status.group) == owner { return }
        try machine.setMode(path, mode: 0o640, owner: owner)
    }

    /// Takes away what a killed run left of files that were being written.
    static func sweep(_ directory: String, on machine: any Machine) throws {
        for draft in try drafts(in: directory, on: machine) { try machine.remove(draft) }
    }

    static func drafts(in directory: String, on machine: any Machine) throws -> [String] {
        try machine.list(directory).filter { name in
            guard let mark = name.firstRange(of: ".new-") else { return false }
            return !name[mark.upperBound...].isEmpty && name[mark.upperBound...].allSatisfy(\.isNumber)
        }
        .map { "\(directory)/\($0)" }
    }
}
