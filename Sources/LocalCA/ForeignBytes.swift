internal import COpenSSL
import Kernel

/// Reads certificates and keys out of bytes that others made, in every common form. Pure: no files, no sentences; what
/// is wrong comes out as a case. Never asks on the terminal.
struct ForeignBytes {
    enum Problem: Error, Equatable {
        /// Nothing of the kind is in it; what is in it instead.
        case none(Content)
        /// The frame is right and the content is not.
        case damaged
        case encrypted(isDER: Bool)
        case wrongPassphrase
        /// The passphrase is right, and the method is one that OpenSSL 3 has switched off.
        case oldEncryption
    }

    enum Content: Equatable {
        case key, publicKey, sshKey, certificate, request, pkcs7(isDER: Bool), bundle, unknown
    }

    let bytes: [UInt8]
    let passphrase: Secret<String>?

    init(_ bytes: [UInt8], passphrase: Secret<String>? = nil) {
        self.bytes = bytes
        self.passphrase = passphrase
    }

    /// At least one certificate, in the order of the file.
    func certificates() throws(Problem) -> [Certificate] {
        guard let found = try? Certificate.all(inPEM: bytes) else { throw .damaged }
        if !found.isEmpty { return found }
        if let single = try? Certificate(der: bytes) { return [single] }
        if isBundle {
            let certificates = try bundle().certificates
            guard !certificates.isEmpty else { throw .none(.bundle) }
            return certificates
        }
        throw .none(content)
    }

    func key() throws(Problem) -> PrivateKey {
        let text = self.text
        if text.contains("BEGIN ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED") {
            guard let passphrase else { throw .encrypted(isDER: false) }
            return try opened(by: passphrase, cb_read_pem_key_with)
        }
        if text.contains("-----BEGIN") {
            if let key = try? PrivateKey(pem: bytes) { return key }
            throw text.contains("PRIVATE KEY-----") && !text.contains("OPENSSH") ? .damaged : .none(content)
        }
        if let key = try? PrivateKey(anyDER: bytes) { return key }
        if isBundle {
            guard let key = try bundle().key else { throw .none(.bundle) }
            return key
        }
        guard isEncryptedPKCS8 else { throw .none(content) }
        guard let passphrase else { throw .encrypted(isDER: true) }
        return try opened(by: passphrase, cb_read_pkcs8_with)
    }

    /// PKCS#12, as Windows, keytool and some authorities hand it out. A bundle without a passphrase is opened without.
    private func bundle() throws(Problem) -> (key: PrivateKey?, certificates: [Certificate]) {
        defer { ERR_clear_error() }
        let bundle = bytes.withUnsafeBufferPointer { buffer in
            var cursor = buffer.baseAddress
            return d2i_PKCS12(nil, &cursor, buffer.count)
        }
        guard let bundle else { throw .damaged }
        defer { PKCS12_free(bundle) }
        let isSealed = PKCS12_mac_present(bundle) != 0
        let word = passphrase?.reveal() ?? ""
        if isSealed {
            let isOpen =
                word.withCString { PKCS12_verify_mac(bundle, $0, -1) == 1 }
                || (word.isEmpty && PKCS12_verify_mac(bundle, nil, 0) == 1)
            guard isOpen else { throw passphrase == nil ? .encrypted(isDER: true) : .wrongPassphrase }
        }
        var key: OpaquePointer?
        var leaf: OpaquePointer?
        var others: OpaquePointer?
        guard word.withCString({ cb_open_pkcs12(bundle, $0, &key, &leaf, &others) }) == 1 else {
            throw isSealed ? .oldEncryption : .damaged
        }
        let keyHandle = key.map(KeyHandle.init(owning:))
        let leafHandle = leaf.map(CertificateHandle.init(owning:))
        let list = others.map(CertificateList.init(owning:))
        do {
            let rest = try list?.certificates ?? []
            return (
                try keyHandle.map(PrivateKey.init(handle:)),
                try (leafHandle.map { [try Certificate(handle: $0)] } ?? []) + rest
            )
        } catch {
            throw .damaged
        }
    }

    private func opened(
        by passphrase: Secret<String>, _ read: (OpaquePointer?, UnsafePointer<CChar>?) -> OpaquePointer?
    ) throws(Problem) -> PrivateKey {
        defer { ERR_clear_error() }
        do {
            return try passphrase.reveal().withCString { word in
                try withReader(bytes) { bio in
                    try PrivateKey(handle: KeyHandle(owning: try check(read(bio, word), "open a key")))
                }
            }
        } catch {
            throw .wrongPassphrase
        }
    }

    // MARK: What it is

    private var text: String { String(decoding: bytes, as: UTF8.self) }

    private var content: Content {
        let text = self.text
        switch true {
        case text.contains("OPENSSH PRIVATE KEY"): return .sshKey
        case text.contains("PRIVATE KEY-----"): return .key
        case text.contains("BEGIN PUBLIC KEY"): return .publicKey
        case text.contains("BEGIN CERTIFICATE REQUEST"), text.contains("BEGIN NEW CERTIFICATE REQUEST"):
            return .request
        case text.contains("BEGIN PKCS7"): return .pkcs7(isDER: false)
        case text.contains("BEGIN CERTIFICATE"), text.contains("BEGIN TRUSTED CERTIFICATE"),
            parses({ d2i_X509(nil, &$0, $1).map { X509_free($0) } }):
            return .certificate
        case parses({ d2i_AutoPrivateKey(nil, &$0, $1).map { EVP_PKEY_free($0) } }), isEncryptedPKCS8: return .key
        case parses({ d2i_X509_REQ(nil, &$0, $1).map { X509_REQ_free($0) } }): return .request
        case parses({ d2i_PKCS7(nil, &$0, $1).map { PKCS7_free($0) } }): return .pkcs7(isDER: true)
        case isBundle: return .bundle
        default: return .unknown
        }
    }

    var isBundle: Bool { parses { d2i_PKCS12(nil, &$0, $1).map { PKCS12_free($0) } } }

    private var isEncryptedPKCS8: Bool { parses { d2i_X509_SIG(nil, &$0, $1).map { X509_SIG_free($0) } } }

    private func parses(_ read: (inout UnsafePointer<UInt8>?, Int) -> Void?) -> Bool {
        defer { ERR_clear_error() }
        return bytes.withUnsafeBufferPointer { buffer in
            var cursor = buffer.baseAddress
            return read(&cursor, buffer.count) != nil
        }
    }
}
