import Glibc
import Kernel

/// The files of the roots in a certificate directory: `ca.crt` and `ca.key` in use, `ca-next.*` the successor,
/// `ca-previous.crt` the one before, `ca-cross.crt` what vouches for the root in use on behalf of the other one, and
/// `archived/` every root that was.
///
/// Each change is a row of writes of which every beginning is a state that `repair` knows how to finish. The caller
/// holds the directory's lock.
struct RootFolder {
    /// A root, and its key where this process may read it.
    struct Held {
        let certificate: Certificate
        let key: PrivateKey?

        var signing: CertificateAuthority? { key.map { CertificateAuthority(certificate: certificate, key: $0) } }
    }

    let directory: String

    var certificatePath: String { "\(directory)/ca.crt" }
    var keyPath: String { "\(directory)/ca.key" }
    var successorPath: String { "\(directory)/ca-next.crt" }
    var successorKeyPath: String { "\(directory)/ca-next.key" }
    var previousPath: String { "\(directory)/ca-previous.crt" }
    var crossPath: String { "\(directory)/ca-cross.crt" }
    var archive: String { "\(directory)/archived" }

    // MARK: Reading

    /// The root in use, or nil where there is none yet. A root that cannot be used throws with the way out.
    ///
    /// What a killed run left half-way is read as `repair` will finish it.
    func inUse() throws -> Held? {
        let certificate = try inUseCertificate()
        do {
            let pem = try CheckedFile.read(keyPath)
            let key = try? PrivateKey(pem: pem)
            let unfinished = self.certificate(at: certificate == nil ? Self.waiting(certificatePath) : successorPath)
            for candidate in [certificate, unfinished].compactMap(\.self) where candidate.isAuthority {
                if let key, key.matches(candidate) { return Held(certificate: candidate, key: key) }
            }
            throw certificate == nil ? RootProblem.keyAlone(self) : RootProblem.mismatched(self)
        } catch CheckedFile.Problem.missing {
            return certificate.map { Held(certificate: $0, key: nil) }
        } catch CheckedFile.Problem.unreadable {
            guard let certificate else { throw RootProblem.keyAlone(self) }
            return Held(certificate: certificate, key: nil)
        } catch is CheckedFile.Problem {
            throw RootProblem.mismatched(self)
        }
    }

    private func inUseCertificate() throws -> Certificate? {
        do {
            guard let found = try Self.certificate(in: CheckedFile.read(certificatePath)) else {
                throw RootProblem.mismatched(self)
            }
            return found
        } catch CheckedFile.Problem.missing {
            return nil
        } catch is CheckedFile.Problem {
            throw RootProblem.mismatched(self)
        }
    }

    /// Nil without one, and where the files do not make one.
    var successor: Held? {
        guard let certificate = certificate(at: successorPath), certificate.isAuthority else { return nil }
        guard let key = key(at: successorKeyPath) else { return Held(certificate: certificate, key: nil) }
        return key.matches(certificate) ? Held(certificate: certificate, key: key) : nil
    }

    var previous: Certificate? { certificate(at: previousPath) }

    var cross: Certificate? { certificate(at: crossPath) }

    /// The root with its key, from the archive.
    func archived(_ root: Certificate) -> CertificateAuthority? {
        guard let key = key(at: archivedPath(root, "key")), key.matches(root) else { return nil }
        return CertificateAuthority(certificate: root, key: key)
    }

    func archivedPath(_ root: Certificate, _ kind: String) -> String {
        let tag = Digest.sha256(root.der).prefix(6).hexadecimal().lowercased()
        return "\(archive)/ca-\(root.notBefore.year)-\(tag).\(kind)"
    }

    private func certificate(at path: String) -> Certificate? {
        // What is missing or damaged is made again from the rest.
        (try? CheckedFile.read(path)).flatMap(Self.certificate(in:))
    }

    private func key(at path: String) -> PrivateKey? {
        // The same, and for keys that are not for this process.
        (try? CheckedFile.read(path)).flatMap { try? PrivateKey(pem: $0) }
    }

    private static func certificate(in pem: [UInt8]) -> Certificate? { try? Certificate.all(inPEM: pem).first }

    // MARK: Writing

    func writeFirst(_ root: CertificateAuthority) throws {
        try writePair(root, certificatePath, keyPath)
    }

    func writeSuccessor(_ root: CertificateAuthority) throws {
        try writePair(root, successorPath, successorKeyPath)
    }

    func writeCross(_ cross: Certificate) throws {
        try CheckedFile.replace(crossPath, with: cross.pem(), mode: 0o644)
    }

    /// The successor takes over. `cross` vouches for it on behalf of the root that was in use; nil where that one
    /// leaves no room.
    func takeOver(from old: CertificateAuthority, by new: CertificateAuthority, cross: Certificate?) throws {
        try archive(old)
        try CheckedFile.replace(previousPath, with: old.certificate.pem(), mode: 0o644)
        if let cross { try writeCross(cross) } else { try CheckedFile.remove(crossPath) }
        try CheckedFile.replace(keyPath, with: new.key.pem(), mode: 0o600)
        try CheckedFile.replace(certificatePath, with: new.certificate.pem(), mode: 0o644)
        try removeSuccessor()
    }

    /// The overlap is over. The server's certificate no longer carries the cross certificate when this is called.
    func finish() throws {
        try CheckedFile.remove(crossPath)
        try CheckedFile.remove(previousPath)
    }

    private func removeSuccessor() throws {
        try CheckedFile.remove(successorKeyPath)
        try CheckedFile.remove(successorPath)
    }

    private func archive(_ root: CertificateAuthority) throws {
        guard mkdir(archive, 0o700) == 0 || errno == EEXIST else { throw CheckedFile.unwritable(archive, errno) }
        try CheckedFile.replace(archivedPath(root.certificate, "key"), with: root.key.pem(), mode: 0o600)
        try CheckedFile.replace(archivedPath(root.certificate, "crt"), with: root.certificate.pem(), mode: 0o644)
    }

    /// A key without its certificate would be a riddle, so the certificate waits beside its place until the key is
    /// there.
    private func writePair(_ root: CertificateAuthority, _ certificatePath: String, _ keyPath: String) throws {
        let waiting = Self.waiting(certificatePath)
        try CheckedFile.replace(waiting, with: root.certificate.pem(), mode: 0o644)
        try CheckedFile.replace(keyPath, with: root.key.pem(), mode: 0o600)
        try CheckedFile.move(waiting, to: certificatePath)
    }

    private static func waiting(_ path: String) -> String { "\(path).waiting" }

    // MARK: Repairing

    /// Whether no killed process left anything that `repair` would finish or put aside.
    var isWhole: Bool {
        let waiting = [Self.waiting(certificatePath), Self.waiting(successorPath)]
        guard drafts.isEmpty, !waiting.contains(where: isThere) else { return false }
        let inPlace = certificate(at: certificatePath)
        // A root that cannot be used is no half-finished work: whoever asks for it is told.
        if let held = try? inUse(), held.certificate != inPlace { return false }
        if isThere(successorPath) || isThere(successorKeyPath) {
            return successor?.key != nil && successor?.certificate != inPlace
        }
        return previous == nil || previous != inPlace
    }

    private func isThere(_ path: String) -> Bool { access(path, F_OK) == 0 }

    private var drafts: [String] { CheckedFile.drafts(in: directory) + CheckedFile.drafts(in: archive) }

    /// Finishes what a process began that was killed. Returns what it did, in words.
    func repair() throws -> [String] {
        var done: [String] = []
        for draft in drafts { try CheckedFile.remove(draft) }
        for (certificatePath, keyPath) in [(certificatePath, keyPath), (successorPath, successorKeyPath)]
        where try finishPair(certificatePath, keyPath) {
            done.append("finished writing \(certificatePath), which was interrupted")
        }
        let held = certificate(at: certificatePath)
        if let held, let next = certificate(at: successorPath), let key = key(at: keyPath), key.matches(next),
            held != next
        {
            try CheckedFile.replace(certificatePath, with: next.pem(), mode: 0o644)
            done.append("finished the change of the root, which was interrupted")
        }
        if let next = certificate(at: successorPath), next == certificate(at: certificatePath) {
            try removeSuccessor()
        }
        if let stray = try moveStrayAside() { done.append(stray) }
        if previous != nil, previous == certificate(at: certificatePath), successor == nil {
            try CheckedFile.remove(previousPath)
        }
        return done
    }

    private func finishPair(_ certificatePath: String, _ keyPath: String) throws -> Bool {
        let waiting = Self.waiting(certificatePath)
        guard let certificate = certificate(at: waiting) else {
            try CheckedFile.remove(waiting)
            return false
        }
        guard self.certificate(at: certificatePath) == nil, key(at: keyPath)?.matches(certificate) == true else {
            try CheckedFile.remove(waiting)
            return false
        }
        try CheckedFile.move(waiting, to: certificatePath)
        return true
    }

    /// A successor of which one half is missing or foreign can never take over. It is kept under another name.
    private func moveStrayAside() throws -> String? {
        let paths = [successorPath, successorKeyPath]
        let isThere = paths.map { access($0, F_OK) == 0 }
        guard isThere.contains(true), successor?.key == nil else { return nil }
        for (path, isThere) in zip(paths, isThere) where isThere { try CheckedFile.move(path, to: "\(path).unusable") }
        return "moved a successor of the root aside whose certificate and key do not belong together "
            + "(\(successorPath).unusable)"
    }
}
