import Kernel
import Mail
import Persistence
import SecretVault

/// Mail settings that come from another installation. They are taken only where nobody has set any here.
package struct ImportedMail: Sendable {
    package var isEnabled = false
    package var host = ""
    package var port = 587
    package var usesTLS = true
    package var username: String?
    package var password: Secret<String>?
    package var fromAddress = ""
    package var fromName = ""

    package init() {}

    /// Whether they were taken.
    package func store(vault: SecretVault, by caller: Caller, in tx: any Session) throws -> Bool {
        let before = try MailSettingsStore.read(in: tx)
        guard before == MailSettings(), !host.isEmpty else { return false }
        var settings = before
        settings.host = host
        settings.port = port
        settings.security = port == 465 ? .tls : usesTLS ? .startTLS : .none
        settings.username = username
        settings.fromAddress = fromAddress
        if !fromName.isEmpty { settings.fromName = fromName }
        settings.password = try password.map { try vault.seal($0, for: .mailPassword, in: tx) }
        settings.isEnabled = isEnabled && !fromAddress.isEmpty
        settings.revision = before.revision + 1
        try MailSettingsStore.write(settings, in: tx)
        try tx.emit(MailSettingsChanged(before: before, after: settings), by: caller)
        return true
    }
}
