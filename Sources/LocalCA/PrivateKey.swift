internal import COpenSSL

/// A private key as plain PKCS#8 bytes. It is parsed again at each use: that costs microseconds, happens a few times
/// in ninety days, and leaves no C handle to share between threads. It never prints its bytes.
package struct PrivateKey: Sendable, Equatable {
    package enum Curve: String, Sendable, CaseIterable {
        case p256 = "P-256"
        case p384 = "P-384"
    }

    /// PKCS#8, unencrypted.
    package let der: [UInt8]

    init(der: [UInt8]) { self.der = der }

    init(handle: KeyHandle) throws {
        der = try bytesWritten { bio in
            try check(i2d_PKCS8PrivateKey_bio(bio, handle.raw, nil, nil, 0, nil, nil), "encode a private key")
        }
    }

    package static func generate(_ curve: Curve) throws -> PrivateKey {
        try PrivateKey(handle: KeyHandle(owning: try check(cb_generate_ec(curve.rawValue), "make a key")))
    }

    /// Reads PKCS#8, PKCS#1 or SEC1, as PEM. An encrypted key throws; nothing is ever asked for on the terminal.
    package init(pem: [UInt8]) throws {
        try self.init(handle: withReader(pem) { KeyHandle(owning: try check(cb_read_pem_key($0), "read a key")) })
    }

    /// Reads PKCS#8, PKCS#1 or SEC1, as DER.
    package init(anyDER der: [UInt8]) throws {
        try self.init(handle: KeyHandle(der: der))
    }

    package func pem() throws -> [UInt8] {
        try KeyHandle(der: der).use { key in
            try bytesWritten { bio in
                try check(PEM_write_bio_PKCS8PrivateKey(bio, key, nil, nil, 0, nil, nil), "encode a private key")
            }
        }
    }

    package func matches(_ certificate: Certificate) -> Bool {
        guard let key = try? KeyHandle(der: der), let handle = try? CertificateHandle(der: certificate.der) else {
            return false  // Neither half can be read, so they do not belong together.
        }
        let isMatch = handle.use { other in key.use { X509_check_private_key(other, $0) == 1 } }
        ERR_clear_error()
        return isMatch
    }

    private static func curveName(_ key: OpaquePointer) -> String {
        var name = [CChar](repeating: 0, count: 64)
        guard EVP_PKEY_get_group_name(key, &name, name.count, nil) == 1 else { return "" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// A curve by OpenSSL's short name.
    enum Family { case ellipticCurve(String), rsa(bits: Int), other }

    var family: Family {
        guard let key = try? KeyHandle(der: der) else { return .other }  // The caller then refuses it by name.
        return key.use { key in
            switch EVP_PKEY_get_base_id(key) {
            case EVP_PKEY_EC: .ellipticCurve(Self.curveName(key))
            case EVP_PKEY_RSA: .rsa(bits: Int(EVP_PKEY_get_bits(key)))
            default: .other
            }
        }
    }
}

extension PrivateKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "[secret]" }
    package var debugDescription: String { "[secret]" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
