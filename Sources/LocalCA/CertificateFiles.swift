import Glibc
import Kernel

/// The certificate directory: `ca.crt`, `ca.key`, `server.crt` (leaf and root) and `server.key`.
///
/// `ensure` makes what is missing, renews what is due, and never overwrites a key that can be read. A root that
/// cannot be used stops it with the way out, because making another root would break every device that trusts this.
package struct CertificateFiles: Sendable {
    /// What `ensure` did, for the journal and the health page.
    package struct Outcome: Sendable {
        package enum Leaf: Sendable, Equatable {
            case kept
            case made
            case renewed(RenewalReason)
            /// Due, but only root may read the CA's key here; the certificate still works.
            case due(RenewalReason)
        }

        package let madeAuthority: Bool
        package let leaf: Leaf
        package let authority: Certificate
        package let identity: CertifiedKey
        /// Names the machine has that the root may not vouch for; they are left out of the certificate.
        package let uncovered: ServerNames
    }

    package let directory: String
    package let subject: CertificateAuthority.Subject
    package let curve: PrivateKey.Curve
    /// 0640 where a group may read the server's key, else 0600. The CA's key is always 0600.
    package let serverKeyMode: UInt32

    package init(
        directory: String, subject: CertificateAuthority.Subject, curve: PrivateKey.Curve = .p256,
        serverKeyMode: UInt32 = 0o640
    ) {
        self.directory = directory
        self.subject = subject
        self.curve = curve
        self.serverKeyMode = serverKeyMode
    }

    package var authorityPath: String { "\(directory)/ca.crt" }
    package var authorityKeyPath: String { "\(directory)/ca.key" }
    package var certificatePath: String { "\(directory)/server.crt" }
    package var keyPath: String { "\(directory)/server.key" }

    /// Blocking file work of a few milliseconds. Two processes that call it at once take turns.
    @discardableResult
    package func ensure(names: ServerNames, at now: Instant) throws -> Outcome {
        try makeDirectory()
        return try withLock {
            let (root, madeAuthority) = try authority(for: names, at: now)
            guard now < root.certificate.notAfter else { throw expired(root.certificate) }
            let key = try serverKey()
            let current = try readCertificate(certificatePath)
            // What the root permits was decided on the day it was made.
            let permitted = root.certificate.constraints?.permitted(in: names) ?? names
            let isUsable = current.map { key.matches($0) && $0.isSigned(by: root.certificate) } ?? false
            let reason = isUsable ? current?.needsRenewal(at: now, for: permitted) : nil
            if let current, isUsable, reason == nil {
                return outcome(madeAuthority, .kept, root, current, key, names, permitted)
            }
            guard let signing = root.signing else {
                guard let current, isUsable, let reason, reason != .expired else { throw noSigningKey() }
                return outcome(madeAuthority, .due(reason), root, current, key, names, permitted)
            }
            let leaf = try signing.issueLeaf(names: permitted, key: key, at: now)
            let chain = try leaf.pem() + root.certificate.pem()
            try CheckedFile.replace(certificatePath, with: chain, mode: 0o644)
            return outcome(madeAuthority, reason.map { .renewed($0) } ?? .made, root, leaf, key, names, permitted)
        }
    }
}

extension CertificateFiles {
    private struct Root {
        let certificate: Certificate
        /// Nil where this process may not read the key.
        let signing: CertificateAuthority?
    }

    private func outcome(
        _ madeAuthority: Bool, _ leaf: Outcome.Leaf, _ root: Root, _ certificate: Certificate, _ key: PrivateKey,
        _ names: ServerNames, _ permitted: ServerNames
    ) -> Outcome {
        Outcome(
            madeAuthority: madeAuthority, leaf: leaf, authority: root.certificate,
            identity: CertifiedKey(chain: [certificate, root.certificate], key: key),
            uncovered: names.subtracting(permitted))
    }

    private func authority(for names: ServerNames, at now: Instant) throws -> (Root, made: Bool) {
        let certificate = try readCertificate(authorityPath)
        do {
            let keyPEM = try CheckedFile.read(authorityKeyPath)
            guard let certificate else { throw keyAlone() }
            guard let key = try? PrivateKey(pem: keyPEM), key.matches(certificate), certificate.isAuthority else {
                throw mismatched()
            }
            return (Root(certificate: certificate, signing: .init(certificate: certificate, key: key)), false)
        } catch CheckedFile.Problem.missing {
            if let certificate { return (Root(certificate: certificate, signing: nil), false) }
        } catch CheckedFile.Problem.unreadable {
            guard let certificate else { throw keyAlone() }
            return (Root(certificate: certificate, signing: nil), false)
        } catch is CheckedFile.Problem {
            throw mismatched()
        }
        let made = try CertificateAuthority.create(
            subject: subject, constraints: NameConstraints(covering: names), curve: curve, at: now)
        // The key first: a key without its certificate is noticed, a certificate without its key is useless.
        try CheckedFile.replace(authorityKeyPath, with: made.key.pem(), mode: 0o600)
        try CheckedFile.replace(authorityPath, with: made.certificate.pem(), mode: 0o644)
        return (Root(certificate: made.certificate, signing: made), true)
    }

    /// The server's key as it is, or a new one. A file that holds no key is moved aside, not lost.
    private func serverKey() throws -> PrivateKey {
        do {
            let pem = try CheckedFile.read(keyPath)
            if let key = try? PrivateKey(pem: pem) { return key }
            rename(keyPath, "\(keyPath).unusable")
        } catch CheckedFile.Problem.unreadable {
            throw AppError(
                .invalid,
                "The server's key \(keyPath) may not be read by this user. Mend it with "
                    + "`chmod 0640 \(keyPath.shellQuoted)` and give the file to the daemon's group.")
        } catch {
            // Missing or empty: there is nothing to lose.
        }
        let key = try PrivateKey.generate(.p256)
        try CheckedFile.replace(keyPath, with: key.pem(), mode: serverKeyMode)
        return key
    }

    /// Nil when the file is missing, or holds nothing that can be read and may be replaced. The root may not: its
    /// loss must be decided by a person.
    private func readCertificate(_ path: String) throws -> Certificate? {
        let bytes: [UInt8]
        do {
            bytes = try CheckedFile.read(path)
        } catch {
            guard path != authorityPath || error == .missing else { throw mismatched() }
            return nil
        }
        let found = try? Certificate.all(inPEM: bytes).first
        guard found != nil || path != authorityPath else { throw mismatched() }
        return found
    }

    private func makeDirectory() throws {
        guard mkdir(directory, 0o750) == 0 || errno == EEXIST else {
            throw CheckedFile.unwritable(directory, errno)
        }
    }

    private func withLock<Value>(_ body: () throws -> Value) throws -> Value {
        let folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw CheckedFile.unwritable(directory, errno) }
        defer { close(folder) }
        guard flock(folder, LOCK_EX) == 0 else { throw CheckedFile.unwritable(directory, errno) }
        return try body()
    }

    private var startOver: String {
        "`mkdir \(directory.shellQuoted)/old && mv \(directory.shellQuoted)/ca.* \(directory.shellQuoted)/old/`"
    }

    private func mismatched() -> AppError {
        AppError(
            .invalid,
            "\(authorityPath) and \(authorityKeyPath) are not a certificate and key that belong together. Put both "
                + "back from a backup; or start over with \(startOver), after which every device has to trust the "
                + "new root.")
    }

    private func keyAlone() -> AppError {
        AppError(
            .invalid,
            "\(authorityKeyPath) is there but its certificate \(authorityPath) is not. Put it back from a backup or "
                + "from a device that trusts it; or start over with \(startOver).")
    }

    private func noSigningKey() -> AppError {
        AppError(
            .invalid,
            "The server certificate \(certificatePath) has to be issued anew, and \(authorityKeyPath) cannot be read "
                + "by this user. Run `installer --renew` as root.")
    }

    private func expired(_ root: Certificate) -> AppError {
        AppError(
            .invalid,
            "The local CA \(authorityPath) expired on \(root.notAfter.minuteText). Check the clock with "
                + "`timedatectl`; if it is right, start over with \(startOver).")
    }
}
