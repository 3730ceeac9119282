import Glibc
import Kernel

/// The certificate directory: the roots (`RootFolder`), `server.crt` (the chain, leaf first) and `server.key`.
///
/// `ensure` makes what is missing, renews what is due, changes the root when its time has come, and never overwrites
/// a key that can be read. A root that cannot be used stops it with the way out, because making another root would
/// break every device that trusts this. A process that may not read `ca.key` changes nothing that needs it, and is told
/// what root has to do.
package struct CertificateFiles: Sendable {
    package typealias Outcome = RenewalOutcome

    /// Whether the root is changed by the calendar only.
    package enum RollOverWish: Sendable {
        case whenDue
        /// Makes a successor today, for example because the machine has a name its root may not vouch for.
        case start
        /// Ends the overlap today: what only the old root trusts stops working.
        case finish
    }

    package let directory: String
    package let subject: CertificateAuthority.Subject
    package let curve: PrivateKey.Curve
    /// 0640 where a group may read the server's key, else 0600. The CA's key is always 0600.
    package let serverKeyMode: UInt32
    package let leafLifetime: Duration

    package init(
        directory: String, subject: CertificateAuthority.Subject, curve: PrivateKey.Curve = .p256,
        serverKeyMode: UInt32 = 0o640, leafLifetime: Duration = CertificateAuthority.longestLeaf
    ) {
        self.directory = directory
        self.subject = subject
        self.curve = curve
        self.serverKeyMode = serverKeyMode
        self.leafLifetime = leafLifetime
    }

    package var authorityPath: String { rootFolder.certificatePath }
    package var authorityKeyPath: String { rootFolder.keyPath }
    package var successorPath: String { rootFolder.successorPath }
    package var previousPath: String { rootFolder.previousPath }
    package var crossPath: String { rootFolder.crossPath }
    package var archivePath: String { rootFolder.archive }
    package var certificatePath: String { "\(directory)/server.crt" }
    package var keyPath: String { "\(directory)/server.key" }

    var rootFolder: RootFolder { RootFolder(directory: directory) }

    /// Blocking file work of a few milliseconds. Two processes that call it at once take turns.
    @discardableResult
    package func ensure(
        names: ServerNames, at now: Instant, rollOver wish: RollOverWish = .whenDue
    ) throws -> Outcome {
        guard mkdir(directory, 0o750) == 0 || errno == EEXIST else { throw CheckedFile.unwritable(directory, errno) }
        return try withLock {
            var pass = RenewalPass(files: self, wanted: names, now: now)
            return try pass.run(wish)
        }
    }

    /// The roots as they stand, without changing anything; nil where none was made yet. Keys need not be readable.
    package func roots() throws -> LocalRoots? {
        guard access(directory, F_OK) == 0 else { return nil }
        return try withLock { try rootFolder.inUse().map { rootFolder.roots(with: $0.certificate) } }
    }

    /// Whether no killed process left a change of the roots for `ensure` to finish. Meant for root: it reads the keys.
    package func isWhole() throws -> Bool {
        guard access(directory, F_OK) == 0 else { return true }
        return try withLock { rootFolder.isWhole }
    }

    private func withLock<Value>(_ body: () throws -> Value) throws -> Value {
        let folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw CheckedFile.unwritable(directory, errno) }
        defer { close(folder) }
        while flock(folder, LOCK_EX) != 0 {
            guard errno == EINTR else { throw CheckedFile.unwritable(directory, errno) }
        }
        return try body()
    }
}

extension RootFolder {
    /// While the root is being changed, the old one stands in two places; it is then still the one in use.
    func roots(with inUse: Certificate) -> LocalRoots {
        LocalRoots(
            inUse: inUse, successor: successor.map(\.certificate).flatMap { $0 == inUse ? nil : $0 },
            previous: previous.flatMap { $0 == inUse ? nil : $0 })
    }
}
