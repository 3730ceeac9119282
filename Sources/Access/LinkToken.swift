import Kernel

/// The secret in a link that was sent to somebody: 256 random bits, of which only a digest is stored. It stands behind
/// the `#` of the address, which a browser sends to nobody, so no log on the way holds it.
struct LinkToken: Sendable {
    enum Purpose: String, Sendable {
        case invitation = "accept-invitation"
        case reset = "reset-password"
    }

    let value: Secret<String>

    init() {
        value = Secret(RandomText.make(43))
    }

    var hash: String { Fingerprint.of(value.reveal()) }

    func link(_ purpose: Purpose, base: String) -> Secret<String> {
        Secret("\(base)/\(purpose.rawValue)#\(value.reveal())")
    }

    /// What such a text is stored as; nil for what cannot be one.
    static func hash(of text: Secret<String>) -> String? {
        let text = text.reveal().trimmed
        guard text.utf8.count == 43, text.utf8.allSatisfy({ RandomText.letters.contains($0) }) else { return nil }
        return Fingerprint.of(text)
    }
}
