/// What a caller may do. Every route names one; roles and token scopes are sets of them.
package enum Permission: String, Sendable, CaseIterable, Codable {
    case viewInventory = "inventory.view"
    case editInventory = "inventory.edit"
    /// Delete for good what lies in the trash.
    case purgeInventory = "inventory.purge"
    case viewMap = "map.view"
    case editMap = "map.edit"
    /// Make links by which people without an account see a map.
    case shareMap = "map.share"
    case viewDiscovery = "discovery.view"
    case runDiscovery = "discovery.run"
    case viewStatus = "status.view"
    case viewAudit = "audit.view"
    /// How long the history is kept, and shortening it now.
    case manageAudit = "audit.manage"
    case viewSettings = "settings.view"
    case editSettings = "settings.edit"
    case viewUsers = "users.view"
    case manageUsers = "users.manage"
    case manageTokens = "tokens.manage"
    /// The key that seals stored secrets: its state, rotation, recovery.
    case manageVault = "vault.manage"
    /// Make, keep, take away and restore backups, and say where they go.
    case manageBackups = "backups.manage"
    case viewMetrics = "metrics.view"
    /// Do what a person is asked for a fresh proof for. A token has to carry it by name; for a person it replaces no proof.
    case actUnattended = "danger.act"
    /// One's own profile, password and sessions. Persons only: no token carries it.
    case ownAccount = "account.own"
}

/// A named set of permissions. Each role holds everything the one before it holds.
package enum Role: String, Sendable, CaseIterable, Codable {
    case viewer, editor, admin

    package var permissions: Set<Permission> {
        switch self {
        case .viewer:
            [.viewInventory, .viewMap, .viewDiscovery, .viewStatus, .viewSettings, .ownAccount]
        case .editor:
            Role.viewer.permissions.union([.editInventory, .editMap, .shareMap, .runDiscovery, .viewAudit])
        case .admin:
            Set(Permission.allCases)
        }
    }
}
