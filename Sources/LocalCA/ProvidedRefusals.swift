import Kernel

/// The sentences of what can be wrong with a provided file, each with the command that mends it.
extension ProvidedPair {
    func mismatch(_ certificates: [Certificate]) -> AppError {
        let subject = certificates.first?.subject ?? ""
        let compare =
            "`openssl x509 -in \(certificateFile.shellQuoted) -noout -pubkey` and "
            + "`openssl pkey -in \(keyFile.shellQuoted) -pubout`"
        return AppError(
            .invalid,
            "The key in \(keyFile) does not belong to the certificate in \(certificateFile) (\(subject)). "
                + "Point to the key it was made with: \(compare) must print the same.")
    }

    func refusal(ofCertificate problem: ForeignBytes.Problem) -> AppError {
        let quoted = certificateFile.shellQuoted
        let reason =
            switch problem {
            case .none(let content): "\(missing(certificate: content, quoted))"
            case .damaged:
                "is damaged. Copy it again and check it with `openssl x509 -in \(quoted) -noout -text`."
            case .encrypted, .wrongPassphrase, .oldEncryption: closed(bundle: problem, certificateFile)
            }
        return AppError(.invalid, "The certificate file \(certificateFile) \(reason)")
    }

    func refusal(ofKey problem: ForeignBytes.Problem) -> AppError {
        let quoted = keyFile.shellQuoted
        let look = "Check it with `openssl pkey -in \(quoted) -noout -text_pub`."
        let isBundle = (try? CheckedFile.read(keyFile)).map { ForeignBytes($0).isBundle } ?? false
        let reason =
            switch problem {
            case .none(let content): "\(missing(key: content)) \(look)"
            case .damaged: "is damaged: its text is a key's, its content is not. \(look)"
            case .encrypted, .wrongPassphrase, .oldEncryption:
                isBundle ? closed(bundle: problem, keyFile) : closed(key: problem)
            }
        return AppError(.invalid, "The key file \(keyFile) \(reason)")
    }

    private func missing(certificate content: ForeignBytes.Content, _ quoted: String) -> String {
        let look = "Check it with `openssl x509 -in \(quoted) -noout -subject`."
        switch content {
        case .key, .publicKey, .sshKey:
            return "holds a key but no certificate; were the certificate and key files swapped? \(look)"
        case .request: return "holds a signing request, not the certificate an authority made of it. \(look)"
        case .pkcs7(let isDER):
            let form = isDER ? "-inform DER " : ""
            return "is a PKCS#7 bundle. Unpack it with "
                + "`openssl pkcs7 \(form)-print_certs -in \(quoted) -out server.crt`."
        case .bundle:
            return "is a PKCS#12 bundle without a certificate. See what it holds with "
                + "`openssl pkcs12 -in \(quoted) -info -noout`."
        case .certificate, .unknown: return "holds no certificate. \(look)"
        }
    }

    private func missing(key content: ForeignBytes.Content) -> String {
        switch content {
        case .certificate: "holds a certificate but no private key; were the certificate and key files swapped?"
        case .publicKey: "holds a public key; the private one is wanted."
        case .sshKey: "holds an SSH key, which TLS cannot use."
        case .request: "holds a signing request but no private key."
        case .bundle: "is a PKCS#12 bundle without a private key."
        case .key, .pkcs7, .unknown: "holds no private key."
        }
    }

    private func closed(key problem: ForeignBytes.Problem) -> String {
        let form = problem == .encrypted(isDER: true) ? "-inform DER " : ""
        let decrypt =
            "`openssl pkey \(form)-in \(keyFile.shellQuoted) -out \((keyFile + ".plain").shellQuoted)`"
        guard case .encrypted = problem else {
            return "does not open with this passphrase. Try it with \(decrypt), which asks for it."
        }
        return "is encrypted, and a daemon cannot type its passphrase. Give the passphrase to "
            + "`installer --https provided --passphrase-file FILE`; or decrypt it with \(decrypt), give it mode 0640, "
            + "and point the key file there."
    }

    private func closed(bundle problem: ForeignBytes.Problem, _ file: String) -> String {
        let quoted = file.shellQuoted
        let unpack = "`openssl pkcs12 -in \(quoted) -nodes -out server.pem`"
        return switch problem {
        case .wrongPassphrase:
            "is a PKCS#12 bundle that does not open with this passphrase. Try it with "
                + "`openssl pkcs12 -in \(quoted) -info -noout`, which asks for it."
        case .oldEncryption:
            "is a PKCS#12 bundle with encryption that OpenSSL 3 has switched off. Convert it with "
                + "`openssl pkcs12 -legacy -in \(quoted) -nodes -out server.pem` and give server.pem instead."
        default:
            "is a PKCS#12 bundle with a passphrase, which a daemon cannot type. Give the passphrase to "
                + "`installer --https provided --passphrase-file FILE`; or unpack it with \(unpack) and give server.pem."
        }
    }
}
