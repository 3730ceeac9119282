internal import COpenSSL
import Kernel

/// Fills in one certificate, in the order OpenSSL wants it: names and key first, extensions after the issuer.
final class CertificateBuilder {
    private let handle: CertificateHandle
    private var issuer: CertificateHandle?

    init(from start: Instant, until end: Instant) throws {
        handle = CertificateHandle(owning: try check(X509_new(), "make a certificate"))
        try check(X509_set_version(handle.raw, 2), "set the version")
        let number = try check(BN_new(), "make a serial number")
        defer { BN_free(number) }
        try check(BN_rand(number, 128, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY), "draw a serial number")
        _ = try check(BN_to_ASN1_INTEGER(number, X509_get_serialNumber(handle.raw)), "set the serial number")
        _ = try check(ASN1_TIME_set(X509_getm_notBefore(handle.raw), start.seconds), "set the start")
        _ = try check(ASN1_TIME_set(X509_getm_notAfter(handle.raw), end.seconds), "set the end")
    }

    func setSubject(_ parts: [(field: String, value: String)]) throws {
        let name = try check(X509_get_subject_name(handle.raw), "set the subject")
        for part in parts {
            try check(cb_add_name(name, part.field, part.value), "set the subject")
        }
    }

    func setKey(_ key: PrivateKey) throws {
        try KeyHandle(der: key.der).use { try check(X509_set_pubkey(handle.raw, $0), "set the key") }
    }

    func copySubjectAndKey(of other: Certificate) throws {
        let source = try CertificateHandle(der: other.der)
        try source.use { source in
            try check(X509_set_subject_name(handle.raw, X509_get_subject_name(source)), "set the subject")
            try check(X509_set_pubkey(handle.raw, X509_get0_pubkey(source)), "set the key")
        }
    }

    /// Nil means the certificate issues itself.
    func issue(by authority: Certificate?) throws {
        issuer = try authority.map { try CertificateHandle(der: $0.der) }
        let name = X509_get_subject_name(issuer?.raw ?? handle.raw)
        try check(X509_set_issuer_name(handle.raw, name), "set the issuer")
    }

    func add(_ kind: Int32, _ value: String) throws {
        var context = X509V3_CTX()
        cb_set_context(&context, issuer?.raw ?? handle.raw, handle.raw)
        let part = try check(X509V3_EXT_conf_nid(nil, &context, kind, value), "make the extension \(value)")
        defer { X509_EXTENSION_free(part) }
        try check(X509_add_ext(handle.raw, part, -1), "add the extension \(value)")
    }

    func signed(by key: PrivateKey) throws -> Certificate {
        try KeyHandle(der: key.der).use { signer in
            try check(X509_sign(handle.raw, signer, EVP_sha256()), "sign the certificate")
        }
        return try Certificate(handle: handle)
    }
}
