import Kernel

/// The certificate chain and key an administrator provides (`tls.mode: provided`, `installer --https provided`).
///
/// Accepts PEM, DER and PKCS#12, keys as PKCS#8, PKCS#1 and SEC1, encrypted ones with their passphrase, and a chain in
/// any order. Everything else is refused with one sentence that names the file, what is wrong, and the command that
/// mends it.
package struct ProvidedPair: Sendable {
    package let certificateFile: String
    /// The same as `certificateFile` where one file holds both.
    package let keyFile: String

    package init(certificateFile: String, keyFile: String? = nil) {
        self.certificateFile = certificateFile
        self.keyFile = keyFile ?? certificateFile
    }

    /// What has to be read again when it changes.
    package var files: [String] { certificateFile == keyFile ? [certificateFile] : [certificateFile, keyFile] }

    /// The chain in order, leaf first, and the key in the clear: what `CertifiedKey` writes as PEM is ready to serve.
    /// Blocking file work; throws `AppError(.invalid)` only.
    package func load(at now: Instant, passphrase: Secret<String>? = nil) throws -> CertifiedKey {
        let certificates = try self.certificates(passphrase)
        let key = try self.key(passphrase)
        // A file may still hold the certificate of the year before, made with the same key.
        let matching = certificates.filter(key.matches)
        let valid = matching.filter { now >= $0.notBefore && now < $0.notAfter }
        guard let leaf = (valid.isEmpty ? matching : valid).max(by: { $0.notAfter < $1.notAfter }) else {
            throw mismatch(certificates)
        }
        try checkStrength(key)
        try checkUse(leaf)
        try checkDates(leaf, at: now)
        return CertifiedKey(chain: Self.chain(from: leaf, among: certificates), key: key)
    }

    /// The first line of a file that holds a passphrase.
    package static func passphrase(inFile file: String) throws -> Secret<String> {
        let text = String(decoding: try read(file, as: "passphrase"), as: UTF8.self)
        let line = text.prefix { !$0.isNewline }
        guard !line.isEmpty, !line.contains("\0") else {
            throw AppError(
                .invalid,
                "The passphrase file \(file) does not begin with a passphrase. Write it on the first line and nothing "
                    + "before it.")
        }
        return Secret(String(line))
    }

    /// From the leaf upwards by signature; what does not belong to it is left out.
    static func chain(from leaf: Certificate, among certificates: [Certificate]) -> [Certificate] {
        var chain = [leaf]
        var rest = certificates.filter { $0 != leaf }
        while let last = chain.last, !last.isSelfIssued, let next = rest.firstIndex(where: last.isSigned(by:)) {
            chain.append(rest.remove(at: next))
        }
        return chain
    }
}

extension ProvidedPair {
    static func read(_ file: String, as what: String) throws -> [UInt8] {
        do {
            return try CheckedFile.read(file)
        } catch {
            let quoted = file.shellQuoted
            let rest =
                switch error {
                case .missing: "does not exist. Check the path with `ls -l \(quoted)`."
                case .directory: "is a directory; the file itself is wanted. See what it holds with `ls -l \(quoted)`."
                case .empty: "is empty. Copy the file again; `ls -l \(quoted)` must then show a size above 0."
                case .tooLarge: "is larger than a megabyte, so it is not a \(what). Look with `file \(quoted)`."
                case .unreadable:
                    "may not be read by the daemon. Mend it with "
                        + "`chgrp circuit-breaker \(quoted) && chmod 0640 \(quoted)`; the folders above it need `x`."
                case .failed(let code): "cannot be read: \(CheckedFile.text(code)). Look with `stat \(quoted)`."
                }
            throw AppError(.invalid, "The \(what) file \(file) \(rest)", cause: error)
        }
    }

    private func certificates(_ passphrase: Secret<String>?) throws -> [Certificate] {
        do {
            return try ForeignBytes(Self.read(certificateFile, as: "certificate"), passphrase: passphrase)
                .certificates()
        } catch let problem as ForeignBytes.Problem {
            throw refusal(ofCertificate: problem)
        }
    }

    private func key(_ passphrase: Secret<String>?) throws -> PrivateKey {
        do {
            return try ForeignBytes(Self.read(keyFile, as: "key"), passphrase: passphrase).key()
        } catch let problem as ForeignBytes.Problem {
            throw refusal(ofKey: problem)
        }
    }

    private func checkStrength(_ key: PrivateKey) throws {
        let reason: String
        switch key.family {
        case .ellipticCurve(let name) where ["prime256v1", "secp384r1", "secp521r1"].contains(name): return
        case .ellipticCurve(let name): reason = "is on the curve \(name), which browsers do not take for TLS"
        case .rsa(let bits) where bits >= 2048: return
        case .rsa(let bits): reason = "is an RSA key of \(bits) bits, which browsers refuse"
        case .other: reason = "is of a kind browsers do not take for TLS"
        }
        throw AppError(
            .invalid,
            "The key file \(keyFile) \(reason). Make a new one with "
                + "`openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out server.key` and have it certified."
        )
    }

    private func checkUse(_ leaf: Certificate) throws {
        guard !leaf.isForServers else { return }
        throw AppError(
            .invalid,
            "The certificate in \(certificateFile) (\(leaf.subject)) is not for servers: its extended key usage lacks "
                + "TLS Web Server Authentication. Have another one made; "
                + "`openssl x509 -in \(certificateFile.shellQuoted) -noout -purpose` shows what it is for.")
    }

    private func checkDates(_ leaf: Certificate, at now: Instant) throws {
        let look = "`openssl x509 -in \(certificateFile.shellQuoted) -noout -dates`"
        if now >= leaf.notAfter {
            throw AppError(
                .invalid,
                "The certificate in \(certificateFile) (\(leaf.subject)) expired on \(leaf.notAfter.minuteText). "
                    + "Renew it and reload; \(look) shows its dates.")
        }
        if now < leaf.notBefore {
            throw AppError(
                .invalid,
                "The certificate in \(certificateFile) (\(leaf.subject)) is valid only from "
                    + "\(leaf.notBefore.minuteText). Check this machine's clock with `timedatectl`, and \(look).")
        }
    }
}
