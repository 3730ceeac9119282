import ArgumentParser
import DaemonConfig
import HostSystem
import JSONKit
import Kernel
import LocalCA
import TrustStores

struct TrustFingerprintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fingerprint",
        abstract: "Print the SHA-256 fingerprint of the root, to compare with /ca.",
        discussion:
            "While one root takes over from another there are two lines; the first is in use now.")

    @OptionGroup var roots: RootOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let found = try roots.roots(on: LiveMachine())
        guard output.json else {
            for root in found { Console.data("\(root.fingerprintSHA256)  \(root.subject)") }
            return
        }
        Console.data(
            .array(
                found.map { root in
                    [
                        "fingerprint_sha256": .string(root.fingerprintSHA256), "subject": .string(root.subject),
                        "not_after": .string(RFC3339.text(root.notAfter.milliseconds)),
                    ]
                }))
    }
}

struct TrustStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Say which stores trust the root.",
        discussion:
            "States: trusted, partly (one of two roots), untrusted, blocked (something is missing).")

    @OptionGroup var roots: RootOptions
    @OptionGroup var choice: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let machine = LiveMachine()
        let wanted = try roots.roots(on: machine)
        var reports: [StoreReport] = []
        for store in try await choice.found(on: machine)
        where choice.store.isEmpty || choice.isMeant(store.id) {
            reports.append(await report(store, wanted))
        }
        try StoreReport.show(reports, json: output.json)
    }

    private func report(_ store: any TrustStore, _ roots: [Certificate]) async -> StoreReport {
        if let obstacle = store.obstacle {
            return StoreReport(id: store.id, name: store.name, state: "blocked", note: obstacle)
        }
        do {
            var trusted = 0
            for root in roots where try await store.isTrusted(root) { trusted += 1 }
            let state = trusted == 0 ? "untrusted" : trusted == roots.count ? "trusted" : "partly"
            return StoreReport(id: store.id, name: store.name, state: state)
        } catch {
            let reason = (error as? AppError)?.message ?? "\(error)"
            return StoreReport(id: store.id, name: store.name, state: "blocked", note: reason)
        }
    }
}

struct TrustInstallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install", abstract: "Put the root into stores, and prove that it counts.",
        discussion: """
            Root puts it into the system store, and with --user or --all-users into browser databases; anybody else \
            into the own browser databases. What was there before is remembered for `cb trust remove`.
            """)

    @OptionGroup var roots: RootOptions
    @OptionGroup var choice: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let machine = LiveMachine()
        let wanted = try roots.roots(on: machine)
        let trust = try await choice.stores(on: machine)
        let stores = try await choice.found(on: machine).filter { choice.isMeantByDefault($0.id) }
        guard !stores.isEmpty else {
            throw Failure(.failed, "None of the stores asked for is on this machine.")
        }
        guard StoreOptions.isRoot || stores.allSatisfy({ $0.id.kind == .nss }) else {
            throw Failure(.refused, "Stores of the machine can only be changed by root.")
        }
        let server = await server(on: machine)
        var reports: [StoreReport] = []
        for store in stores { reports.append(await install(wanted, in: store, trust, server)) }
        try StoreReport.show(reports, json: output.json)
    }

    private func install(
        _ roots: [Certificate], in store: any TrustStore, _ trust: TrustStores, _ server: TrustedServer?
    ) async -> StoreReport {
        do {
            let change = try await trust.install(roots, in: store, server: server)
            // A file says what to add; only the daemon's own folder says what is no longer wanted.
            let retired = self.roots.root == nil ? try await trust.retire(keeping: roots, in: store) : 0
            let farewell = retired > 0 ? "A root that is no longer in use was taken out." : nil
            guard case .installed(let proof) = change else {
                return StoreReport(id: store.id, name: store.name, state: "kept", note: farewell)
            }
            let note = [proof, farewell].compactMap(\.self).joined(separator: " ")
            return StoreReport(id: store.id, name: store.name, state: "installed", note: note)
        } catch {
            return StoreReport(failed: store, error)
        }
    }

    /// The daemon of this machine, when it answers.
    private func server(on machine: any Machine) async -> TrustedServer? {
        guard roots.root == nil,
            let port = UInt16(exactly: roots.files.survey().configuration.server.port), port > 0
        else { return nil }
        let server = TrustedServer(name: "localhost", port: port)
        return await server.answers(on: machine) ? server : nil
    }
}

struct TrustRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Take out of the stores what was put in.",
        discussion:
            "Without --store and --user everything is taken back. Roots that somebody else put in stay.")

    @OptionGroup var choice: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let machine = LiveMachine()
        let trust = try await choice.stores(on: machine)
        var reports: [StoreReport] = []
        for entry in try await trust.entries() where isMeant(entry.store) {
            do {
                guard let store = try await trust.store(entry.store) else { continue }
                reports.append(try await remove(store, trust))
            } catch {
                reports.append(
                    StoreReport(
                        id: entry.store, name: entry.store.description, state: "failed",
                        note: (error as? AppError)?.message ?? "\(error)", isFailure: true))
            }
        }
        if reports.isEmpty {
            Console.talk("nothing was put into these stores by this user, so nothing is to do")
        }
        try StoreReport.show(reports, json: output.json)
    }

    private func isMeant(_ id: TrustStoreID) -> Bool {
        let isStore = choice.store.isEmpty || choice.isMeant(id)
        return isStore && (choice.user.isEmpty || id.user.map(choice.user.contains) ?? false)
    }

    private func remove(_ store: any TrustStore, _ trust: TrustStores) async throws -> StoreReport {
        switch try await trust.remove(from: store) {
        case .removed(let isExact):
            StoreReport(
                id: store.id, name: store.name, state: "removed",
                note: isExact
                    ? nil
                    : "the root is out; others have changed or opened the file, so its bytes are not those from before"
            )
        default: StoreReport(id: store.id, name: store.name, state: "absent")
        }
    }
}

extension StoreReport {
    init(failed store: any TrustStore, _ error: any Error) {
        let message = (error as? AppError)?.message ?? "\(error)"
        self.init(id: store.id, name: store.name, state: "failed", note: message, isFailure: true)
    }
}
