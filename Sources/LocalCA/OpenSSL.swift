internal import COpenSSL

/// What libcrypto said, for the log. OpenSSL keeps its errors in a queue per thread, so the queue is drained
/// at the call that failed; otherwise the next failure would report this one.
struct OpenSSLError: Error, CustomStringConvertible {
    let description: String

    init(_ what: String) {
        var reasons: [String] = []
        var buffer = [CChar](repeating: 0, count: 256)
        while case let code = ERR_get_error(), code != 0 {
            ERR_error_string_n(code, &buffer, buffer.count)
            reasons.append(buffer.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" })
        }
        description = reasons.isEmpty ? what : "\(what): \(reasons.joined(separator: "; "))"
    }
}

/// OpenSSL answers 1 for success; 0 and negative numbers are failures.
func check(_ result: Int32, _ what: String) throws {
    guard result > 0 else { throw OpenSSLError(what) }
}

func check<Pointer>(_ pointer: Pointer?, _ what: String) throws -> Pointer {
    guard let pointer else { throw OpenSSLError(what) }
    return pointer
}

/// Owns one `X509`. Lives for the length of a call; what outlives it is a `Certificate`, which is a plain value.
final class CertificateHandle {
    let raw: OpaquePointer

    init(owning raw: OpaquePointer) { self.raw = raw }

    convenience init(der: [UInt8]) throws {
        let handle = der.withUnsafeBufferPointer { bytes in
            var cursor = bytes.baseAddress
            return d2i_X509(nil, &cursor, bytes.count)
        }
        self.init(owning: try check(handle, "read a certificate"))
    }

    deinit { X509_free(raw) }

    /// The pointer, for the length of a call: Swift may otherwise release a handle right after its last mention.
    func use<Value>(_ body: (OpaquePointer) throws -> Value) rethrows -> Value {
        try withExtendedLifetime(self) { try body(raw) }
    }

    func der() throws -> [UInt8] { try encoded { i2d_X509(raw, $0) } }
}

/// Owns one `EVP_PKEY`.
final class KeyHandle {
    let raw: OpaquePointer

    init(owning raw: OpaquePointer) { self.raw = raw }

    convenience init(der: [UInt8]) throws {
        let handle = der.withUnsafeBufferPointer { bytes in
            var cursor = bytes.baseAddress
            return d2i_AutoPrivateKey(nil, &cursor, bytes.count)
        }
        self.init(owning: try check(handle, "read a private key"))
    }

    deinit { EVP_PKEY_free(raw) }

    /// The pointer, for the length of a call: Swift may otherwise release a handle right after its last mention.
    func use<Value>(_ body: (OpaquePointer) throws -> Value) rethrows -> Value {
        try withExtendedLifetime(self) { try body(raw) }
    }
}

/// Runs an `i2d_…` function twice, as OpenSSL asks: once for the length, once for the bytes.
func encoded(_ encode: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32) throws -> [UInt8] {
    let length = encode(nil)
    try check(length, "encode")
    return [UInt8](unsafeUninitializedCapacity: Int(length)) { buffer, count in
        var cursor = buffer.baseAddress
        count = Int(max(0, encode(&cursor)))
    }
}

/// What `write` puts into a memory BIO.
func bytesWritten(_ write: (OpaquePointer) throws -> Void) throws -> [UInt8] {
    let bio = try check(BIO_new(BIO_s_mem()), "make a buffer")
    defer { BIO_free_all(bio) }
    try write(bio)
    var start: UnsafeMutablePointer<CChar>?
    let length = cb_bio_memory(bio, &start)
    return [UInt8](UnsafeRawBufferPointer(start: start, count: length))
}

func withReader<Value>(_ bytes: [UInt8], _ read: (OpaquePointer) throws -> Value) throws -> Value {
    try bytes.withUnsafeBytes { buffer in
        let bio = try check(BIO_new_mem_buf(buffer.baseAddress, Int32(buffer.count)), "make a buffer")
        defer { BIO_free_all(bio) }
        return try read(bio)
    }
}

package enum Digest {
    /// The SHA-256 digest of `bytes`, 32 bytes long.
    package static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { buffer, count in
            var length: UInt32 = 0
            EVP_Digest(bytes, bytes.count, buffer.baseAddress, &length, EVP_sha256(), nil)
            count = Int(length)
        }
    }
}

extension Sequence<UInt8> {
    func hexadecimal(separator: String = "") -> String {
        map { byte in
            let digits = String(byte, radix: 16, uppercase: true)
            return digits.count == 1 ? "0" + digits : digits
        }.joined(separator: separator)
    }
}
