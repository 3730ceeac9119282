import Kernel

/// A code for the day the telephone is lost: sixteen letters in groups of four, 80 random bits, so that a digest of it
/// needs no slow hash. Each opens once.
enum RecoveryCode {
    static let count = 10
    /// Crockford's letters: none that look alike.
    private static let letters = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    static func make() -> Secret<String> {
        Secret((0..<4).map { _ in RandomText.make(4, from: letters) }.joined(separator: "-"))
    }

    /// As it may have been typed; nil for what cannot be one.
    static func hash(ofTyped text: String) -> String? {
        let plain = SetupCode.normalised(text)
        return plain.utf8.count == 16 ? Fingerprint.of("recovery " + plain) : nil
    }
}
