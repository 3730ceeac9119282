import Access
import JSONKit
import Kernel
import Mailroom
import Operations
import Persistence
import SecretVault

/// Accounts, settings and secrets.
extension ImportRun {
    mutating func takePeople() throws {
        let salt = try clientSalt()
        try each("users") { run, row in try run.user(row, salt) }
    }

    /// What this installation's browsers mixed into passwords; it is needed with the accounts, before the settings.
    private func clientSalt() throws -> String? {
        guard source.has("app_settings") else { return nil }
        var salt: String?
        try source.each("app_settings") { row in
            salt = salt ?? row.first { $0.column == "client_hash_salt" }?.value.stringValue
        }
        return salt
    }

    private mutating func user(_ row: OldRow, _ salt: String?) throws {
        let email = row.text("email", to: "users.email")?.trimmed ?? ""
        let name = row.text("display_name", to: "users.display_name")?.trimmed ?? ""
        let isAdmin = [row.flag("is_admin", to: "users.role"), row.flag("is_superuser", to: "users.role")].contains(
            true)
        let old = row.text("role", to: "users.role") ?? ""
        let role = isAdmin && old != "demo" ? Role.admin : Role(rawValue: old) ?? .viewer
        var account = ImportedAccount(
            email: email, displayName: name.isEmpty ? String(email.prefix { $0 != "@" }) : String(name.prefix(120)),
            role: role)
        account.isActive = (row.flag("is_active", to: "users.is_active") ?? true) && old != "demo"
        if old == "demo" {
            row.settle("role", .derived("users.role", "a demo account becomes a viewer that is switched off"))
        }
        account.mustChangePassword = row.flag("force_password_change", to: "users.force_password_change") ?? false
        let provider =
            row.text("provider", to: "users.password_hash", how: "“local” is said by the password") ?? "local"
        if provider != "local" { row.settle("provider", .none("link the account at the provider again")) }
        account.bcrypt = row.text(
            "hashed_password", to: "users.password_hash", how: "kept until the first sign-in, then made anew")
        account.clientSalt = salt
        account.language = row.text("language", to: "users.language")
        let hasFactor = row.flag("mfa_enabled", to: "user_totp.confirmed_at") ?? false
        if let seed = row.text("totp_secret", to: "user_totp.seed_sealed", how: "sealed"), hasFactor {
            if case .secret(let opened) = secrets.open(seed) { account.totpSeed = opened }
        }
        row.settle("gravatar_hash", .derived("left out", "made from the address"))
        row.settle("backup_codes", .none("make new recovery codes; old ones cannot be read"))
        row.settle("login_attempts", .derived("left out", "everybody starts at zero"))
        if let token = row.raw("oauth_tokens")?.stringValue {
            try keepSecret(token, label: "users \(row.id) (\(email)): oauth_tokens", row, "oauth_tokens")
        }
        if isKnown(row) { return }
        do {
            let outcome = try tx.attempt { try account.store(seeds: seeds, by: caller, in: tx) }
            book.count("users") { if outcome.wasHere { $0.merged += 1 } else { $0.made += 1 } }
            try remember(row, "user", outcome.id)
            judge(outcome, account, row, hasFactor: hasFactor)
        } catch let error as AppError where error.kind == .invalid || error.kind == .conflict {
            let fields = error.fields.values.sorted().joined(separator: " ")
            refuse(row, fields.isEmpty ? error.message : fields)
        }
    }

    private mutating func judge(
        _ outcome: ImportedAccount.Outcome, _ account: ImportedAccount, _ row: OldRow, hasFactor: Bool
    ) {
        if outcome.wasHere {
            book.remark("\(account.email) has an account here; its password, role and factors stay as they are.")
            row.settle("hashed_password", .none("the account was here before"))
        } else if !outcome.keepsPassword {
            book.remark("\(account.email) has no password that can be checked; an administrator sets a new one.")
            row.settle("hashed_password", .none("it is no bcrypt hash"))
        }
        if hasFactor, !outcome.keepsAuthenticator, !outcome.wasHere {
            book.remark("\(account.email) has to set up the authenticator app again.")
            row.settle("totp_secret", .none("the seed cannot be read"))
        } else if !hasFactor {
            row.settle("totp_secret", .withheld("it never counted"))
        }
    }

    // MARK: - Settings

    mutating func takeSettings() throws {
        try each("app_settings") { run, row in
            try run.general(row)
            try run.mail(row)
            for column in ["jwt_secret", "vault_key", "vault_key_hash", "vault_key_rotated_at", "client_hash_salt"] {
                row.settle(column, .withheld("a key of the old daemon; nothing here uses it"))
            }
            for (column, value) in row.untaken where Masking.isSecret(column) {
                guard let text = value.stringValue else { continue }
                try run.keepSecret(text, label: "app_settings: \(column)", row, column)
            }
            for column in ["oauth_providers", "oidc_providers"] { try run.providers(row, column) }
        }
    }

    private mutating func general(_ row: OldRow) throws {
        let name = row.text("app_name", to: "settings.app_name")
        let language = row.text("language", to: "settings.language")
        let zone = row.text("timezone", to: "settings.timezone")
        let theme = row.text("theme", to: "settings.theme", how: "light or dark")
        let city = row.text("weather_location", to: "settings.city")
        let hours = row.integer("session_timeout_hours", to: "settings.session_idle_minutes", how: "hours as minutes")
        let preset = row.text("theme_preset", to: "settings.theme", how: "the nearest of our themes")
        let known = ["dracula", "nord", "gruvbox", "monokai", "solarized-dark", "solarized-light"]
        let ours = known.first { preset?.hasPrefix($0) == true } ?? (theme == "light" ? "daylight" : "midnight")
        guard !isKnown(row) else { return }
        let settings = ImportedSettings { settings in
            if let name { settings.appName = String(name.prefix(60)) }
            if let language { settings.language = language }
            if let zone, Look.problem(timezone: zone) == nil { settings.timezone = zone }
            settings.theme = ours
            if let city { settings.city = String(city.prefix(120)) }
            if let hours, (1...168).contains(hours) { settings.sessionIdleMinutes = Int(hours) * 60 }
        }
        if try settings.store(by: caller, in: tx) {
            book.count("app_settings") { $0.made += 1 }
        } else {
            book.count("app_settings") { $0.merged += 1 }
            book.remark("The settings stay as they are here: somebody has changed them, or the old ones are not right.")
        }
        try remember(row, "settings", 1)
    }

    private mutating func mail(_ row: OldRow) throws {
        var mail = ImportedMail()
        mail.isEnabled = row.flag("smtp_enabled", to: "mail_settings.is_enabled") ?? false
        mail.host = row.text("smtp_host", to: "mail_settings.host")?.trimmed ?? ""
        mail.port = Int(row.integer("smtp_port", to: "mail_settings.port") ?? 587)
        mail.usesTLS = row.flag("smtp_tls", to: "mail_settings.security") ?? true
        mail.username = row.text("smtp_username", to: "mail_settings.username")
        mail.fromAddress = row.text("smtp_from_email", to: "mail_settings.from_address") ?? ""
        mail.fromName = row.text("smtp_from_name", to: "mail_settings.from_name") ?? ""
        if let sealed = row.text("smtp_password_enc", to: "mail_settings.password", how: "opened and sealed anew") {
            switch secrets.open(sealed) {
            case .secret(let opened):
                mail.password = opened
                book.report.secretsOpened += 1
            case .locked: lock("app_settings: smtp_password_enc", row, "smtp_password_enc")
            }
        }
        guard !mail.host.isEmpty, !mailIsKnown else { return }
        mailIsKnown = true
        if try !mail.store(vault: vault, by: caller, in: tx), book.table("app_settings")?.made ?? 0 > 0 {
            book.remark("The mail settings stay as they are here: somebody has set them.")
        }
    }

    /// Client secrets inside of lists of providers.
    private mutating func providers(_ row: OldRow, _ column: String) throws {
        guard let json = row.json(column) else { return }
        let list =
            json.arrayValue?.compactMap(\.objectValue) ?? json.objectValue?.members.compactMap { name, value in
                value.objectValue.map {
                    var object = $0; object["name"] = .string(name); return object
                }
            } ?? []
        for provider in list {
            let name = provider["name"]?.stringValue ?? provider["slug"]?.stringValue ?? "provider"
            guard let secret = provider["client_secret"]?.stringValue ?? provider["client_secret_enc"]?.stringValue,
                !secret.isEmpty
            else { continue }
            try keepSecret(secret, label: "app_settings: \(column) \(name) client_secret", row, column)
            book.remark("Set up the sign-in provider “\(name)” anew; its client secret is among the kept secrets.")
        }
        row.settle(column, .none("set up sign-in providers anew; their client secrets are kept"))
    }

    // MARK: - Secrets without a place of their own

    mutating func takeSecrets() throws {
        let columns = [
            "credentials": ["encrypted_value"], "discovery_profiles": ["snmp_community_encrypted"],
            "integrations": ["api_key"], "certificates": ["key_pem"], "webhook_rules": ["secret", "headers_json"],
            "notification_sinks": ["provider_config"],
        ]
        for (table, secretColumns) in columns.sorted(by: { $0.key < $1.key }) {
            try each(table) { run, row in
                for column in secretColumns {
                    guard let value = row.raw(column) else { continue }
                    let name = ["label", "name", "domain"].compactMap { row.raw($0)?.stringValue }.first ?? ""
                    try run.keepSecret(
                        value.stringValue ?? value.text, label: "\(table) \(row.id) (\(name)): \(column)", row, column)
                }
                for (column, _) in row.untaken {
                    row.settle(column, .none(Reasons.noPlace[table] ?? "this edition knows no such table"))
                }
                run.book.count(table) { $0.left += 1 }
            }
        }
    }

    /// Opens a secret and seals it anew among the kept ones.
    @discardableResult
    mutating func keepSecret(_ value: String, label: String, _ row: OldRow, _ column: String) throws -> Bool {
        guard case .secret(let secret) = secrets.open(value) else {
            lock(label, row, column)
            return false
        }
        let label = String(label.prefix(300))
        let isThere = try !tx.rows("SELECT 1 FROM kept_secrets WHERE source = \(sourceName) AND label = \(label)")
            .isEmpty
        if !isThere {
            let sealed = try vault.seal(secret, for: .keptSecret, in: tx)
            try tx.run(
                """
                INSERT INTO kept_secrets (source, label, secret, created_at)
                VALUES (\(sourceName), \(label), \(sealed), \(tx.now))
                """)
        }
        book.report.secretsOpened += 1
        row.settle(column, .kept("kept secrets, sealed with this vault's key"))
        return true
    }

    private mutating func lock(_ label: String, _ row: OldRow, _ column: String) {
        book.report.secretsLocked += 1
        book.remark("\(label) cannot be opened with the key that was given; enter it again.")
        row.settle(column, .none("sealed with a key that was not given"))
    }
}

/// Why whole tables have no place.
enum Reasons {
    static let noPlace: [String: String] = [
        "logs": "the history here begins with the import; the old one stays readable in the leftovers",
        "audit_log": "the history here begins with the import; the old one stays readable in the leftovers",
        "user_sessions": "everybody signs in anew", "oauth_states": "a sign-in under way",
        "user_invites": "invite people anew: links of the older edition do not open here",
        "api_tokens": "make tokens anew: only their hashes are known",
        "scan_jobs": "what scans found is looked for again", "scan_results": "what scans found is looked for again",
        "scan_logs": "what scans found is looked for again", "listener_events": "what was heard is heard again",
        "discovery_profiles": "set up scans anew; the SNMP community is kept",
        "credentials": "the secret is kept; what it belongs to is set up anew",
        "webhook_rules": "set up webhooks anew; their secrets are kept",
        "webhook_deliveries": "a record of the older edition's deliveries",
        "notification_sinks": "set up notifications anew; their addresses are kept as secrets",
        "notification_routes": "set up notifications anew",
        "graph_layouts": "positions belong to the old map; the map lays itself out anew",
        "topologies": "positions belong to the old map; the map lays itself out anew",
        "topology_nodes": "positions belong to the old map; the map lays itself out anew",
        "topology_edges": "positions belong to the old map; the map lays itself out anew",
        "map_pinned_entities": "positions belong to the old map; the map lays itself out anew",
        "hardware_monitors": "set up monitors anew", "uptime_events": "readings of the older edition",
        "daily_uptime_stats": "readings of the older edition", "live_metrics": "readings of the older edition",
        "hardware_live_metrics": "readings of the older edition",
        "telemetry_timeseries": "readings of the older edition",
        "status_pages": "set up status pages anew", "status_groups": "set up status pages anew",
        "status_history": "readings of the older edition",
        "user_icons": "upload icons anew; their files lie in uploads/icons",
        "integrations": "set up integrations anew; their keys are kept",
        "integration_configs": "set up integrations anew",
        "certificates": "certificates are made here; the key is kept",
        "tenants": "this edition has one tenant", "tenant_members": "this edition has one tenant",
        "alembic_version": "the older edition's record of its own schema", "onboarding": "the older edition's wizard",
        "device_roles": "roles are fixed here",
    ]
}
