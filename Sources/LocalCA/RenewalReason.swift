import Kernel

/// Why a server certificate should be issued anew.
package enum RenewalReason: Sendable, Equatable {
    /// Two thirds of its life are over.
    case age
    case expired
    /// The machine answers to other names or addresses than the certificate says.
    case names
    /// It was made while the clock was ahead, and is not valid yet.
    case clock
    /// Another root is in use than the one that signed it.
    case root

    /// For messages: the certificate …
    package var words: String {
        switch self {
        case .age: "has a third of its life left"
        case .expired: "has expired"
        case .names: "does not have the names and addresses this machine has now"
        case .clock: "is not valid yet"
        case .root: "was signed by another root than the one in use"
        }
    }
}

extension Certificate {
    /// Nil while the certificate is good for `wanted` and has more than a third of its life left.
    package func needsRenewal(at now: Instant, for wanted: ServerNames) -> RenewalReason? {
        if now >= notAfter { return .expired }
        if names != wanted { return .names }
        if now < notBefore { return .clock }
        let life = (notAfter - notBefore).milliseconds
        return (notAfter - now).milliseconds * 3 <= life ? .age : nil
    }
}
