import ArgumentParser
import DaemonConfig
import Glibc
import HostSystem
import JSONKit
import Kernel
import LocalCA
import TrustStores

/// Which roots are meant.
struct RootOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Take the roots from this PEM file, such as one fetched from /ca.crt.", valueName: "file"),
        completion: .file())
    var root: String?

    @OptionGroup var files: ConfigurationOptions

    /// The file named, else those of the daemon's own authority, else what is in the system store already.
    func roots(on machine: any Machine) throws -> [Certificate] {
        if let root { return try read(root) }
        let configuration = files.survey().configuration
        switch configuration.tls.mode {
        case .local: break
        case .provided:
            throw Failure(
                .refused, "The daemon uses a provided certificate; trust belongs to whoever issued it.")
        case .off:
            throw Failure(
                .refused, "The daemon does not speak HTTPS itself, so there is nothing to trust.")
        }
        let directory = configuration.tls.directory
        let folder = CertificateFiles(directory: directory, subject: .init(machineID: ""))
        if access(directory, R_OK | X_OK) == 0, let roots = try folder.roots() { return roots.toTrust }
        let anchors = try TrustStores.anchors(on: machine)
        guard anchors.isEmpty else { return anchors }
        throw Failure(
            .failed, "There is no root certificate in \(directory), or this user may not read it.",
            hints: [
                "run this as root",
                "or name a file with --root, such as one fetched from https://HOST:PORT/ca.crt",
            ])
    }

    private func read(_ path: String) throws -> [Certificate] {
        switch ConfigurationFiles.disk.read(path) {
        case .failure(let reason): throw Failure(.usage, "The file \(path) \(reason.sentence)")
        case .success(let bytes):
            let found = (try? Certificate.all(inPEM: bytes)) ?? []
            guard !found.isEmpty else {
                throw Failure(.usage, "The file \(path) holds no certificate in PEM.")
            }
            // A server's own certificate among the roots would be trusted for everything it could sign.
            guard found.allSatisfy({ $0.isAuthority && $0.isSelfIssued }) else {
                throw Failure(.usage, "The file \(path) holds a certificate that is not a root.")
            }
            return found
        }
    }
}

/// Which stores are meant, and whose.
struct StoreOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Only this store; may be given several times.", valueName: "store"))
    var store: [String] = []

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Also the browser databases of these people.", valueName: "name"))
    var user: [String] = []

    @Flag(help: "Also the browser databases of everybody who signs in here.")
    var allUsers = false

    @Option(
        help: ArgumentHelp(
            "Also the Java runtime in this folder; may be given several times.", valueName: "folder"),
        completion: .directory)
    var javaHome: [String] = []

    func validate() throws {
        for name in store
        where name != "all"
            && !TrustStoreID.Kind.allCases.contains(where: { name.hasPrefix($0.rawValue) })
        {
            let kinds = (TrustStoreID.Kind.allCases.map(\.rawValue) + ["all"]).joined(separator: ", ")
            throw ValidationError("There is no store \(name). Known are \(kinds).")
        }
    }

    static var isRoot: Bool { geteuid() == 0 }

    /// Root's record is the machine's; anybody else keeps an own one and touches the own home only.
    func stores(on machine: any Machine) async throws -> TrustStores {
        guard !Self.isRoot, let account = try TrustAccount.current(on: machine) else {
            return TrustStores(machine: machine)
        }
        return TrustStores(machine: machine, record: .of(account, on: machine))
    }

    func found(on machine: any Machine) async throws -> [any TrustStore] {
        try await TrustStores.found(on: machine, accounts: accounts(on: machine), javaHomes: javaHome)
    }

    private func accounts(on machine: any Machine) async throws -> [TrustAccount] {
        var accounts = allUsers ? try TrustAccount.everybody(on: machine) : []
        for name in user {
            let account = try await TrustAccount.named(name, on: machine)
            if !accounts.contains(account) { accounts.append(account) }
        }
        if !Self.isRoot, user.isEmpty, !allUsers {
            accounts += [try TrustAccount.current(on: machine)].compactMap(\.self)
        }
        guard Self.isRoot || accounts.allSatisfy(\.isCurrent) else {
            throw Failure(.refused, "Databases of other people can only be changed by root.")
        }
        return accounts
    }

    func isMeant(_ id: TrustStoreID) -> Bool {
        store.contains("all") || store.contains(id.kind.rawValue) || store.contains(id.description)
    }

    /// Without `--store`: root means the system and the people named, anybody else the own databases.
    func isMeantByDefault(_ id: TrustStoreID) -> Bool {
        guard store.isEmpty else { return isMeant(id) }
        return id.kind == .nss || (Self.isRoot && id.kind == .system)
    }
}

/// One line of an answer.
struct StoreReport {
    let id: TrustStoreID
    let name: String
    let state: String
    var note: String?
    var isFailure = false

    var json: JSONValue {
        [
            "store": .string(id.description), "name": .string(name), "state": .string(state),
            "note": note.map { .string($0) } ?? .null,
        ]
    }

    static func show(_ reports: [StoreReport], json: Bool) throws {
        if json {
            Console.data(.array(reports.map(\.json)))
        } else {
            let width = reports.map(\.state.count).max() ?? 0
            for report in reports {
                let state = report.state + String(repeating: " ", count: width - report.state.count)
                Console.data("\(state)  \(report.id)")
                if let note = report.note { Console.talk("\(report.id): \(note)") }
            }
        }
        if reports.contains(where: \.isFailure) { throw ExitCode(ExitStatus.failed.rawValue) }
    }
}
