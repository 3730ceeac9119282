import HTTPKit
import Kernel

struct ResetRequest: JSONBody {
    var email: String
}

struct ResetConfirmation: JSONBody {
    var token: Secret<String>
    var password: Secret<String>
}

struct VaultKeyReset: JSONBody {
    var email: String
    var vaultKey: Secret<String>
    var password: Secret<String>
}

/// A link that was sent, waiting to be used.
struct PasswordReset: Sendable, Equatable {
    /// ACCESS-8.
    static let lifetime = Duration.seconds(30 * 60)

    let id: Int64
    let userID: Int64
    let expiresAt: Instant
}
