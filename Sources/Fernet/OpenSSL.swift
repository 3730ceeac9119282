internal import COpenSSL

/// What Fernet needs of libcrypto, each wrapped once.
enum OpenSSL {
    struct Failure: Error, CustomStringConvertible {
        let description: String

        /// Takes the errors of this thread from libcrypto's queue, or the next failure would report them.
        init(_ what: String) {
            let code = ERR_get_error()
            ERR_clear_error()
            var buffer = [CChar](repeating: 0, count: 256)
            ERR_error_string_n(code, &buffer, buffer.count)
            let reason = buffer.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
            description = code == 0 ? what : "\(what): \(reason)"
        }
    }

    static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { buffer, count in
            var length: UInt32 = 0
            EVP_Digest(bytes, bytes.count, buffer.baseAddress, &length, EVP_sha256(), nil)
            count = Int(length)
        }
    }

    static func hmacSHA256(of bytes: ArraySlice<UInt8>, key: ArraySlice<UInt8>) throws -> [UInt8] {
        var length: UInt32 = 0
        var digest = [UInt8](repeating: 0, count: 32)
        let isDone = key.withUnsafeBytes { key in
            bytes.withUnsafeBytes { bytes in
                HMAC(
                    EVP_sha256(), key.baseAddress, Int32(key.count),
                    bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count, &digest, &length) != nil
            }
        }
        guard isDone, length == 32 else { throw Failure("sign a token") }
        return digest
    }

    /// In the same time wherever the difference is. Lengths are no secret.
    static func isEqual(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        return left.withUnsafeBytes { left in
            right.withUnsafeBytes { right in
                CRYPTO_memcmp(left.baseAddress, right.baseAddress, left.count) == 0
            }
        }
    }

    /// AES-128-CBC with PKCS #7 padding.
    static func encrypt(_ bytes: [UInt8], key: ArraySlice<UInt8>, iv: [UInt8]) throws -> [UInt8] {
        try run(bytes[...], key: key, iv: iv[...], isEncrypting: true)
    }

    /// Throws when the padding is not right; the caller has checked the signature before.
    static func decrypt(_ bytes: ArraySlice<UInt8>, key: ArraySlice<UInt8>, iv: ArraySlice<UInt8>) throws -> [UInt8] {
        try run(bytes, key: key, iv: iv, isEncrypting: false)
    }

    private static func run(
        _ bytes: ArraySlice<UInt8>, key: ArraySlice<UInt8>, iv: ArraySlice<UInt8>, isEncrypting: Bool
    ) throws -> [UInt8] {
        precondition(key.count == 16 && iv.count == 16, "AES-128 has keys and blocks of 16 bytes")
        guard let context = EVP_CIPHER_CTX_new() else { throw Failure("make a cipher") }
        defer { EVP_CIPHER_CTX_free(context) }
        let key = Array(key)
        let iv = Array(iv)
        guard EVP_CipherInit_ex(context, EVP_aes_128_cbc(), nil, key, iv, isEncrypting ? 1 : 0) == 1 else {
            throw Failure("begin a cipher")
        }
        var output = [UInt8](repeating: 0, count: bytes.count + 16)
        var written: Int32 = 0
        var last: Int32 = 0
        let isDone = bytes.withUnsafeBytes { input in
            output.withUnsafeMutableBufferPointer { output in
                let start = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
                guard let into = output.baseAddress else { return false }
                return EVP_CipherUpdate(context, into, &written, start, Int32(input.count)) == 1
                    && EVP_CipherFinal_ex(context, into + Int(written), &last) == 1
            }
        }
        guard isDone else { throw Failure(isEncrypting ? "encrypt" : "decrypt") }
        output.removeLast(output.count - Int(written + last))
        return output
    }
}
