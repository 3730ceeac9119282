import HostSystem
import Kernel
import LocalCA

/// The local CA and the server's certificate, made or brought up to date.
struct LocalCertificatesStep: Step {
    let subject: CertificateAuthority.Subject
    let names: ServerNames
    let clock: any WallClock

    var summary: String { "have the local CA and the server's certificate in \(Layout.certificates) in order" }

    func isDone(on machine: any Machine) async throws -> Bool {
        guard try machine.exists(Layout.certificates),
            try CertificateDirectory.drafts(in: Layout.certificates, on: machine).isEmpty
        else { return false }
        let files = try files(on: machine)
        guard try files.isWhole() else { return false }
        guard let root = try files.roots()?.inUse, try machine.exists("\(Layout.certificates)/ca.key"),
            try isOwned("server.key", on: machine), try machine.exists("\(Layout.certificates)/server.crt")
        else { return false }
        let chain = try? Certificate.all(inPEM: machine.read("\(Layout.certificates)/server.crt"))
        guard let leaf = chain?.first, leaf.isSigned(by: root) else { return false }
        let permitted = root.constraints?.permitted(in: names) ?? names
        return leaf.needsRenewal(at: clock.now, for: permitted) == nil
    }

    func apply(to machine: any Machine) async throws {
        if let reversible = machine as? ReversibleMachine {
            let there = try machine.list(Layout.certificates)
            for name in Set(there).union(["ca.crt", "ca.key", "server.crt", "server.key"]).sorted() {
                try reversible.keep("\(Layout.certificates)/\(name)")
            }
        }
        try CertificateDirectory.sweep(Layout.certificates, on: machine)
        try files(on: machine).ensure(names: names, at: clock.now)
        try CertificateDirectory.giveKey("\(Layout.certificates)/server.key", on: machine)
    }

    private func files(on machine: any Machine) throws -> CertificateFiles {
        CertificateFiles(directory: try machine.place(of: Layout.certificates), subject: subject)
    }

    private func isOwned(_ name: String, on machine: any Machine) throws -> Bool {
        guard let status = try machine.status(of: "\(Layout.certificates)/\(name)"), status.mode == 0o640 else {
            return false
        }
        return try machine.accountNames(user: status.user, group: status.group) == FileOwner("root", Layout.account)
    }
}

/// A provided pair, checked before this step is made, as a copy that only the daemon's group can read.
struct ProvidedCertificateStep: Step {
    let certificate: [UInt8]
    let key: Secret<[UInt8]>

    init(_ identity: CertifiedKey) throws {
        certificate = try identity.certificatePEM()
        key = Secret(try identity.keyPEM())
    }

    var summary: String { "copy the provided certificate and key into \(Layout.certificates)" }

    private var parts: [TextFileStep] {
        [
            TextFileStep(
                summary: summary, path: Layout.providedKey, text: key.reveal(), mode: 0o640,
                owner: FileOwner("root", Layout.account)),
            TextFileStep(summary: summary, path: Layout.providedCertificate, text: certificate),
        ]
    }

    func isDone(on machine: any Machine) async throws -> Bool {
        for part in parts where try await !part.isDone(on: machine) { return false }
        return true
    }

    func apply(to machine: any Machine) async throws {
        for part in parts where try await !part.isDone(on: machine) { try await part.apply(to: machine) }
    }
}
