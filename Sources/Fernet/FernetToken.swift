import Kernel

/// A token of the published Fernet specification: version 0x80, time, IV, AES-128-CBC ciphertext, HMAC-SHA256, all of it
/// as Base64. Nothing of it is believed before the signature is found right.
package struct FernetToken: Sendable {
    package enum Failure: Error, Equatable {
        case notBase64, tooShort
        case wrongVersion(UInt8)
        /// Made with another key, or changed since.
        case wrongSignature
        /// Signed, but what is inside does not decrypt. No token of this program is like that.
        case badContent
        /// Older than was asked for.
        case expired
        /// From a moment that has not come, by more than clocks may differ.
        case fromTheFuture
        /// More than a token may hold.
        case tooLong
    }

    /// How old a token may be, for those who ask.
    package struct Age: Sendable {
        package let lifetime: Duration?
        package let now: Instant
        /// How far the clocks of two machines may differ.
        package let skew: Duration

        package init(lifetime: Duration?, now: Instant, skew: Duration = .seconds(60)) {
            self.lifetime = lifetime
            self.now = now
            self.skew = skew
        }
    }

    /// Bytes of content a token takes at most.
    package static let longestContent = 64 << 20

    private static let version: UInt8 = 0x80
    /// Version, time and IV.
    private static let headLength = 25
    private static let signatureLength = 32

    /// Made with a fresh IV. `moment` is kept in full seconds and can be read by everybody.
    package static func seal(_ content: [UInt8], with key: FernetKey, at moment: Instant) throws -> String {
        var generator = SystemRandomNumberGenerator()
        return try seal(content, with: key, at: moment, using: &generator)
    }

    package static func seal(
        _ content: [UInt8], with key: FernetKey, at moment: Instant, using generator: inout some RandomNumberGenerator
    ) throws -> String {
        let iv = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        return try seal(content, with: key, at: moment, iv: iv)
    }

    /// With a chosen IV: for the vectors of the specification only.
    static func seal(_ content: [UInt8], with key: FernetKey, at moment: Instant, iv: [UInt8]) throws -> String {
        guard content.count <= longestContent else { throw Failure.tooLong }
        let seconds = UInt64(max(0, moment.milliseconds / 1000))
        var bytes = [version]
        for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: seconds >> shift)) }
        bytes += iv
        bytes += try OpenSSL.encrypt(content, key: key.encryption, iv: iv)
        bytes += try OpenSSL.hmacSHA256(of: bytes[...], key: key.signing)
        return Base64Text.encode(bytes)
    }

    /// What is inside. The time is looked at only where an `age` is asked for.
    package static func open(_ text: some StringProtocol, with key: FernetKey, age: Age? = nil) throws -> [UInt8] {
        let bytes = try bytes(of: text)
        let signed = bytes.dropLast(signatureLength)
        let signature = try OpenSSL.hmacSHA256(of: signed, key: key.signing)
        guard OpenSSL.isEqual(signature[...], bytes.suffix(signatureLength)) else { throw Failure.wrongSignature }
        if let age { try check(age, seconds: seconds(in: bytes)) }
        let ciphertext = signed.dropFirst(headLength)
        guard !ciphertext.isEmpty, ciphertext.count.isMultiple(of: 16) else { throw Failure.badContent }
        do {
            return try OpenSSL.decrypt(ciphertext, key: key.encryption, iv: signed[9..<headLength])
        } catch is OpenSSL.Failure {
            throw Failure.badContent
        }
    }

    /// When the token says it was made, which anybody may have written: for showing, not for deciding. Nil when it is no
    /// token, or names a moment beyond the year 9999.
    package static func moment(of text: some StringProtocol) -> Instant? {
        // The time lies in the first nine bytes, which are the first twelve letters.
        guard text.utf8.count >= 12, let head = Base64Text.decode(String(text.prefix(12))), head.count == 9,
            head[0] == version
        else { return nil }
        let seconds = seconds(in: head)
        guard seconds < 253_402_300_800 else { return nil }
        return Instant(milliseconds: Int64(seconds) * 1000)
    }

    private static func bytes(of text: some StringProtocol) throws(Failure) -> [UInt8] {
        guard text.utf8.count <= (longestContent + 128) / 3 * 4 else { throw .tooLong }
        guard let bytes = Base64Text.decode(text) else { throw .notBase64 }
        guard let first = bytes.first else { throw .tooShort }
        guard first == version else { throw .wrongVersion(first) }
        guard bytes.count >= headLength + signatureLength else { throw .tooShort }
        return bytes
    }

    private static func seconds(in bytes: [UInt8]) -> UInt64 {
        bytes[1..<9].reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func check(_ age: Age, seconds: UInt64) throws(Failure) {
        let now = age.now.milliseconds / 1000
        let (latest, overflow) = now.addingReportingOverflow(age.skew.milliseconds / 1000)
        guard let made = Int64(exactly: seconds), overflow || made <= latest else { throw .fromTheFuture }
        guard let lifetime = age.lifetime else { return }
        // `made` is at most `latest`, so the difference cannot overflow where it counts.
        guard now.subtractingReportingOverflow(made).partialValue <= lifetime.milliseconds / 1000 else {
            throw .expired
        }
    }
}
