import Persistence

/// Every column that holds a sealed secret. What is not a case here cannot be sealed, opened or stored, and rotation,
/// recovery and the page walk `allCases`.
///
/// A new kind of secret is one case, its entry in `place`, and a column of type TEXT in its table.
package enum SealedColumn: String, Sendable, CaseIterable {
    /// A value of the vault's own: that it opens shows that the current key is the right one.
    case vaultCheck = "vault_check"
    case totpSeed = "totp_seed"
    case mailPassword = "mail_password"
    /// Text and links of a message that waits to be sent.
    case mailContent = "mail_content"
    case providerSecret = "provider_secret"
    /// What backups are made with, derived from a passphrase that is kept nowhere.
    case backupKey = "backup_key"
    case backupTargetSecret = "backup_target_secret"
    /// The private half of the key that signs what is said about the history.
    case auditKey = "audit_key"
    /// Secrets of the older edition that have no place of their own yet.
    case keptSecret = "kept_secret"

    package var place: SealedPlace {
        switch self {
        case .vaultCheck:
            SealedPlace(table: "vault", column: "check_value", what: "Check value of the vault", isOwn: true)
        case .totpSeed:
            SealedPlace(
                table: "user_totp", idColumn: "user_id", column: "seed_sealed", what: "Authenticator seed",
                name: "(SELECT u.email FROM users u WHERE u.id = user_totp.user_id)")
        case .mailPassword:
            SealedPlace(table: "mail_settings", column: "password", what: "SMTP password")
        case .mailContent:
            SealedPlace(table: "mail_queue", column: "content", what: "Waiting message", name: "recipient")
        case .keptSecret:
            SealedPlace(table: "kept_secrets", column: "secret", what: "Secret of the older edition", name: "label")
        case .providerSecret:
            SealedPlace(table: "sign_in_providers", column: "client_secret", what: "Client secret", name: "name")
        case .backupKey:
            SealedPlace(table: "backup_settings", column: "backup_key", what: "Backup key")
        case .backupTargetSecret:
            SealedPlace(table: "backup_targets", column: "secret", what: "Secret key of a backup target", name: "name")
        case .auditKey:
            SealedPlace(
                table: "audit_keys", column: "seed_sealed", what: "Signing key of the history", name: "id",
                isOwn: true)
        }
    }
}

/// Where a kind of secret is stored, and how a person calls it.
package struct SealedPlace: Sendable {
    package let table: String
    /// A column of integers that names the row.
    package let idColumn: String
    package let column: String
    /// What it is, in a few words: `SMTP password`.
    package let what: String
    /// Tells one row from another for a person: an expression over the columns of the table, such as `email`. Nil where
    /// the table has a single row.
    package let name: SQL?
    /// Made by the vault itself; nobody has to enter it again.
    package let isOwn: Bool

    package init(
        table: String, idColumn: String = "id", column: String, what: String, name: SQL? = nil, isOwn: Bool = false
    ) {
        self.table = table
        self.idColumn = idColumn
        self.column = column
        self.what = what
        self.name = name
        self.isOwn = isOwn
    }
}

/// One secret, as a list names it for a person.
package struct SealedName: Sendable, Hashable, Comparable {
    package let column: SealedColumn
    package let rowID: Int64
    /// Of the row; empty where there is only one.
    package let name: String

    /// `SMTP password`, or `Authenticator seed of anna@example.org`.
    package var text: String { name.isEmpty ? column.place.what : "\(column.place.what) of \(name)" }

    package static func < (left: SealedName, right: SealedName) -> Bool {
        (left.text, left.rowID) < (right.text, right.rowID)
    }
}
