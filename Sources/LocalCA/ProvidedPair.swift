internal import COpenSSL
import Kernel

/// The certificate chain and key an administrator provides (`tls.mode: provided`).
///
/// Accepts PEM and DER, keys as PKCS#8, PKCS#1 and SEC1, and a chain in any order. Everything else is refused with
/// one sentence that names the file, what is wrong, and the command that mends it.
package struct ProvidedPair: Sendable {
    package let certificateFile: String
    package let keyFile: String

    package init(certificateFile: String, keyFile: String) {
        self.certificateFile = certificateFile
        self.keyFile = keyFile
    }

    /// Blocking file work; throws `AppError(.invalid)` only.
    package func load(at now: Instant) throws -> CertifiedKey {
        let certificates = try self.certificates(in: read(certificateFile, as: "certificate"))
        let key = try self.key(in: read(keyFile, as: "key"))
        guard let leaf = certificates.first(where: key.matches) else { throw mismatch(certificates) }
        try checkStrength(key)
        try checkDates(leaf, at: now)
        return CertifiedKey(chain: Self.chain(from: leaf, among: certificates), key: key)
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
    private func read(_ file: String, as what: String) throws -> [UInt8] {
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

    private func certificates(in bytes: [UInt8]) throws -> [Certificate] {
        let quoted = certificateFile.shellQuoted
        do {
            let found = try Certificate.all(inPEM: bytes)
            if !found.isEmpty { return found }
            if let single = try? Certificate(der: bytes) { return [single] }
        } catch {
            throw AppError(
                .invalid,
                "The certificate file \(certificateFile) is damaged. Copy it again and check it with "
                    + "`openssl x509 -in \(quoted) -noout -text`.", cause: error)
        }
        if Self.isPKCS12(bytes) { throw bundle(certificateFile, "certificate") }
        let text = String(decoding: bytes, as: UTF8.self)
        let reason =
            switch true {
            case text.contains("PRIVATE KEY-----"):
                "holds a private key but no certificate; were the certificate and key files swapped?"
            case text.contains("BEGIN CERTIFICATE REQUEST"):
                "holds a signing request, not the certificate an authority made of it."
            case text.contains("BEGIN PKCS7"):
                "is a PKCS#7 bundle. Unpack it with `openssl pkcs7 -print_certs -in \(quoted) -out server.crt`."
            default: "holds no certificate."
            }
        throw AppError(
            .invalid,
            "The certificate file \(certificateFile) \(reason) "
                + "Check it with `openssl x509 -in \(quoted) -noout -subject`.")
    }

    private func key(in bytes: [UInt8]) throws -> PrivateKey {
        let text = String(decoding: bytes, as: UTF8.self)
        let quoted = keyFile.shellQuoted
        if text.contains("BEGIN ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED") {
            throw encrypted("")
        }
        if text.contains("-----BEGIN") {
            if let key = try? PrivateKey(pem: bytes) { return key }
        } else {
            if let key = try? PrivateKey(anyDER: bytes) { return key }
            if Self.isPKCS12(bytes) { throw bundle(keyFile, "key") }
            if Self.isEncryptedPKCS8(bytes) { throw encrypted("-inform DER ") }
        }
        let reason =
            switch true {
            case text.contains("PRIVATE KEY-----"): "is damaged: its text is a key's, its content is not."
            case text.contains("BEGIN CERTIFICATE"):
                "holds a certificate but no private key; were the certificate and key files swapped?"
            case text.contains("BEGIN PUBLIC KEY"): "holds a public key; the private one is wanted."
            case text.contains("OPENSSH PRIVATE KEY"): "holds an SSH key, which TLS cannot use."
            default: "holds no private key."
            }
        throw AppError(
            .invalid,
            "The key file \(keyFile) \(reason) Check it with `openssl pkey -in \(quoted) -noout -text_pub`.")
    }

    private func checkStrength(_ key: PrivateKey) throws {
        let reason: String
        switch key.family {
        case .ellipticCurve: return
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

    private func mismatch(_ certificates: [Certificate]) -> AppError {
        let subject = certificates.first?.subject ?? ""
        let compare =
            "`openssl x509 -in \(certificateFile.shellQuoted) -noout -pubkey` and "
            + "`openssl pkey -in \(keyFile.shellQuoted) -pubout`"
        return AppError(
            .invalid,
            "The key in \(keyFile) does not belong to the certificate in \(certificateFile) (\(subject)). "
                + "Point to the key it was made with: \(compare) must print the same.")
    }

    private func encrypted(_ form: String) -> AppError {
        AppError(
            .invalid,
            "The key file \(keyFile) is encrypted, and a daemon cannot type its password. Decrypt it with "
                + "`openssl pkey \(form)-in \(keyFile.shellQuoted) -out \((keyFile + ".plain").shellQuoted)`, "
                + "give it mode 0640, and point the key file there.")
    }

    private func bundle(_ file: String, _ what: String) -> AppError {
        AppError(
            .invalid,
            "The \(what) file \(file) is a PKCS#12 bundle. Unpack it with "
                + "`openssl pkcs12 -in \(file.shellQuoted) -nokeys -out server.crt` and "
                + "`openssl pkcs12 -in \(file.shellQuoted) -nocerts -nodes -out server.key`.")
    }

    private static func isPKCS12(_ bytes: [UInt8]) -> Bool {
        parses(bytes) { d2i_PKCS12(nil, &$0, $1).map { PKCS12_free($0) } }
    }

    private static func isEncryptedPKCS8(_ bytes: [UInt8]) -> Bool {
        parses(bytes) { d2i_X509_SIG(nil, &$0, $1).map { X509_SIG_free($0) } }
    }

    private static func parses(_ bytes: [UInt8], _ read: (inout UnsafePointer<UInt8>?, Int) -> Void?) -> Bool {
        defer { ERR_clear_error() }
        return bytes.withUnsafeBufferPointer { buffer in
            var cursor = buffer.baseAddress
            return read(&cursor, buffer.count) != nil
        }
    }
}
