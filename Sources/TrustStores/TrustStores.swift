import HostSystem
import Kernel
import LocalCA

/// Puts roots into stores and takes them out again, with a record of what was there before.
///
/// The record is written before a store is touched, so that whatever interrupts it can be taken back.
package struct TrustStores: Sendable {
    /// How a store was left.
    package enum Change: Sendable, Equatable {
        /// Put in, and how it was proven.
        case installed(proof: String)
        /// There before, by us or by somebody else; nothing was changed.
        case kept
        /// Taken out; `isExact` when every file has the bytes it had before the first change.
        case removed(isExact: Bool)
        /// Nothing of ours was in it.
        case absent
    }

    let machine: any Machine
    let record: TrustRecord

    package init(machine: any Machine, record: TrustRecord? = nil) {
        self.machine = machine
        self.record = record ?? .ofMachine(machine)
    }

    /// Every store that is there for the machine and for the people named. A store whose tool is missing is in the
    /// list, and says so.
    package static func found(
        on machine: any Machine, accounts: [TrustAccount] = [], javaHomes: [String] = []
    ) async throws -> [any TrustStore] {
        var stores: [any TrustStore] = []
        if let layout = try SystemLayout.find(on: machine) {
            stores.append(SystemStore(machine: machine, layout: layout))
        }
        if try FirefoxPolicy.isPresent(on: machine) { stores.append(FirefoxPolicy(machine: machine)) }
        stores += try ChromiumPolicy.found(on: machine)
        stores += try JavaKeystore.found(on: machine, homes: javaHomes)
        // Databases are worked on by programs that run as their owner, whom an image does not have.
        guard machine.isLive else { return stores }
        for account in accounts { stores += try NSSDatabase.found(on: machine, of: account) }
        return stores
    }

    /// The store an entry of the record means, whether or not it would be found today.
    package func store(_ id: TrustStoreID) async throws -> (any TrustStore)? {
        switch id.kind {
        case .system: return try SystemLayout.find(on: machine).map { SystemStore(machine: machine, layout: $0) }
        case .java: return id.path.map { JavaKeystore(machine: machine, path: $0) }
        case .firefoxPolicy: return FirefoxPolicy(machine: machine)
        case .chromiumPolicy: return id.path.map { ChromiumPolicy(machine: machine, base: $0) }
        case .nss:
            guard let user = id.user, let path = id.path else { return nil }
            let account = try await TrustAccount.named(user, on: machine)
            return NSSDatabase(machine: machine, account: account, path: path, program: "NSS database")
        }
    }

    /// Roots an administrator has put into the system store here, for people who may not read where they come from.
    package static func anchors(on machine: any Machine) throws -> [Certificate] {
        try SystemStore.anchors(on: machine)
    }

    package func entries() async throws -> [TrustEntry] { try await record.entries() }

    /// Whether there is nothing left for `install` to do.
    package func isInstalled(_ roots: [Certificate], in store: any TrustStore) async throws -> Bool {
        for root in roots where try await !store.isTrusted(root) { return false }
        return true
    }

    /// Puts in the roots that are not trusted yet, and proves it. When that fails the store is left as it was.
    package func install(
        _ roots: [Certificate], in store: any TrustStore, server: TrustedServer? = nil
    ) async throws -> Change {
        if let obstacle = store.obstacle { throw AppError(.unavailable, "\(store.name): \(obstacle)") }
        var missing: [Certificate] = []
        for root in roots where try await !store.isTrusted(root) { missing.append(root) }
        guard !missing.isEmpty else { return .kept }
        var entry = try await knownEntry(for: store)
        let isKnown = try await untouched(entry, store)
        let known = Set(try entry.certificates)
        entry.roots += try missing.filter { !known.contains($0) }.map { String(decoding: try $0.pem(), as: UTF8.self) }
        try await makeDirectories(of: store, into: &entry)
        try await record.keep(entry, for: store.id)
        do {
            try await store.install(missing)
            let proof = try await store.verify(missing, server: server)
            try await settle(&entry, store, isKnown)
            return .installed(proof: proof)
        } catch {
            // The reason it failed is the one to tell; what cannot be taken back stays in the record.
            _ = try? await settle(&entry, store, isKnown)
            _ = try? await remove(missing.filter { !known.contains($0) }, from: store)
            throw error
        }
    }

    /// Takes out roots of ours that are no longer wanted, such as the one before a roll-over; says how many those were.
    @discardableResult
    package func retire(keeping wanted: [Certificate], in store: any TrustStore) async throws -> Int {
        let ours = try await record.entry(for: store.id)?.certificates ?? []
        let leaving = ours.filter { !wanted.contains($0) }
        if !leaving.isEmpty, leaving.count < ours.count { _ = try await remove(leaving, from: store) }
        return leaving.count < ours.count ? leaving.count : 0
    }

    /// Takes out the roots named, or everything of ours. Roots that somebody else put in stay.
    package func remove(_ roots: [Certificate]? = nil, from store: any TrustStore) async throws -> Change {
        guard var entry = try await record.entry(for: store.id) else { return .absent }
        let ours = try entry.certificates
        let leaving = roots.map { wanted in ours.filter(wanted.contains) } ?? ours
        let staying = ours.filter { !leaving.contains($0) }
        guard !leaving.isEmpty || ours.isEmpty else { return .absent }
        let isKnown = try await untouched(entry, store)
        try await store.remove(leaving)
        entry.roots = try staying.map { String(decoding: try $0.pem(), as: UTF8.self) }
        guard staying.isEmpty else {
            try await settle(&entry, store, isKnown)
            return .removed(isExact: false)
        }
        let isExact = try await restore(entry, store, isKnown)
        for directory in entry.directories.reversed() { try await store.files.remove(directory) }
        try await record.keep(nil, for: store.id)
        return .removed(isExact: isExact)
    }
}

extension TrustStores {
    private func knownEntry(for store: any TrustStore) async throws -> TrustEntry {
        if let known = try await record.entry(for: store.id) { return known }
        var files: [TrustEntry.RewrittenFile] = []
        for path in store.rewrittenFiles {
            guard let bytes = try await store.files.read(path) else {
                files.append(.init(path: path, before: nil, after: nil))
                continue
            }
            let digest = try await record.keepOriginal(bytes)
            files.append(.init(path: path, before: digest, after: digest))
        }
        return TrustEntry(store: store.id, roots: [], files: files, directories: [])
    }

    private func digest(_ path: String, _ store: any TrustStore) async throws -> String? {
        try await store.files.read(path).map(Digest.text)
    }

    /// Which files are still as our last change left them.
    private func untouched(_ entry: TrustEntry, _ store: any TrustStore) async throws -> Set<String> {
        var paths: Set<String> = []
        for file in entry.files where try await digest(file.path, store) == file.after { paths.insert(file.path) }
        return paths
    }

    private func makeDirectories(of store: any TrustStore, into entry: inout TrustEntry) async throws {
        for directory in store.directories where try await !store.files.exists(directory) {
            try await store.files.makeDirectory(directory)
            entry.directories.append(directory)
        }
    }

    /// Notes what the files are after our change; a file somebody else had changed before stays theirs.
    private func settle(_ entry: inout TrustEntry, _ store: any TrustStore, _ isKnown: Set<String>) async throws {
        for index in entry.files.indices where isKnown.contains(entry.files[index].path) {
            entry.files[index].after = try await digest(entry.files[index].path, store)
        }
        try await record.keep(entry, for: store.id)
    }

    /// Puts back the bytes from before where nobody else has written since and nobody has the file open.
    private func restore(_ entry: TrustEntry, _ store: any TrustStore, _ isKnown: Set<String>) async throws -> Bool {
        var isExact = true
        for file in entry.files {
            let current = try await digest(file.path, store)
            if current == file.before { continue }
            guard isKnown.contains(file.path), try !machine.isOpen(file.path) else {
                isExact = false
                continue
            }
            if let before = file.before {
                try await store.files.write(try await record.original(before), to: file.path)
            } else {
                try await store.files.remove(file.path)
            }
        }
        return isExact
    }
}

extension Machine {
    /// Whether a running program has the file open, as far as this process may see.
    func isOpen(_ path: String) throws -> Bool {
        guard isLive else { return false }
        let real = try resolve(path) ?? path
        for process in (try? list("/proc")) ?? [] where process.allSatisfy(\.isNumber) {
            // A process that ends while it is looked at has nothing open.
            for descriptor in (try? list("/proc/\(process)/fd")) ?? [] {
                let status = (try? status(of: "/proc/\(process)/fd/\(descriptor)")) ?? nil
                if case .symlink(let target) = status?.kind, target == real { return true }
            }
        }
        return false
    }
}
