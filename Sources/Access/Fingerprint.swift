import Crypto
import Kernel

/// Texts that stand for secrets: digests to store and values to hand out.
enum Fingerprint {
    /// SHA-256 as hexadecimal digits. For values of 256 random bits, which need no salt and no slow hash.
    static func of(_ text: String) -> String {
        hexText(SHA256.hash(data: Array(text.utf8)))
    }

    /// Compares without telling by its time how much is right: the digests are compared, and they are of equal length.
    static func matches(_ candidate: String, _ secret: Secret<String>) -> Bool {
        SHA256.hash(data: Array(candidate.utf8)) == SHA256.hash(data: Array(secret.reveal().utf8))
    }

    private static func hexText(_ digest: SHA256.Digest) -> String {
        String(unsafeUninitializedCapacity: 2 * SHA256.Digest.byteCount) { text in
            for (index, byte) in digest.enumerated() {
                text[2 * index] = digits[Int(byte >> 4)]
                text[2 * index + 1] = digits[Int(byte & 15)]
            }
            return 2 * SHA256.Digest.byteCount
        }
    }

    private static let digits = Array("0123456789abcdef".utf8)
}

/// Random texts from the system's generator.
enum RandomText {
    static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)

    /// Letters and digits; 43 of them hold 256 bits.
    static func make(_ length: Int, from letters: [UInt8] = letters) -> String {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<length).map { _ in letters[Int.random(in: 0..<letters.count, using: &generator)] }
        return String(decoding: bytes, as: UTF8.self)
    }
}
