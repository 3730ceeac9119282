import HostSystem
import Kernel
import LocalCA
import TrustStores

/// Puts the local CA into the stores of this machine, each proven by what reads it.
struct TrustStep: Step {
    let wish: InstallOptions.Trust
    /// Where the service answers by now; nil where it is started later.
    let port: Int?
    let subject: CertificateAuthority.Subject
    let tell: @Sendable (String) -> Void

    var summary: String { "have this machine's programs and browsers trust the local CA" }

    func isDone(on machine: any Machine) async throws -> Bool {
        guard let roots = try roots(on: machine) else { return false }
        let stores = TrustStores(machine: machine)
        for store in try await TrustStores.found(on: machine) where store.obstacle == nil {
            if try await !stores.isInstalled(roots, in: store) { return false }
        }
        return true
    }

    func apply(to machine: any Machine) async throws {
        guard let roots = try roots(on: machine) else {
            throw AppError(.fault, "There is no local CA to trust.")
        }
        let stores = TrustStores(machine: machine)
        let server = machine.isLive ? port.map { TrustedServer(name: "localhost", port: UInt16(clamping: $0)) } : nil
        for store in try await TrustStores.found(on: machine) {
            if let obstacle = store.obstacle {
                guard wish != .all else { throw AppError(.unavailable, "\(store.name): \(obstacle)") }
                tell("\(store.name) was passed over: \(obstacle)")
                continue
            }
            if case .installed(let proof) = try await stores.install(roots, in: store, server: server) {
                tell("\(store.name): \(proof)")
            }
        }
    }

    func revert(on machine: any Machine) async throws {
        try await Self.removeAll(on: machine)
    }

    /// Takes every root of ours out of every store.
    @discardableResult
    static func removeAll(on machine: any Machine) async throws -> [String] {
        let stores = TrustStores(machine: machine)
        var names: [String] = []
        for entry in try await stores.entries() {
            guard let store = try await stores.store(entry.store) else { continue }
            if case .removed = try await stores.remove(from: store) { names.append(store.name) }
        }
        return names
    }

    static func isAnything(on machine: any Machine) async throws -> Bool {
        try await !TrustStores(machine: machine).entries().isEmpty
    }

    /// After the roots have changed: stores that were given one get the new ones, and lose those that ended.
    static func refresh(_ roots: [Certificate], on machine: any Machine) async throws -> [String] {
        let stores = TrustStores(machine: machine)
        var told: [String] = []
        for entry in try await stores.entries() {
            guard let store = try await stores.store(entry.store), store.obstacle == nil else { continue }
            if case .installed(let proof) = try await stores.install(roots, in: store) {
                told.append("\(store.name): \(proof)")
            }
            let ended = try entry.certificates.filter { !roots.contains($0) }
            if !ended.isEmpty { _ = try await stores.remove(ended, from: store) }
        }
        return told
    }

    private func roots(on machine: any Machine) throws -> [Certificate]? {
        guard try machine.exists(Layout.certificates) else { return nil }
        let files = CertificateFiles(directory: try machine.place(of: Layout.certificates), subject: subject)
        return try files.roots().map(\.all)
    }
}
