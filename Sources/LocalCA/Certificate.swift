internal import COpenSSL
import Glibc
import Kernel

/// One X.509 certificate as its bytes and the few facts that decide something here.
package struct Certificate: Sendable, Hashable {
    package let der: [UInt8]
    /// The whole distinguished name in one line, for messages: `O = …, CN = …`.
    package let subject: String
    package let issuer: String
    package let notBefore: Instant
    package let notAfter: Instant
    package let isAuthority: Bool
    /// How many authorities may stand between this one and a server's certificate; nil where that is not limited.
    package let pathLength: Int?
    /// Whether it may stand for a TLS server at all.
    package let isForServers: Bool
    /// Signed over SHA-1 or MD5.
    package let hasWeakSignature: Bool
    package let names: ServerNames
    /// What a root may vouch for; nil where it may vouch for anything.
    package let constraints: NameConstraints?
    let subjectBytes: [UInt8]
    let issuerBytes: [UInt8]
    let keyBytes: [UInt8]

    package init(der: [UInt8]) throws {
        try self.init(handle: CertificateHandle(der: der))
    }

    init(handle: CertificateHandle) throws {
        let raw = handle.raw
        der = try handle.der()
        let subjectName = try check(X509_get_subject_name(raw), "read a subject")
        let issuerName = try check(X509_get_issuer_name(raw), "read an issuer")
        subject = try Self.line(subjectName)
        issuer = try Self.line(issuerName)
        subjectBytes = try encoded { i2d_X509_NAME(subjectName, $0) }
        issuerBytes = try encoded { i2d_X509_NAME(issuerName, $0) }
        let publicKey = try check(X509_get_X509_PUBKEY(raw), "read a public key")
        keyBytes = try encoded { i2d_X509_PUBKEY(publicKey, $0) }
        notBefore = try Self.instant(X509_get0_notBefore(raw))
        notAfter = try Self.instant(X509_get0_notAfter(raw))
        isAuthority = X509_check_ca(raw) > 0
        let length = X509_get_pathlen(raw)
        pathLength = length < 0 ? nil : length
        isForServers = X509_check_purpose(raw, X509_PURPOSE_SSL_SERVER, 0) == 1
        hasWeakSignature = Self.isWeak(signature: X509_get_signature_nid(raw))
        names = Self.names(in: raw)
        constraints = Self.constraints(in: raw)
        ERR_clear_error()
    }

    /// Every certificate of a PEM text, in its order; anything between the blocks is passed over.
    package static func all(inPEM pem: [UInt8]) throws -> [Certificate] {
        try withReader(pem) { bio in
            var found: [Certificate] = []
            while let raw = PEM_read_bio_X509(bio, nil, nil, nil) {
                found.append(try Certificate(handle: CertificateHandle(owning: raw)))
            }
            let code = ERR_peek_last_error()
            guard code == 0 || cb_error_reason(code) == PEM_R_NO_START_LINE else {
                throw OpenSSLError("read a certificate")
            }
            ERR_clear_error()
            return found
        }
    }

    package func pem() throws -> [UInt8] {
        try CertificateHandle(der: der).use { certificate in
            try bytesWritten { try check(PEM_write_bio_X509($0, certificate), "encode a certificate") }
        }
    }

    /// As people compare it: `AB:CD:…`, 32 pairs.
    package var fingerprintSHA256: String { Digest.sha256(der).hexadecimal(separator: ":") }

    package var isSelfIssued: Bool { subjectBytes == issuerBytes }

    /// Whether `issuer` signed this one: its name and its signature, not its dates.
    package func isSigned(by issuer: Certificate) -> Bool {
        guard issuerBytes == issuer.subjectBytes, let own = try? CertificateHandle(der: der),
            let other = try? CertificateHandle(der: issuer.der)
        else { return false }
        let isSigned = own.use { own in other.use { X509_verify(own, X509_get0_pubkey($0)) == 1 } }
        ERR_clear_error()
        return isSigned
    }
}

extension Certificate {
    private static func line(_ name: OpaquePointer) throws -> String {
        let bytes = try bytesWritten { bio in
            guard cb_print_name(bio, name) >= 0 else { throw OpenSSLError("print a name") }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func instant(_ time: UnsafePointer<ASN1_TIME>?) throws -> Instant {
        var parts = tm()
        try check(ASN1_TIME_to_tm(time, &parts), "read a date")
        return Instant(milliseconds: Int64(timegm(&parts)) * 1000)
    }

    private static func isWeak(signature: Int32) -> Bool {
        var digest: Int32 = 0
        guard OBJ_find_sigid_algs(signature, &digest, nil) == 1 else { return false }
        return digest == NID_sha1 || digest == NID_md5
    }

    private static func names(in raw: OpaquePointer) -> ServerNames {
        guard let list = cb_alternative_names(raw) else { return ServerNames() }
        defer { cb_names_free(list) }
        var names = ServerNames()
        for index in 0..<cb_names_count(list) {
            var start: UnsafePointer<UInt8>?
            var length: Int32 = 0
            let type = cb_name_at(list, index, &start, &length)
            let bytes = [UInt8](UnsafeBufferPointer(start: start, count: Int(length)))
            switch type {
            case GEN_DNS: names.insert(dns: String(decoding: bytes, as: UTF8.self))
            case GEN_IPADD: names.insert(addressBytes: bytes)
            default: break
            }
        }
        return names
    }

    private static func constraints(in raw: OpaquePointer) -> NameConstraints? {
        guard let list = cb_constraints(raw) else { return nil }
        defer { cb_constraints_free(list) }
        var dns: Set<String> = []
        var ranges: Set<String> = []
        for index in 0..<cb_permitted_count(list) {
            var start: UnsafePointer<UInt8>?
            var length: Int32 = 0
            let type = cb_permitted_at(list, index, &start, &length)
            let bytes = [UInt8](UnsafeBufferPointer(start: start, count: Int(length)))
            if type == GEN_DNS {
                dns.insert(String(decoding: bytes, as: UTF8.self).lowercased())
            } else if type == GEN_IPADD, let address = ServerNames.addressText(Array(bytes.prefix(bytes.count / 2))),
                let mask = ServerNames.addressText(Array(bytes.suffix(bytes.count / 2)))
            {
                ranges.insert("\(address)/\(mask)")
            }
        }
        return NameConstraints(dns: dns, ranges: ranges)
    }
}
