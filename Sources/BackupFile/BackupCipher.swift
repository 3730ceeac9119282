internal import COpenSSL
import Kernel

/// What a backup needs of libcrypto, each wrapped once.
enum BackupCipher {
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

    static let keyLength = 32
    static let tagLength = 16
    static let nonceLength = 12

    static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { buffer, count in
            var length: UInt32 = 0
            EVP_Digest(bytes, bytes.count, buffer.baseAddress, &length, EVP_sha256(), nil)
            count = Int(length)
        }
    }

    static func hmac(_ bytes: [UInt8], key: [UInt8]) throws -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 0
        guard HMAC(EVP_sha256(), key, Int32(key.count), bytes, bytes.count, &digest, &length) != nil, length == 32
        else { throw Failure("sign the header") }
        return digest
    }

    /// HKDF-SHA256 (RFC 5869) for one block of output.
    static func derived(from secret: [UInt8], salt: [UInt8], purpose: String) throws -> [UInt8] {
        let extracted = try hmac(secret, key: salt)
        return try hmac(Array(purpose.utf8) + [1], key: extracted)
    }

    static func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
    }

    static func scrypt(_ passphrase: [UInt8], salt: [UInt8], cost: KeyCost) throws -> [UInt8] {
        var key = [UInt8](repeating: 0, count: keyLength)
        let isDone = passphrase.withUnsafeBytes { bytes in
            EVP_PBE_scrypt(
                bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, salt, salt.count,
                UInt64(cost.rounds), UInt64(cost.blockSize), UInt64(cost.parallelism),
                UInt64(cost.memory + (1 << 20)), &key, key.count)
        }
        guard isDone == 1 else { throw Failure("derive a key from a passphrase") }
        return key
    }

    static func seal(_ bytes: [UInt8], key: [UInt8], nonce: [UInt8]) throws -> [UInt8] {
        let box = try AEADBox(key: key)
        var output = [UInt8](repeating: 0, count: bytes.count + tagLength)
        try bytes.withUnsafeBytes { input in
            try output.withUnsafeMutableBytes { try box.seal(input, nonce: nonce, into: $0) }
        }
        return output
    }

    /// Nil when the key is another one, or the bytes were changed.
    static func open(_ bytes: [UInt8], key: [UInt8], nonce: [UInt8]) throws -> [UInt8]? {
        guard bytes.count >= tagLength else { return nil }
        let box = try AEADBox(key: key)
        var output = [UInt8](repeating: 0, count: bytes.count - tagLength)
        let isOpen = try bytes.withUnsafeBytes { input in
            try output.withUnsafeMutableBytes { try box.open(input, nonce: nonce, into: $0) }
        }
        return isOpen ? output : nil
    }

    static func random(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}

/// ChaCha20-Poly1305 under one key. Owns libcrypto's context; used by one thread at a time.
final class AEADBox {
    private let context: OpaquePointer
    private let key: [UInt8]

    init(key: [UInt8]) throws {
        precondition(key.count == BackupCipher.keyLength, "ChaCha20-Poly1305 has keys of 32 bytes")
        guard let context = EVP_CIPHER_CTX_new() else { throw BackupCipher.Failure("make a cipher") }
        self.context = context
        self.key = key
    }

    deinit {
        EVP_CIPHER_CTX_free(context)
    }

    /// `output` has room for the input and a tag.
    func seal(_ input: UnsafeRawBufferPointer, nonce: [UInt8], into output: UnsafeMutableRawBufferPointer) throws {
        var written: Int32 = 0
        var rest: Int32 = 0
        guard let into = output.baseAddress?.assumingMemoryBound(to: UInt8.self),
            EVP_EncryptInit_ex(context, EVP_chacha20_poly1305(), nil, key, nonce) == 1,
            update(input, into: into, &written, isSealing: true),
            EVP_EncryptFinal_ex(context, into + Int(written), &rest) == 1,
            EVP_CIPHER_CTX_ctrl(
                context, EVP_CTRL_AEAD_GET_TAG, Int32(BackupCipher.tagLength), into + input.count) == 1
        else { throw BackupCipher.Failure("encrypt a chunk") }
    }

    /// False when the tag is not right; `output` holds nothing to be believed then.
    func open(
        _ input: UnsafeRawBufferPointer, nonce: [UInt8], into output: UnsafeMutableRawBufferPointer
    ) throws -> Bool {
        let count = input.count - BackupCipher.tagLength
        guard count >= 0, let start = input.baseAddress,
            EVP_DecryptInit_ex(context, EVP_chacha20_poly1305(), nil, key, nonce) == 1,
            EVP_CIPHER_CTX_ctrl(
                context, EVP_CTRL_AEAD_SET_TAG, Int32(BackupCipher.tagLength),
                UnsafeMutableRawPointer(mutating: start + count)) == 1
        else { throw BackupCipher.Failure("decrypt a chunk") }
        var written: Int32 = 0
        var rest: Int32 = 0
        var nothing: UInt8 = 0
        return withUnsafeMutablePointer(to: &nothing) { spare in
            let into = output.baseAddress?.assumingMemoryBound(to: UInt8.self) ?? spare
            guard update(UnsafeRawBufferPointer(rebasing: input[..<count]), into: into, &written, isSealing: false),
                EVP_DecryptFinal_ex(context, into + Int(written), &rest) == 1
            else {
                ERR_clear_error()
                return false
            }
            return true
        }
    }

    private func update(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutablePointer<UInt8>, _ written: inout Int32,
        isSealing: Bool
    ) -> Bool {
        guard !input.isEmpty else { return true }
        let start = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        return isSealing
            ? EVP_EncryptUpdate(context, output, &written, start, Int32(input.count)) == 1
            : EVP_DecryptUpdate(context, output, &written, start, Int32(input.count)) == 1
    }
}
