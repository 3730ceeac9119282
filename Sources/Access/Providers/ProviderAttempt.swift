import Crypto
import Kernel

/// What binds an answer of a provider to the browser that asked: a secret in a cookie, and what follows from it. The
/// database holds digests only, and nothing in the address of the provider gives the secret away.
struct ProviderAttempt: Sendable {
    static let cookieName = "cb_provider"
    static let lifetime = Duration.seconds(600)

    let secret: Secret<String>

    /// 256 random bits.
    init() {
        secret = Secret(RandomText.make(43))
    }

    init?(cookie: String?) {
        guard let cookie, cookie.utf8.count == 43 else { return nil }
        secret = Secret(cookie)
    }

    var browserHash: String { Fingerprint.of(secret.reveal()) }
    /// What the ID token must repeat.
    var nonce: String { derived("nonce") }
    /// PKCE (RFC 7636): sent with the code, while only its digest went before.
    var verifier: String { derived("verifier") }
    var challenge: String { Base64URL.text(SHA256.hash(data: Array(verifier.utf8))) }

    /// Keyed, so that one of them tells nothing of the other.
    private func derived(_ purpose: String) -> String {
        let key = SymmetricKey(data: Array(secret.reveal().utf8))
        return Base64URL.text(HMAC<SHA256>.authenticationCode(for: Array(purpose.utf8), using: key))
    }

    /// Lax, not Strict: the provider's answer arrives by a link from its own site.
    func cookie(isTLS: Bool) -> String {
        Self.cookie(secret.reveal(), seconds: Self.lifetime.milliseconds / 1000, isTLS)
    }

    static func removal(isTLS: Bool) -> String { cookie("", seconds: 0, isTLS) }

    private static func cookie(_ value: String, seconds: Int64, _ isTLS: Bool) -> String {
        "\(cookieName)=\(value); Path=/api/v1/auth/oauth; Max-Age=\(seconds); HttpOnly; SameSite=Lax"
            + (isTLS ? "; Secure" : "")
    }
}

/// Names and values for an address or a form, escaped (RFC 3986 section 2.3).
enum FormText {
    static func query(_ items: [(String, String)]) -> String {
        items.map { "\(escaped($0.0))=\(escaped($0.1))" }.joined(separator: "&")
    }

    static func escaped(_ text: String) -> String {
        var out = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                out.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                out += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return out
    }
}
