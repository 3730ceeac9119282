import Kernel

/// A key: 16 bytes that sign and 16 that encrypt. It prints as `[secret]`.
package struct FernetKey: Sendable, Equatable {
    package enum ParseError: Error, Equatable {
        case notBase64
        /// The number of bytes there were instead of 32.
        case wrongLength(Int)
    }

    static let length = 32

    private let bytes: Secret<[UInt8]>

    /// `bytes` are 32: the signing key, then the encryption key.
    private init(bytes: [UInt8]) {
        self.bytes = Secret(bytes)
    }

    /// Base64 of 32 bytes: as this program writes keys, or as `openssl rand -base64 32` does.
    package init(parsing text: some StringProtocol) throws(ParseError) {
        guard let bytes = Base64Text.decode(text, allowsSpareBits: true) else { throw .notBase64 }
        guard bytes.count == Self.length else { throw .wrongLength(bytes.count) }
        self.init(bytes: bytes)
    }

    package static func random(using generator: inout some RandomNumberGenerator) -> FernetKey {
        FernetKey(bytes: (0..<length).map { _ in .random(in: .min ... .max, using: &generator) })
    }

    /// From the system's generator.
    package static func random() -> FernetKey {
        var generator = SystemRandomNumberGenerator()
        return random(using: &generator)
    }

    /// The key as people and files hold it: 44 characters.
    package var text: Secret<String> { Secret(Base64Text.encode(bytes.reveal())) }

    /// Names the key without giving it away: 64 hexadecimal digits. A digest of 256 random bits cannot be guessed back.
    package var fingerprint: String {
        let label = Array("circuit-breaker vault key\0".utf8)
        let digits = Array("0123456789abcdef".utf8)
        let digest = OpenSSL.sha256(label + bytes.reveal())
        return String(
            decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// Compares without telling by its time where the difference is.
    package static func == (left: FernetKey, right: FernetKey) -> Bool {
        OpenSSL.isEqual(left.bytes.reveal()[...], right.bytes.reveal()[...])
    }

    var signing: ArraySlice<UInt8> { bytes.reveal().prefix(16) }
    var encryption: ArraySlice<UInt8> { bytes.reveal().suffix(16) }
}
