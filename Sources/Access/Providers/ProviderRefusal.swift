/// Why a sign-in by a provider did not work. The page has a sentence for each; the address bar only ever has the word.
enum ProviderRefusal: String, Error, Sendable, CaseIterable {
    /// The person said no at the provider.
    case denied
    case unknownProvider = "unknown_provider"
    /// The answer belongs to no sign-in that was begun here, or to one that is over.
    case unknownState = "unknown_state"
    /// Begun in another browser.
    case otherBrowser = "other_browser"
    case expired
    case unreachable
    /// The provider did not take the code: it was used, or is not ours.
    case codeRefused = "code_refused"
    /// The provider did not take our client id or secret.
    case clientRefused = "client_refused"
    /// Something in its answers is not as the standard says.
    case badAnswer = "bad_answer"
    case badSignature = "bad_signature"
    case wrongIssuer = "wrong_issuer"
    case wrongAudience = "wrong_audience"
    case wrongNonce = "wrong_nonce"
    case tokenExpired = "token_expired"
    case noEmail = "no_email"
    case unverifiedEmail = "unverified_email"
    case domainNotAllowed = "domain_not_allowed"
    case registrationClosed = "registration_closed"
    /// This account at the provider belongs to another person here.
    case linkedElsewhere = "linked_elsewhere"
    case inactive
    /// The sign-in machine refused: locked, or changed meanwhile.
    case notAdmitted = "not_admitted"
    case secretLocked = "secret_locked"

    /// Whether somebody may be trying things, rather than having bad luck.
    var isSuspicious: Bool {
        switch self {
        case .unknownState, .otherBrowser, .codeRefused, .badSignature, .wrongIssuer, .wrongAudience, .wrongNonce,
            .unverifiedEmail, .linkedElsewhere:
            true
        default: false
        }
    }
}
